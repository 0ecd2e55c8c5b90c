"""Passwords: checked by Django's validators, kept verbatim in Unicode, hashed with Argon2id."""

from django.contrib.auth import password_validation
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.exceptions import InvalidCode, WeakPassword
from accounts.models import CustomUser, OTPPurpose
from accounts.services.codes import TRIES_PER_ADDRESS, use_strangers_code
from accounts.services.locks import lock_active_user
from accounts.services.reauthentication import confirm_identity
from accounts.services.sessions import end_earlier_access, revoke_devices
from core import clock
from core.actor import Actor
from core.errors import FieldProblem


def validate_new_password(password: str, *, user: CustomUser, field: str = "password") -> None:
    """Raises `WeakPassword` with a problem for each rule that it breaks."""
    try:
        password_validation.validate_password(password, user)
    except ValidationError as error:
        problems = [FieldProblem(field, "weak_password", message) for message in error.messages]
        raise WeakPassword(" ".join(error.messages), errors=problems) from None


def change_password(*, actor: Actor, current: str, new: str, second_factor_code: str | None = None) -> None:
    """Replace the caller's password and end their other devices.

    Raises what `confirm_identity` raises, and `WeakPassword`. Locks the user.
    """
    confirm_identity(user_id=actor.user_id, password=current, code=None, second_factor_code=second_factor_code)
    validate_new_password(new, user=CustomUser.objects.planned().get(pk=actor.user_id), field="new_password")
    _set_password(user_id=actor.user_id, hashed=make_password(new), keep_device_id=actor.device_id)


def reset_password(*, email: str, code: str, new: str, address: str) -> None:
    """Set a new password with the code that went to the e-mail, which it proves; ends all devices.

    Raises `TooManyRequests`, `WeakPassword`, and `InvalidCode` (for an unknown or locked e-mail too). Locks the user.
    """
    TRIES_PER_ADDRESS.hit(address)
    # Compared with the address alone: comparing it with the names of whoever has it would give them away.
    validate_new_password(new, user=CustomUser(email=email), field="new_password")
    # Hashed before the look-up: the slow part takes the same time for an unknown address.
    hashed = make_password(new)
    user = CustomUser.objects.planned().with_email(email).filter(is_active=True).first()
    user_id = user.pk if user is not None else 0
    used = use_strangers_code(user_id=user_id, purpose=OTPPurpose.RESET_PASSWORD, code=code, address=address)
    if user is None or used is None:
        raise InvalidCode
    _set_password(user_id=user.pk, hashed=hashed, proved_email=True)


@transaction.atomic
def _set_password(*, user_id: int, hashed: str, keep_device_id: int | None = None, proved_email: bool = False) -> None:
    user = lock_active_user(user_id)
    user.password = hashed
    if proved_email and user.email_verified_at is None:
        user.email_verified_at = clock.now()
        # Whoever signed up with it, in whatever form: this is the password of the owner.
        user.signup_contested = False
    user.save(update_fields=["password", "email_verified_at", "signup_contested"])
    revoke_devices(user_id=user.pk, except_device_id=keep_device_id)
    end_earlier_access(user_id=user.pk)
