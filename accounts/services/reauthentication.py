"""Proving again that it is you, before money moves: the password, or a fresh code by e-mail."""

from django.contrib.auth.hashers import check_password

from accounts.exceptions import IdentityNotConfirmed
from accounts.models import CustomUser, OTPPurpose
from accounts.services.codes import require_code
from core.throttling import Throttle

CONFIRM_PER_ACCOUNT = Throttle("confirm-identity", limit=10, period_seconds=300)


def confirm_identity(*, user_id: int, password: str | None, code: str | None) -> None:
    """Raises `IdentityNotConfirmed`, `InvalidCode`, `CodeLocked` or `TooManyRequests`. A code is used up by it.

    Not to be called inside a transaction: a wrong try must stay counted.
    """
    CONFIRM_PER_ACCOUNT.hit(str(user_id))
    if code is not None:
        require_code(user_id=user_id, purpose=OTPPurpose.CONFIRM_IDENTITY, code=code)
    elif password is None:
        raise IdentityNotConfirmed
    else:
        hashed = CustomUser.objects.values_list("password", flat=True).get(pk=user_id)
        if not check_password(password, hashed):
            raise IdentityNotConfirmed("The password is wrong.")
