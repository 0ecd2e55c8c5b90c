from django.http.response import HttpResponseBase
from ninja import Query, Status

from core.actor import ApiRequest
from core.errors import InvalidCursor, WrongRole
from core.pagination import PageOut, PageQuery
from core.schemas import problems
from jobs import listings
from jobs.api.router import router
from jobs.exceptions import NOT_OPEN, AlreadyApplied, Blocked, NeverWorkedForYou, WorkerUnavailable
from jobs.models import Invitation
from jobs.schemas.invitation import InvitationOut, InvitedOut, InviteIn
from jobs.services import inviting


@router.post(
    "/jobs/{int:job_id}/invitations",
    response={
        201: InvitedOut,
        **problems(
            401, 404, 422, 429, Blocked, WrongRole, AlreadyApplied, NeverWorkedForYou, WorkerUnavailable, *NOT_OPEN
        ),
    },
)
def invite_worker(request: ApiRequest, job_id: int, payload: InviteIn) -> Status[Invitation]:
    """Invite somebody who worked for you before. They are told, and apply if they want to."""
    return Status(201, inviting.invite_worker(actor=request.auth, job_id=job_id, user_id=payload.user_id))


@router.get("/invitations", response={200: PageOut[InvitationOut], **problems(401, 422, InvalidCursor)})
def list_invitations(request: ApiRequest, page: Query[PageQuery]) -> HttpResponseBase:
    """The jobs that the caller was invited to, the last first."""
    return listings.invitations_of(request.auth, page=page).response()
