from django.http.response import HttpResponseBase
from ninja import Query, Status

from core.actor import ApiRequest
from core.errors import InvalidCursor
from core.pagination import PageOut, PageQuery
from core.schemas import problems
from jobs import listings
from jobs.api.router import router
from jobs.exceptions import CannotBlockSelf
from jobs.models import Block, SavedJob
from jobs.schemas.keeping import BlockedOut, BlockIn, BlockOut, SavedJobOut, SavedOut, SaveJobIn
from jobs.services import blocking, saving


@router.get("/saved-jobs", response={200: PageOut[SavedJobOut], **problems(401, 422, InvalidCursor)})
def list_saved_jobs(request: ApiRequest, page: Query[PageQuery]) -> HttpResponseBase:
    """The caller's saved jobs, the last saved first."""
    return listings.saved_jobs_of(request.auth, page=page).response()


@router.post("/saved-jobs", response={201: SavedOut, **problems(401, 404, 422)})
def save_job(request: ApiRequest, payload: SaveJobIn) -> Status[SavedJob]:
    """Keep a job for later. Saving it again changes nothing."""
    return Status(201, saving.save_job(actor=request.auth, job_id=payload.job_id))


@router.delete("/saved-jobs/{int:job_id}", response={204: None, **problems(401, 404)})
def unsave_job(request: ApiRequest, job_id: int) -> Status[None]:
    """Forget a saved job."""
    return Status(204, saving.unsave_job(actor=request.auth, job_id=job_id))


@router.get("/blocks", response={200: PageOut[BlockOut], **problems(401, 422, InvalidCursor)})
def list_blocks(request: ApiRequest, page: Query[PageQuery]) -> HttpResponseBase:
    """Whom the caller blocked, the last first."""
    return listings.people_blocked_by(request.auth, page=page).response()


@router.post("/blocks", response={201: BlockedOut, **problems(401, 404, 422, CannotBlockSelf)})
def block_user(request: ApiRequest, payload: BlockIn) -> Status[Block]:
    """Block a person: neither can take work from or give work to the other. Blocking again changes nothing."""
    return Status(201, blocking.block_user(actor=request.auth, user_id=payload.user_id))


@router.delete("/blocks/{int:user_id}", response={204: None, **problems(401, 404)})
def unblock_user(request: ApiRequest, user_id: int) -> Status[None]:
    """Take a block back."""
    return Status(204, blocking.unblock_user(actor=request.auth, user_id=user_id))
