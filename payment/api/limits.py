from ninja import Router

from accounts.exceptions import IdentityNumberRefused, NoIdentityChecks
from accounts.services.identity import confirm_number
from core.actor import ApiRequest
from core.schemas import problems
from payment.exceptions import ProviderUnavailable
from payment.schemas.limits import IdentityNumberIn, LimitsOut
from payment.selectors.limits import limits_of

router = Router(tags=["wallet"])


@router.get("/wallet/limits", response={200: LimitsOut, **problems(401)})
def get_wallet_limits(request: ApiRequest) -> LimitsOut:
    """How much may leave the caller's wallet by bank, and what would raise it."""
    return LimitsOut.of(limits_of(actor=request.auth))


@router.post(
    "/wallet/limits/identity",
    response={
        200: LimitsOut,
        **problems(401, 422, 429, IdentityNumberRefused, NoIdentityChecks, ProviderUnavailable),
    },
)
def confirm_identity_number(request: ApiRequest, payload: IdentityNumberIn) -> LimitsOut:
    """Raise the limits by one's BVN or NIN. It is asked about under the caller's name, and kept nowhere."""
    confirm_number(actor=request.auth, kind=payload.kind, number=payload.number)
    return LimitsOut.of(limits_of(actor=request.auth))
