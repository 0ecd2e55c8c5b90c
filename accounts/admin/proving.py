"""Who sits there: before what cannot be taken back is done, the password is asked again.

A log-in to admin lasts a day's work. It proves who it is for `STAFF_PROOF_MINUTES`, and so does each password that was
given here; wrong ones count as wrong log-ins do.
"""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.base import SessionBase
from django.dispatch import receiver
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminPasswordWidget

from accounts.password_rules import MAX_LENGTH
from accounts.services.origins import count_log_in, forgive_log_in
from core import clock
from core.forms import refused_on_the_form
from core.throttling import client_address

FIELD = "password"
PROVED_AT = "proved_at"


@receiver(user_logged_in)
def note_log_in(sender: object, request: HttpRequest, **facts: object) -> None:
    _prove(request.session)


def is_proved(request: HttpRequest) -> bool:
    seconds = clock.now().timestamp() - request.session.get(PROVED_AT, 0)
    return bool(seconds <= settings.STAFF_PROOF_MINUTES * 60)


class PasswordField(forms.CharField):
    """The password of who acts. Filled in rightly, it proves the session; empty, it is a matter of `required`."""

    def __init__(self, request: HttpRequest, *, required: bool) -> None:
        super().__init__(
            label="Your password",
            required=required,
            strip=False,
            max_length=MAX_LENGTH,
            widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "current-password"}),
            help_text="You logged in a while ago, and this is not taken back.",
        )
        self._request = request

    def clean(self, value: Any) -> str:
        password: str = super().clean(value)
        user = self._request.user
        if not password or not user.is_authenticated:
            return ""
        named = {"email": user.email, "address": client_address(self._request)}
        with refused_on_the_form():
            count_log_in(**named)
        if not user.check_password(password):
            raise forms.ValidationError("This is not your password.")
        forgive_log_in(**named)
        _prove(self._request.session)
        return ""


def _prove(session: SessionBase) -> None:
    session[PROVED_AT] = clock.now().timestamp()
