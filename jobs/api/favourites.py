from django.http import HttpResponse
from ninja import Query, Status

from core.actor import ApiRequest
from core.errors import InvalidCursor, WrongRole
from core.pagination import PageOut, PageQuery
from core.schemas import problems
from jobs import listings
from jobs.api.router import router
from jobs.exceptions import CannotFavourSelf, NeverWorkedForYou
from jobs.models import Favourite
from jobs.schemas.keeping import FavouriteAddedOut, FavouriteIn, FavouriteOut
from jobs.services import favouring


@router.get("/favourites", response={200: PageOut[FavouriteOut], **problems(401, 422, InvalidCursor)})
def list_favourites(request: ApiRequest, page: Query[PageQuery]) -> HttpResponse:
    """The workers whom the calling client likes to have back, the last added first."""
    return listings.favourites_of_client(request.auth, page=page).response()


@router.post(
    "/favourites",
    response={201: FavouriteAddedOut, **problems(401, 404, 422, WrongRole, NeverWorkedForYou, CannotFavourSelf)},
)
def add_favourite(request: ApiRequest, payload: FavouriteIn) -> Status[Favourite]:
    """Remember somebody who worked for you: they are the first to be offered a place that comes free again."""
    return Status(201, favouring.add_favourite(actor=request.auth, user_id=payload.user_id))


@router.delete("/favourites/{int:user_id}", response={204: None, **problems(401, 404, WrongRole)})
def remove_favourite(request: ApiRequest, user_id: int) -> Status[None]:
    """Take a worker off the list."""
    return Status(204, favouring.remove_favourite(actor=request.auth, user_id=user_id))
