"""Proving again that it is you, before money moves: the password, or a fresh code by e-mail."""

from django.contrib.auth.hashers import check_password

from accounts.exceptions import IdentityNotConfirmed
from accounts.models import CustomUser, OTPPurpose
from accounts.services.codes import check_code
from core.throttling import Throttle

CONFIRM_PER_ACCOUNT = Throttle("confirm-identity", limit=10, period_seconds=300)


def confirm_identity(*, user_id: int, password: str | None, code: str | None) -> None:
    """Raises `IdentityNotConfirmed`, `CodeLocked` or `TooManyRequests`. A code is used up by it.

    Not to be called inside a transaction: a wrong try must stay counted.
    """
    CONFIRM_PER_ACCOUNT.hit(str(user_id))
    if code is not None:
        if check_code(user_id=user_id, purpose=OTPPurpose.CONFIRM_IDENTITY, code=code) is None:
            raise IdentityNotConfirmed("The code is wrong or has expired.")
        return
    if password is None:
        raise IdentityNotConfirmed
    hashed = CustomUser.objects.values_list("password", flat=True).get(pk=user_id)
    if not check_password(password, hashed):
        raise IdentityNotConfirmed("The password is wrong.")
