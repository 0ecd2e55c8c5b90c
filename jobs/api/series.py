from ninja import Query, Status

from core.actor import ApiRequest
from core.errors import InvalidCursor, InvalidState, WrongRole
from core.pagination import Page, PageOut, PageQuery
from core.schemas import problems
from jobs.api.router import router
from jobs.exceptions import UNFIT_TERMS, AlreadyInSeries, UnknownTrade
from jobs.models import JobSeries
from jobs.ports import ESCROW_ERRORS
from jobs.schemas.series import SeriesIn, SeriesListItem, SeriesOut, SeriesPatch
from jobs.selectors import series as selectors
from jobs.services import series as services

# Of moving money, of which an unpaid job has none.
CANCELING = ("already_paid", *ESCROW_ERRORS)


@router.post(
    "/jobs/{int:job_id}/series",
    response={201: SeriesOut, **problems(401, 404, 422, WrongRole, AlreadyInSeries, UnknownTrade, *UNFIT_TERMS)},
)
def start_series(request: ApiRequest, job_id: int, payload: SeriesIn) -> Status[selectors.Series]:
    """Repeat an own job every week. Its weeks are posted some weeks ahead, each `pending` until its price is paid."""
    series = services.start_series(actor=request.auth, job_id=job_id, until=payload.until)
    return Status(201, selectors.get_series(actor=request.auth, series_id=series.pk))


@router.get("/series", response={200: PageOut[SeriesListItem], **problems(401, 422, InvalidCursor)})
def list_series(request: ApiRequest, page: Query[PageQuery]) -> Page[JobSeries]:
    """The caller's series, the last started first, with those that ended."""
    return selectors.series_of(actor=request.auth, page=page)


@router.get("/series/{int:series_id}", response={200: SeriesOut, **problems(401, 404)})
def get_series(request: ApiRequest, series_id: int) -> selectors.Series:
    """A series with its weeks: their jobs, or why there is none."""
    return selectors.get_series(actor=request.auth, series_id=series_id)


@router.patch(
    "/series/{int:series_id}",
    response={
        200: SeriesOut,
        **problems(401, 404, 422, WrongRole, InvalidState, UnknownTrade, *UNFIT_TERMS, *CANCELING),
    },
)
def change_series(request: ApiRequest, series_id: int, payload: SeriesPatch) -> selectors.Series:
    """Change the weeks to come, and the posted ones ahead that are unpaid and were not edited by themselves."""
    services.change_series(actor=request.auth, series_id=series_id, changes=payload.changes())
    return selectors.get_series(actor=request.auth, series_id=series_id)


@router.post(
    "/series/{int:series_id}/end",
    response={200: SeriesOut, **problems(401, 404, WrongRole, InvalidState, *CANCELING)},
)
def end_series(request: ApiRequest, series_id: int) -> selectors.Series:
    """Post no more weeks, and cancel those that are posted, ahead and unpaid. Paid ones stay."""
    services.end_series(actor=request.auth, series_id=series_id)
    return selectors.get_series(actor=request.auth, series_id=series_id)
