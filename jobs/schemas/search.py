from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, Field, model_validator

from core.pagination import PageQuery
from core.schemas import BIGINT_MAX, Moment, Text
from jobs.geography import Box, Position
from jobs.models import ApplicationStatus, AssignmentStatus, JobStatus, JobType, ShiftType
from jobs.selectors.search import JobOrder, JobSearch

Amount = Annotated[int, Field(ge=0, le=BIGINT_MAX)]


Slug = Annotated[Text, Field(max_length=60)]
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
MAX_VALUES = 20
SEVERAL = "Several: what is one of them."


class JobFilters(BaseModel):
    """What a search may ask of a job, in a query or to be kept."""

    q: Annotated[Text, Field(max_length=200, description="Words, or beginnings of words.")] = ""
    industry: Annotated[list[Slug], Field(max_length=MAX_VALUES, description=SEVERAL)] = []
    subcategory: Annotated[list[Slug], Field(max_length=MAX_VALUES, description=SEVERAL)] = []
    min_rate_kobo: Amount | None = None
    max_rate_kobo: Amount | None = None
    date_from: date | None = None
    date_to: date | None = None
    shift_type: Annotated[list[ShiftType], Field(max_length=MAX_VALUES, description=SEVERAL)] = []
    job_type: Annotated[list[JobType], Field(max_length=MAX_VALUES, description=SEVERAL)] = []
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    radius_km: Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)] | None = None
    south: Annotated[Latitude | None, Field(description="A part of the map: send all four of its sides.")] = None
    north: Latitude | None = None
    west: Annotated[Longitude | None, Field(description="May be greater than east: beyond the 180th meridian.")] = None
    east: Longitude | None = None

    @model_validator(mode="after")
    def _position_is_whole(self) -> Self:
        if (self.latitude is None) != (self.longitude is None):
            raise ValueError("Send latitude and longitude together.")
        return self

    @model_validator(mode="after")
    def _box_is_whole(self) -> Self:
        sides = (self.south, self.north, self.west, self.east)
        if None in sides and any(side is not None for side in sides):
            raise ValueError("Send south, north, west and east together.")
        if self.south is not None and self.north is not None and self.south > self.north:
            raise ValueError("south is above north.")
        return self

    def search(self, order: JobOrder = JobOrder.NEWEST) -> JobSearch:
        return JobSearch(
            text=self.q or None,
            industry=tuple(self.industry),
            subcategory=tuple(self.subcategory),
            min_rate_kobo=self.min_rate_kobo,
            max_rate_kobo=self.max_rate_kobo,
            date_from=self.date_from,
            date_to=self.date_to,
            shift_type=tuple(self.shift_type),
            job_type=tuple(self.job_type),
            position=self._position(),
            radius_km=self.radius_km,
            box=self._box(),
            order=order,
        )

    def _position(self) -> Position | None:
        if self.latitude is None or self.longitude is None:
            return None
        return Position(self.latitude, self.longitude)

    def _box(self) -> Box | None:
        if self.south is None or self.north is None or self.west is None or self.east is None:
            return None
        return Box(self.south, self.north, self.west, self.east)


class JobQuery(JobFilters, PageQuery):
    order: JobOrder = JobOrder.NEWEST


class ClientJobsQuery(PageQuery):
    status: Annotated[list[JobStatus], Field(max_length=MAX_VALUES, description=SEVERAL)] = []


class ApplicationsQuery(PageQuery):
    status: Annotated[list[ApplicationStatus], Field(max_length=MAX_VALUES, description=SEVERAL)] = []


class AssignmentOrder(StrEnum):
    SOONEST = "soonest"
    LATEST = "latest"


class AssignmentsQuery(PageQuery):
    starting_from: Moment | None = None
    starting_before: Moment | None = None
    ending_after: Annotated[Moment | None, Field(description="With now: what runs, and what is ahead.")] = None
    status: Annotated[list[AssignmentStatus], Field(max_length=MAX_VALUES, description=SEVERAL)] = []
    job_id: Annotated[int, Field(ge=1, le=BIGINT_MAX)] | None = None
    order: Annotated[
        AssignmentOrder, Field(description="By start: the first one first, or for what is over the last one first.")
    ] = AssignmentOrder.SOONEST
