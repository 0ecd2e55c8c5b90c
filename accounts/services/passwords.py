"""Passwords: checked by Django's validators, kept verbatim in Unicode, hashed with Argon2id."""

from django.contrib.auth import password_validation
from django.contrib.auth.hashers import check_password, make_password
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.exceptions import BadCredentials, InvalidCode, WeakPassword
from accounts.models import CustomUser, OTPPurpose
from accounts.services.codes import require_code
from accounts.services.locks import lock_user
from accounts.services.sessions import revoke_devices
from core.actor import Actor
from core.errors import FieldProblem
from core.throttling import Throttle

CHANGE_PER_ACCOUNT = Throttle("password-change", limit=10, period_seconds=300)


def validate_new_password(password: str, *, user: CustomUser, field: str = "body.password") -> None:
    """Raises `WeakPassword` with a problem for each rule that it breaks."""
    try:
        password_validation.validate_password(password, user)
    except ValidationError as error:
        problems = [FieldProblem(field, "weak_password", message) for message in error.messages]
        raise WeakPassword(" ".join(error.messages), errors=problems) from None


def change_password(*, actor: Actor, current: str, new: str) -> None:
    """Replace the caller's password and end their other devices. Raises `BadCredentials` and `WeakPassword`."""
    CHANGE_PER_ACCOUNT.hit(str(actor.user_id))
    user = CustomUser.objects.planned().get(pk=actor.user_id)
    if not check_password(current, user.password):
        raise BadCredentials("The current password is wrong.")
    validate_new_password(new, user=user, field="body.new_password")
    hashed = make_password(new)
    with transaction.atomic():
        user = lock_user(actor.user_id)
        user.password = hashed
        user.save(update_fields=["password"])
        revoke_devices(user_id=user.pk, except_device_id=actor.device_id)


def reset_password(*, email: str, code: str, new: str) -> None:
    """Set a new password with the code that went to the e-mail, which it proves; ends all devices.

    Raises `WeakPassword`, `InvalidCode` (also for an unknown address) and `CodeLocked`.
    """
    user = CustomUser.objects.planned().filter(email__iexact=email, is_active=True).first()
    validate_new_password(new, user=user or CustomUser(email=email), field="body.new_password")
    hashed = make_password(new)
    if user is None:
        raise InvalidCode
    otp = require_code(user_id=user.pk, purpose=OTPPurpose.RESET_PASSWORD, code=code)
    with transaction.atomic():
        user = lock_user(user.pk)
        user.password = hashed
        user.email_verified_at = user.email_verified_at or otp.created_at
        user.save(update_fields=["password", "email_verified_at"])
        revoke_devices(user_id=user.pk)
