"""Who sits there: before what cannot be taken back is done, the password is asked again.

A log-in to admin lasts a day's work. It proves who it is for `STAFF_PROOF_MINUTES`, and so does each password that was
given here; wrong ones count as wrong log-ins do. What was attacked, and what holds it:

- Another session of the same person, or one that somebody else began in this browser: what was proved is kept in the
  session, which a log-in of another person empties.
- A session from before a new password or second factor: it ends with either, whatever it had proved.
- The forms behind which accounts and rights are given away, which are no acts: they ask as well (`AsksWhoItIs`).
"""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.admin.utils import flatten_fieldsets
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
# On the form of a person, who has a password too.
WHO = "who_acts"
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

    def has_changed(self, initial: Any, data: Any) -> bool:
        """It decides whether, and is no part of what is written."""
        return False

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


class AsksWhoItIs:
    """Mixin into an admin whose plain form gives accounts or rights away, to be put around its fieldsets."""

    def with_proof(self, request: HttpRequest, obj: Any, fieldsets: Sequence[Any]) -> Sequence[Any]:
        return [*fieldsets, ("Who acts", {"fields": (WHO,)})] if self._asks(request, obj) else fieldsets

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        fields = kwargs.get("fields") or flatten_fieldsets(self.get_fieldsets(request, obj))  # type: ignore[attr-defined]
        kwargs["fields"] = [field for field in fields if field != WHO]
        form: type[forms.Form] = super().get_form(request, obj, change=change, **kwargs)  # type: ignore[misc]
        if not self._asks(request, obj):
            return form
        made: Callable[..., Any] = type(form)
        return made(form.__name__, (form,), {WHO: PasswordField(request, required=True)})

    def _asks(self, request: HttpRequest, obj: Any) -> bool:
        may = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)  # type: ignore[attr-defined]
        return bool(may) and not is_proved(request)


def _prove(session: SessionBase) -> None:
    session[PROVED_AT] = clock.now().timestamp()
