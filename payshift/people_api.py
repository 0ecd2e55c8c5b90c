"""Operations on oneself that need every app: the export of all own data, and the end of the account."""

from django.http import HttpResponse
from ninja import Query, Router, Status

from accounts.api.cookies import drop_refresh_token
from accounts.api.me import router as me
from accounts.exceptions import IDENTITY, OpenObligations
from accounts.schemas import IdentityIn
from core.actor import ApiRequest
from core.errors import InvalidCursor, WrongRole
from core.openapi import sets_cookie
from core.schemas import problems
from payment.api.idempotent import idempotent
from payment.exceptions import (
    MOVING_MONEY,
    WITHDRAWING,
)
from payment.schemas.wallet import WithdrawalOut
from payment.services.idempotency import Claim
from payshift.schemas import ExportOut, ExportQuery
from payshift.selectors import export
from payshift.services import closing

router = Router(tags=["accounts"])


@router.get("/me/export", response={200: ExportOut, **problems(401, 422, 429, InvalidCursor)})
def export_me(request: ApiRequest, place: Query[ExportQuery]) -> ExportOut:
    """All that is kept of you, as JSON; most people's fits on one page. Account numbers are masked, passwords and codes
    are not kept as such."""
    return export.export_of(request.auth, place.cursor)


@router.post(
    "/me/final-withdrawal",
    response={
        201: WithdrawalOut,
        **problems(401, 422, 429, OpenObligations, *IDENTITY, *WITHDRAWING),
    },
)
@idempotent(201)
def withdraw_everything(request: ApiRequest, claim: Claim, payload: IdentityIn) -> WithdrawalOut:
    """Send all that your wallet holds to your bank, below the usual minimum too, before you delete your account."""
    return WithdrawalOut.of(closing.withdraw_everything(actor=request.auth, claim=claim, **payload.model_dump()))


# On the router that has GET and PATCH: one path is one view, and a second one would never be reached.
@me.delete(
    "/me",
    response={204: None, **problems(401, 422, 429, WrongRole, OpenObligations, *IDENTITY, *MOVING_MONEY)},
    openapi_extra=sets_cookie(),
)
def delete_me(request: ApiRequest, body: IdentityIn, response: HttpResponse) -> Status[None]:
    """Delete your account for ever. Refused as `open_obligations` while `errors` lists what is still open."""
    closing.close_account(actor=request.auth, **body.model_dump())
    drop_refresh_token(response)
    return Status(204, None)
