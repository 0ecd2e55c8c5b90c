"""Signing up and proving an e-mail address. Nothing here tells a stranger whether an address is known."""

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.exceptions import InvalidCode
from accounts.models import CustomUser, NotificationKind, OTPPurpose
from accounts.services.codes import require_code
from accounts.services.locks import lock_user, lock_user_by_email
from accounts.services.mail import send_code_later
from accounts.services.notifications import notify
from accounts.services.passwords import validate_new_password
from core import clock
from core.actor import Role
from core.throttling import Throttle

SIGNUP_PER_ADDRESS = Throttle("signup-address", limit=20, period_seconds=3600)
CODE_PER_ADDRESS = Throttle("code-address", limit=30, period_seconds=3600)


def sign_up(*, email: str, password: str, role: Role, first_name: str, last_name: str, address: str) -> None:
    """Make an unverified account and send it a code. For a known e-mail its owner is told that somebody tried.

    Returns the same, after the same work, in both cases. Raises `TooManyRequests` and `WeakPassword`.
    """
    SIGNUP_PER_ADDRESS.hit(address)
    candidate = CustomUser(email=email, first_name=first_name, last_name=last_name)
    validate_new_password(password, user=candidate)
    # Hashed before the look-up: the slow part takes the same time for a known address.
    hashed = make_password(password)
    with transaction.atomic():
        known = lock_user_by_email(email)
        if known is not None and known.email_verified_at is not None:
            notify(
                user_id=known.pk,
                kind=NotificationKind.SIGNUP_ATTEMPT,
                params={},
                dedupe_key=f"signup-attempt:{clock.now():%Y%m%d%H}",
            )
            return
        if known is None:
            known = CustomUser.objects.create_user(email, role=role, first_name=first_name, last_name=last_name)
            known.password = hashed
            known.save(update_fields=["password"])
        send_code_later(user_id=known.pk, purpose=OTPPurpose.VERIFY_EMAIL, to=known.email)


def verify_email(*, email: str, code: str) -> None:
    """Prove the address with the code. Raises `InvalidCode` and `CodeLocked`; the same for an unknown address."""
    user = CustomUser.objects.planned().filter(email__iexact=email).first()
    if user is None:
        raise InvalidCode
    require_code(user_id=user.pk, purpose=OTPPurpose.VERIFY_EMAIL, code=code)
    with transaction.atomic():
        user = lock_user(user.pk)
        if user.email_verified_at is None:
            user.email_verified_at = clock.now()
            user.save(update_fields=["email_verified_at"])


def request_code(*, email: str, purpose: OTPPurpose, address: str) -> None:
    """Send a fresh code of this purpose, if there is such a person and they may have one now; never says so."""
    CODE_PER_ADDRESS.hit(address)
    with transaction.atomic():
        user = lock_user_by_email(email)
        if user is None or not user.is_active:
            return
        if purpose is OTPPurpose.VERIFY_EMAIL and user.email_verified_at is not None:
            return
        send_code_later(user_id=user.pk, purpose=purpose, to=user.email)
