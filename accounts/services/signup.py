"""Signing up and proving an e-mail address. Nothing here tells a stranger whether an address is known."""

import secrets

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.exceptions import InvalidCode
from accounts.models import CustomUser, OTPPurpose
from accounts.services.code_mail import send_code_later
from accounts.services.codes import CODES_PER_EMAIL, TRIES_PER_ADDRESS, use_code
from accounts.services.locks import lock_email, lock_user, lock_user_by_email
from accounts.services.notifications import tell_of_attempt
from accounts.services.passwords import validate_new_password
from core import clock
from core.actor import Role
from core.throttling import AddressThrottle

SIGNUP_PER_ADDRESS = AddressThrottle("signup-address", limit=20, period_seconds=3600)
CODES_PER_ADDRESS = AddressThrottle("codes-address", limit=30, period_seconds=3600)


def sign_up(*, email: str, password: str, role: Role, first_name: str, last_name: str, address: str) -> None:
    """Make an unverified account and send it a code. For a known e-mail its owner is told that somebody tried.

    Returns the same, after the same work, in both cases. Raises `TooManyRequests` and `WeakPassword`. Locks the e-mail,
    then the user.
    """
    SIGNUP_PER_ADDRESS.hit(address)
    CODES_PER_EMAIL.hit(email.lower())
    candidate = CustomUser(email=email, first_name=first_name, last_name=last_name, role=role)
    validate_new_password(password, user=candidate)
    # Hashed before the look-up: the slow part takes the same time for a known address.
    candidate.password = make_password(password)
    with transaction.atomic():
        lock_email(email)
        known = lock_user_by_email(email)
        if known is None:
            CustomUser.objects.save_new(candidate)
            send_code_later(user_id=candidate.pk, purpose=OTPPurpose.VERIFY_EMAIL, to=candidate.email)
            return
        _pretend_to_save(candidate)
        if known.email_verified_at is None and known.is_active:
            _take_over(known, candidate)
            send_code_later(user_id=known.pk, purpose=OTPPurpose.VERIFY_EMAIL, to=known.email)
        else:
            tell_of_attempt(user_id=known.pk)


def _take_over(unproved: CustomUser, candidate: CustomUser) -> None:
    """Nobody has proved this address yet: the latest sign-up counts.

    Whoever signed up first must not keep their password on an account that its owner is about to prove.
    """
    for field in ("password", "first_name", "last_name", "role"):
        setattr(unproved, field, getattr(candidate, field))
    unproved.save(update_fields=["password", "first_name", "last_name", "role"])


def _pretend_to_save(candidate: CustomUser) -> None:
    """The rows of a new account, written and taken back: a quicker answer would tell that the address is known."""
    with transaction.atomic():
        candidate.email = f"{secrets.token_hex(16)}@nobody.invalid"
        CustomUser.objects.save_new(candidate)
        transaction.set_rollback(True)


def verify_email(*, email: str, code: str, address: str) -> None:
    """Prove the address with the code. Raises `TooManyRequests`, and `InvalidCode` for an unknown or locked one too."""
    TRIES_PER_ADDRESS.hit(address)
    user = CustomUser.objects.planned().with_email(email).first()
    if user is None or not use_code(user_id=user.pk, purpose=OTPPurpose.VERIFY_EMAIL, code=code):
        raise InvalidCode
    with transaction.atomic():
        user = lock_user(user.pk)
        if user.email_verified_at is None:
            user.email_verified_at = clock.now()
            user.save(update_fields=["email_verified_at"])


def request_code(*, email: str, purpose: OTPPurpose, address: str) -> None:
    """Queue a fresh code of this purpose. Whether there is such a person is found out by the job: here nothing differs.

    Raises `TooManyRequests`.
    """
    from accounts.tasks import mail_requested_code

    CODES_PER_ADDRESS.hit(address)
    CODES_PER_EMAIL.hit(email.lower())
    mail_requested_code.defer(email=email, purpose=str(purpose))
