"""The door for staff: throttled as log-ins through the API are, and with the second factor of whoever has one.

Not in `accounts.admin`: the site imports it while it is being made, before anything can be registered with it.
"""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.core.validators import MaxLengthValidator
from unfold.forms import AuthenticationForm
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.password_rules import MAX_LENGTH
from accounts.services.origins import count_log_in, forgive_log_in
from accounts.services.second_factor import has_second_factor, require_second_factor
from core.forms import refused_on_the_form
from core.throttling import client_address


class StaffLoginForm(AuthenticationForm):  # type: ignore[misc]  # unfold has no types
    second_factor_code = forms.CharField(
        label="Second factor",
        required=False,
        max_length=11,
        # unfold's page has no place inside its form for a third field: the attribute ties it in from below.
        widget=UnfoldAdminTextInputWidget(attrs={"form": "login-form", "autocomplete": "one-time-code"}),
        help_text="A code of your authenticator app, or a recovery code, if you have switched it on.",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["password"].validators.append(MaxLengthValidator(MAX_LENGTH))

    def clean(self) -> dict[str, Any]:
        """Counted before the password is compared, together with the tries through the API."""
        with refused_on_the_form():
            count_log_in(email=self.cleaned_data.get("username", ""), address=client_address(self.request))
        values: dict[str, Any] = super().clean()
        return values

    def confirm_login_allowed(self, user: AbstractBaseUser) -> None:
        """Called with the right password. Admin's own rule, that it is staff, is asked first."""
        super().confirm_login_allowed(user)
        if settings.STAFF_SECOND_FACTOR and not has_second_factor(user_id=user.pk):
            raise forms.ValidationError("Switch on a second factor in the app first: admin is closed without one.")
        code = self.cleaned_data.get("second_factor_code", "").strip().upper()
        with refused_on_the_form():
            require_second_factor(user_id=user.pk, code=code or None)
        forgive_log_in(email=self.cleaned_data["username"], address=client_address(self.request))
