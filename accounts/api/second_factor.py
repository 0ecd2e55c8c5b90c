from ninja import Router, Status

from accounts.exceptions import IDENTITY, InvalidSecondFactor, SecondFactorLocked, SecondFactorOff, SecondFactorOn
from accounts.schemas import IdentityIn, RecoveryCodesOut, SecondFactorIn, SecondFactorOfferOut, SecondFactorOut
from accounts.selectors import people
from accounts.services import second_factor_setup as setup
from core.actor import ApiRequest
from core.schemas import problems

router = Router()


@router.get("/auth/second-factor", response={200: SecondFactorOut, **problems(401)})
def get_second_factor(request: ApiRequest) -> SecondFactorOut:
    """Whether your second factor is on, and how many recovery codes are left."""
    return SecondFactorOut.model_validate(people.second_factor_of(request.auth), from_attributes=True)


@router.post(
    "/auth/second-factor", response={201: SecondFactorOfferOut, **problems(401, 422, 429, SecondFactorOn, *IDENTITY)}
)
def start_second_factor(request: ApiRequest, body: IdentityIn) -> Status[SecondFactorOfferOut]:
    """Get a secret for your authenticator app. Nothing is asked of you until you confirm it."""
    offer = setup.offer_second_factor(actor=request.auth, password=body.password, code=body.code)
    return Status(201, SecondFactorOfferOut.model_validate(offer, from_attributes=True))


@router.post(
    "/auth/second-factor/confirm",
    response={
        200: RecoveryCodesOut,
        **problems(401, 422, InvalidSecondFactor, SecondFactorLocked, SecondFactorOff, SecondFactorOn),
    },
)
def confirm_second_factor(request: ApiRequest, body: SecondFactorIn) -> RecoveryCodesOut:
    """Switch it on with the first code of your app. From now on logging in and moving money ask for one."""
    codes = setup.confirm_second_factor(actor=request.auth, second_factor_code=body.second_factor_code)
    return RecoveryCodesOut(recovery_codes=list(codes))


@router.post(
    "/auth/second-factor/recovery-codes",
    response={200: RecoveryCodesOut, **problems(401, 422, 429, SecondFactorOff, *IDENTITY)},
)
def renew_recovery_codes(request: ApiRequest, body: IdentityIn) -> RecoveryCodesOut:
    """Ten new recovery codes; the old ones are void."""
    return RecoveryCodesOut(recovery_codes=list(setup.renew_recovery_codes(actor=request.auth, **body.model_dump())))


@router.delete("/auth/second-factor", response={204: None, **problems(401, 422, 429, SecondFactorOff, *IDENTITY)})
def stop_second_factor(request: ApiRequest, body: IdentityIn) -> Status[None]:
    """Switch it off, with a code of it."""
    setup.switch_second_factor_off(actor=request.auth, **body.model_dump())
    return Status(204, None)
