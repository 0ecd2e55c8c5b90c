"""Signing up and proving an e-mail address. Nothing here tells a stranger whether an address is known."""

import secrets

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.crypto import salted_hmac

from accounts.addresses import fold_email
from accounts.exceptions import InvalidCode
from accounts.models import CustomUser, OTPPurpose
from accounts.names import refuse_posing
from accounts.services.code_mail import send_code_later
from accounts.services.codes import TRIES_PER_ADDRESS, use_strangers_code
from accounts.services.locks import lock_email, lock_user, lock_user_by_email
from accounts.services.notifications import tell_of_attempt
from accounts.services.origins import origin_of
from accounts.services.passwords import validate_new_password
from core import clock
from core.actor import Role
from core.throttling import AddressThrottle, Throttle, network_of

SIGNUP_PER_ADDRESS = AddressThrottle("signup-address", limit="SIGNUPS_PER_ADDRESS_HOUR", period_seconds=3600)
CODES_PER_ADDRESS = AddressThrottle("codes-address", limit="CODES_PER_ADDRESS_HOUR", period_seconds=3600)
# From one address: others' askings do not keep the owner from theirs.
CODES_PER_EMAIL = Throttle("codes-email", limit="CODES_PER_EMAIL_HOUR", period_seconds=3600)


def sign_up(*, email: str, password: str, role: Role, first_name: str, last_name: str, address: str) -> None:
    """Make an unverified account and send it a code. For a known e-mail its owner is told that somebody tried.

    Returns the same, after the same work, in both cases. Raises `TooManyRequests`, `WeakPassword`, and `InvalidInput`
    for a name that is kept. Locks the e-mail, then the user.
    """
    refuse_posing(first_name=first_name, last_name=last_name)
    SIGNUP_PER_ADDRESS.hit(address)
    CODES_PER_EMAIL.hit(f"{fold_email(email)} {network_of(address)}")
    asked_from = origin_of(address).hex()
    candidate = CustomUser(email=email, first_name=first_name, last_name=last_name, role=role)
    validate_new_password(password, user=candidate)
    # Hashed before the look-up: the slow part takes the same time for a known address.
    candidate.password = _hashed(password, email)
    with transaction.atomic():
        lock_email(email)
        known = lock_user_by_email(email)
        if known is None:
            CustomUser.objects.save_new(candidate)
            send_code_later(
                user_id=candidate.pk, purpose=OTPPurpose.VERIFY_EMAIL, to=candidate.email, asked_from=asked_from
            )
            return
        _pretend_to_save(candidate)
        if known.email_verified_at is None and known.is_active:
            _take_over(known, candidate)
            _send_code(known, asked_from)
        else:
            tell_of_attempt(user_id=known.pk)


def _send_code(user: CustomUser, asked_from: str) -> None:
    send_code_later(user_id=user.pk, purpose=OTPPurpose.VERIFY_EMAIL, to=user.email, asked_from=asked_from)


def _take_over(unproved: CustomUser, candidate: CustomUser) -> None:
    """Nobody has proved this address yet: the latest sign-up counts, if it is not known to be somebody else's.

    Two passwords are two people, of whom one reads the mail box, and nothing tells which: see `verify_email`.
    """
    unproved.signup_contested |= unproved.password != candidate.password
    for field in ("password", "first_name", "last_name", "role"):
        setattr(unproved, field, getattr(candidate, field))
    unproved.save(update_fields=["password", "first_name", "last_name", "role", "signup_contested"])


def _hashed(password: str, email: str) -> str:
    """The salt follows from the address under the secret key: the same sign-up sent twice has the same hash, which is
    told without hashing again."""
    salt = salted_hmac("signup-salt", fold_email(email), secret=settings.SECRET_KEY, algorithm="sha256").hexdigest()
    return make_password(password, salt=salt[:32])


def _pretend_to_save(candidate: CustomUser) -> None:
    """The rows of a new account, written and taken back: a quicker answer would tell that the address is known."""
    with transaction.atomic():
        candidate.email = f"{secrets.token_hex(16)}@nobody.invalid"
        CustomUser.objects.save_new(candidate)
        transaction.set_rollback(True)


def verify_email(*, email: str, code: str, address: str, password: str | None = None) -> bool:
    """Prove the address with the code. False: log in only after a new password.

    Whoever reads the mail box decides: the password that comes with the code holds, whoever signed up with the address.
    Without one the code activates nobody's where two did, and the owner sets one by a reset. Raises `TooManyRequests`,
    `WeakPassword`, and `InvalidCode` for an unknown or locked address too.
    """
    TRIES_PER_ADDRESS.hit(address)
    hashed = None
    if password is not None:
        validate_new_password(password, user=CustomUser(email=email))
        hashed = _hashed(password, email)
    user = CustomUser.objects.planned().with_email(email).first()
    user_id = user.pk if user is not None else 0
    used = use_strangers_code(user_id=user_id, purpose=OTPPurpose.VERIFY_EMAIL, code=code, address=address)
    if user is None or used is None:
        raise InvalidCode
    with transaction.atomic():
        user = lock_user(user.pk)
        if user.email_verified_at is not None:
            return True
        user.email_verified_at = clock.now()
        if hashed is not None or user.signup_contested:
            user.password = hashed or make_password(None)
            user.signup_contested = False
        user.save(update_fields=["email_verified_at", "password", "signup_contested"])
        return user.has_usable_password()


def request_code(*, email: str, purpose: OTPPurpose, address: str) -> None:
    """Queue a fresh code of this purpose. Whether there is such a person is found out by the job: here nothing differs.

    Raises `TooManyRequests`.
    """
    from accounts.tasks import mail_requested_code

    CODES_PER_ADDRESS.hit(address)
    CODES_PER_EMAIL.hit(f"{fold_email(email)} {network_of(address)}")
    mail_requested_code.defer(email=email, purpose=str(purpose), asked_from=origin_of(address).hex())
