"""Staff change their own password in admin: throttled and with the second factor, as through the API.

unfold's site has no setting for this form, so its address is ours and stands before the site's own.
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from unfold.forms import AdminOwnPasswordChangeForm
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.exceptions import IdentityNotConfirmed
from accounts.services.reauthentication import confirm_identity
from core.errors import PayshiftError


class OwnPasswordForm(AdminOwnPasswordChangeForm):  # type: ignore[misc]  # unfold has no types
    second_factor_code = forms.CharField(
        label="Second factor",
        required=False,
        max_length=11,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "one-time-code"}),
        help_text="A code of your authenticator app, or a recovery code, if you have switched it on.",
    )

    def clean_old_password(self) -> str:
        """Compared in `clean`, after all else: a bad new password must not use a code of the second factor up."""
        password: str = self.cleaned_data["old_password"]
        return password

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return values
        code = values["second_factor_code"].strip().upper()
        try:
            confirm_identity(
                user_id=self.user.pk, password=values["old_password"], code=None, second_factor_code=code or None
            )
        except PayshiftError as error:
            field = "old_password" if isinstance(error, IdentityNotConfirmed) else "second_factor_code"
            self.add_error(field, error.detail)
        return values


def change_own_password(request: HttpRequest) -> HttpResponseBase:
    """Ends the log-ins of all devices; the session in admin goes on."""
    view = PasswordChangeView.as_view(
        form_class=OwnPasswordForm,
        success_url=reverse("admin:password_change_done"),
        extra_context=admin.site.each_context(request),
    )
    return view(request)
