from ninja import Query, Router, Status

from core.actor import ApiRequest
from core.errors import InvalidCursor, InvalidState
from core.pagination import PageOut
from core.schemas import problems
from payment.exceptions import MOVING_MONEY, DisputeAlreadyOpen, DisputeTooLate
from payment.schemas.disputes import DisputeIn, DisputeListItem, DisputeOut, DisputesQuery, StatementIn
from payment.selectors.disputes import dispute_for, disputes_of
from payment.services import disputes

router = Router(tags=["disputes"])


@router.get("/disputes", response={200: PageOut[DisputeListItem], **problems(401, 422, InvalidCursor)})
def list_disputes(request: ApiRequest, query: Query[DisputesQuery]) -> PageOut[DisputeListItem]:
    """The disputes that the caller is a party of, newest first."""
    found = disputes_of(actor=request.auth, status=query.status, assignment_id=query.assignment_id, page=query)
    items = [DisputeListItem.of(dispute, viewer_id=request.auth.user_id) for dispute in found.items]
    return PageOut[DisputeListItem](items=items, next_cursor=found.next_cursor)


@router.post(
    "/disputes",
    response={201: DisputeOut, **problems(401, 404, 422, 429, DisputeAlreadyOpen, DisputeTooLate, InvalidState)},
)
def open_dispute(request: ApiRequest, payload: DisputeIn) -> Status[DisputeOut]:
    """Freeze what escrow holds for an assignment until staff decide. By its client or worker, until 48 h after it."""
    dispute = disputes.open_dispute(actor=request.auth, **payload.model_dump())
    return Status(201, _shown(request, dispute.pk))


@router.get("/disputes/{int:dispute_id}", response={200: DisputeOut, **problems(401, 403, 404)})
def get_dispute(request: ApiRequest, dispute_id: int) -> DisputeOut:
    """One dispute with all that was said."""
    return _shown(request, dispute_id)


@router.post(
    "/disputes/{int:dispute_id}/statements",
    response={201: DisputeOut, **problems(401, 403, 404, 422, 429, InvalidState)},
)
def add_dispute_statement(request: ApiRequest, dispute_id: int, payload: StatementIn) -> Status[DisputeOut]:
    """Tell the other side and staff something."""
    disputes.add_statement(actor=request.auth, dispute_id=dispute_id, body=payload.body)
    return Status(201, _shown(request, dispute_id))


@router.post("/disputes/{int:dispute_id}/withdraw", response={200: DisputeOut, **problems(401, 404, *MOVING_MONEY)})
def withdraw_dispute(request: ApiRequest, dispute_id: int) -> DisputeOut:
    """Take back a dispute that the caller opened."""
    disputes.withdraw_dispute(actor=request.auth, dispute_id=dispute_id)
    return _shown(request, dispute_id)


def _shown(request: ApiRequest, dispute_id: int) -> DisputeOut:
    return DisputeOut.of(dispute_for(actor=request.auth, dispute_id=dispute_id), viewer_id=request.auth.user_id)
