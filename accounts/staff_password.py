"""Staff change their own password in admin: throttled and with the second factor, as through the API.

unfold's site has no setting for this form: `accounts.views.change_own_password` stands before the site's own page.
"""

from typing import Any

from django import forms
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
