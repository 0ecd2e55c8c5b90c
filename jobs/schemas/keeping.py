from datetime import date, datetime
from typing import Annotated, Self

from pydantic import Field, model_validator

from core.rows import From
from core.schemas import Id, Out, StrictIn
from jobs.models import JobType, ShiftType
from jobs.schemas.job import JobOnOfferOut
from jobs.schemas.people import PersonOut, WorkerOut
from jobs.schemas.search import JobFilters

SearchName = Annotated[str, Field(min_length=1, max_length=60)]


class SaveJobIn(StrictIn):
    job_id: Annotated[Id, Field(strict=True)]


class SavedOut(Out):
    job_id: int
    saved_at: datetime


class SavedJobOut(SavedOut):
    job: JobOnOfferOut


class BlockIn(StrictIn):
    user_id: Annotated[Id, Field(strict=True)]


class BlockedOut(Out):
    user_id: Annotated[int, From("blocked_id"), Field(alias="blocked_id")]
    created_at: datetime


class BlockOut(BlockedOut):
    user: Annotated[PersonOut, From("blocked")]


class FavouriteIn(StrictIn):
    user_id: Annotated[Id, Field(strict=True)]


class FavouriteAddedOut(Out):
    user_id: Annotated[int, From("worker_id"), Field(alias="worker_id")]
    created_at: datetime


class FavouriteOut(FavouriteAddedOut):
    user: Annotated[WorkerOut, From("worker")]


class SavedFiltersIn(JobFilters, StrictIn):
    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if not any(value not in (None, "", []) for value in self.model_dump().values()):
            raise ValueError("Set at least one filter: without any, every new job would be told.")
        return self


class SavedFiltersOut(Out):
    """Named as the query parameters of `GET /jobs`, so that they can be sent there."""

    q: str
    industry: list[str]
    subcategory: list[str]
    min_rate_kobo: int | None
    max_rate_kobo: int | None
    date_from: date | None
    date_to: date | None
    shift_type: list[ShiftType]
    job_type: list[JobType]
    latitude: float | None
    longitude: float | None
    radius_km: float | None
    south: float | None
    north: float | None
    west: float | None
    east: float | None


class SearchNameIn(StrictIn):
    name: SearchName


class SavedSearchIn(SearchNameIn):
    filters: SavedFiltersIn


class SavedSearchOut(Out):
    id: int
    name: str
    filters: SavedFiltersOut
    created_at: datetime
