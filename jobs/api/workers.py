from ninja import Query

from core.actor import ApiRequest
from core.errors import InvalidCursor, WrongRole
from core.pagination import Page, PageOut, PageQuery
from core.schemas import problems
from jobs.api.router import router
from jobs.schemas.people import WorkedForYouOut
from jobs.selectors import workers


@router.get("/client/workers", response={200: PageOut[WorkedForYouOut], **problems(401, 422, WrongRole, InvalidCursor)})
def list_workers_of_client(request: ApiRequest, page: Query[PageQuery]) -> Page[workers.WorkedForYou]:
    """Who worked for the calling client before, the last first: to invite again."""
    return workers.workers_of_client(actor=request.auth, page=page)
