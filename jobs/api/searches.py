from ninja import Query, Status

from core.actor import ApiRequest
from core.errors import InvalidCursor, WrongRole
from core.pagination import Page, PageOut, PageQuery
from core.schemas import problems
from jobs.api.router import router
from jobs.exceptions import SearchNameTaken, TooManySavedSearches, UnknownTrade
from jobs.models import SavedSearch
from jobs.schemas.keeping import SavedSearchIn, SavedSearchOut, SearchNameIn
from jobs.selectors.saved_searches import searches_of
from jobs.services import searches


@router.get("/saved-searches", response={200: PageOut[SavedSearchOut], **problems(401, 422, InvalidCursor)})
def list_saved_searches(request: ApiRequest, page: Query[PageQuery]) -> Page[SavedSearch]:
    """The caller's saved searches, the last saved first."""
    return searches_of(actor=request.auth, page=page)


@router.post(
    "/saved-searches",
    response={
        201: SavedSearchOut,
        **problems(401, 422, WrongRole, UnknownTrade, TooManySavedSearches, SearchNameTaken),
    },
)
def save_search(request: ApiRequest, payload: SavedSearchIn) -> Status[SavedSearch]:
    """Keep the filters of a search under a name. A new job that they fit is told, within the daily bound."""
    saved = searches.save_search(actor=request.auth, name=payload.name, search=payload.filters.search())
    return Status(201, saved)


@router.patch(
    "/saved-searches/{int:search_id}", response={200: SavedSearchOut, **problems(401, 404, 422, SearchNameTaken)}
)
def rename_saved_search(request: ApiRequest, search_id: int, payload: SearchNameIn) -> SavedSearch:
    """Give a saved search another name."""
    return searches.rename_search(actor=request.auth, search_id=search_id, name=payload.name)


@router.delete("/saved-searches/{int:search_id}", response={204: None, **problems(401, 404)})
def delete_saved_search(request: ApiRequest, search_id: int) -> Status[None]:
    """Forget a saved search; nothing more is told about it."""
    return Status(204, searches.forget_search(actor=request.auth, search_id=search_id))
