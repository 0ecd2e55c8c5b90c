"""Proving again that it is you, before money moves: the password, or a fresh code by e-mail; and the second factor."""

from django.contrib.auth.hashers import check_password

from accounts.exceptions import IdentityNotConfirmed
from accounts.models import CustomUser, OTPPurpose
from accounts.services.codes import require_code
from accounts.services.second_factor import second_factor_to_ask, use_second_factor
from core.throttling import Throttle

CONFIRM_PER_ACCOUNT = Throttle("confirm-identity", limit=10, period_seconds=300)


def confirm_identity(
    *, user_id: int, password: str | None, code: str | None, second_factor_code: str | None = None
) -> None:
    """The first proof, and then the second factor of whoever switched it on. Codes are used up by it.

    Raises `IdentityNotConfirmed`, `InvalidCode`, `CodeLocked`, `TooManyRequests`, `SecondFactorRequired`,
    `InvalidSecondFactor` and `SecondFactorLocked`.
    Not to be called inside a transaction: a wrong try must stay counted.
    """
    CONFIRM_PER_ACCOUNT.hit(str(user_id))
    # Asked for before the first proof is used up: a code that was sent by e-mail is good only once.
    factor = second_factor_to_ask(user_id=user_id, code=second_factor_code)
    if code is not None:
        require_code(user_id=user_id, purpose=OTPPurpose.CONFIRM_IDENTITY, code=code)
    elif password is None:
        raise IdentityNotConfirmed
    else:
        hashed = CustomUser.objects.values_list("password", flat=True).get(pk=user_id)
        if not check_password(password, hashed):
            raise IdentityNotConfirmed("The password is wrong.")
    if factor is not None and second_factor_code is not None:
        use_second_factor(factor, second_factor_code)
