"""The door for staff, in steps: the password, throttled as log-ins through the API are; then the code of whoever has a
second factor, or the page on which one is set up where staff must have it.

Between the steps nobody is logged in: the session knows who gave the right password, for ten minutes. It is bound to
the password and the second factor as a log-in is, so that a change of either ends it.

Not in `accounts.admin`: the site imports the form while it is being made, before anything can be registered with it.
"""

from typing import Any

from django import forms
from django.contrib.sessions.backends.base import SessionBase
from django.core.validators import MaxLengthValidator
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from unfold.forms import AuthenticationForm
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.backends import StaffBackend
from accounts.models import CustomUser
from accounts.password_rules import MAX_LENGTH
from accounts.services.origins import count_log_in
from accounts.services.second_factor import require_second_factor
from core import clock
from core.forms import refuse_deceiving_line, refused_on_the_form
from core.throttling import client_address

AWAITS = "awaits_second_step"
STEP_SECONDS = 600
LONGEST_CODE = 11


class StaffLoginForm(AuthenticationForm):  # type: ignore[misc]  # unfold has no types
    """The first step. Admin's own rule, that it is staff, is asked with it."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["password"].validators.append(MaxLengthValidator(MAX_LENGTH))

    def clean(self) -> dict[str, Any]:
        """Counted before the password is compared, together with the tries through the API."""
        with refused_on_the_form():
            count_log_in(email=self.cleaned_data.get("username", ""), address=client_address(self.request))
        values: dict[str, Any] = super().clean()
        return values


class CodeField(forms.CharField):
    def __init__(self, **options: Any) -> None:
        super().__init__(
            label="Code",
            max_length=LONGEST_CODE,
            validators=[refuse_deceiving_line],
            widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "one-time-code", "autofocus": True}),
            **options,
        )

    def clean(self, value: Any) -> str:
        return str(super().clean(value)).strip().upper()


class SecondStepForm(forms.Form):
    """A right code is used up by it, a wrong one is counted."""

    code = CodeField(help_text="Six digits of your authenticator app, or a recovery code.")

    def __init__(self, *args: Any, user: CustomUser, **options: Any) -> None:
        super().__init__(*args, **options)
        self._user = user

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        with refused_on_the_form():
            require_second_factor(user_id=self._user.pk, code=code)
        return code


def await_second_step(request: HttpRequest, user: CustomUser) -> None:
    """The password was right."""
    request.session.cycle_key()
    request.session[AWAITS] = {
        "user": user.pk,
        "bound_to": user.get_session_auth_hash(),
        "since": clock.now().timestamp(),
    }


def who_awaits(request: HttpRequest) -> CustomUser | None:
    """Who gave the password in this session a moment ago, while they are staff and it is theirs."""
    awaits = request.session.get(AWAITS)
    if awaits is None or clock.now().timestamp() - awaits["since"] > STEP_SECONDS:
        return None
    user = StaffBackend().get_user(awaits["user"])
    if user is None or not user.is_staff:
        return None
    return user if constant_time_compare(awaits["bound_to"], user.get_session_auth_hash()) else None


def forget_second_step(session: SessionBase) -> None:
    session.pop(AWAITS, None)
