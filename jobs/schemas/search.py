from datetime import date
from typing import Annotated, Self

from pydantic import AwareDatetime, Field, model_validator

from core.pagination import PageQuery
from core.schemas import BIGINT_MAX, Text
from jobs.geography import Position
from jobs.models import ApplicationStatus, AssignmentStatus, JobStatus, JobType, ShiftType
from jobs.selectors.search import JobOrder, JobSearch

Amount = Annotated[int, Field(ge=0, le=BIGINT_MAX)]


class JobQuery(PageQuery):
    q: Annotated[Text, Field(max_length=200, description="Words, or beginnings of words.")] = ""
    industry: Annotated[Text, Field(max_length=60)] | None = None
    subcategory: Annotated[Text, Field(max_length=60)] | None = None
    min_rate_kobo: Amount | None = None
    max_rate_kobo: Amount | None = None
    date_from: date | None = None
    date_to: date | None = None
    shift_type: ShiftType | None = None
    job_type: JobType | None = None
    latitude: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)] | None = None
    radius_km: Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)] | None = None
    order: JobOrder = JobOrder.NEWEST

    @model_validator(mode="after")
    def _position_is_whole(self) -> Self:
        if (self.latitude is None) != (self.longitude is None):
            raise ValueError("Send latitude and longitude together.")
        return self

    def search(self) -> JobSearch:
        position = None
        if self.latitude is not None and self.longitude is not None:
            position = Position(self.latitude, self.longitude)
        return JobSearch(
            text=self.q or None,
            industry=self.industry,
            subcategory=self.subcategory,
            min_rate_kobo=self.min_rate_kobo,
            max_rate_kobo=self.max_rate_kobo,
            date_from=self.date_from,
            date_to=self.date_to,
            shift_type=self.shift_type,
            job_type=self.job_type,
            position=position,
            radius_km=self.radius_km,
            order=self.order,
        )


class ClientJobsQuery(PageQuery):
    status: JobStatus | None = None


class ApplicationsQuery(PageQuery):
    status: ApplicationStatus | None = None


class AssignmentsQuery(PageQuery):
    starting_from: AwareDatetime | None = None
    starting_before: AwareDatetime | None = None
    status: AssignmentStatus | None = None
    job_id: Annotated[int, Field(ge=1, le=BIGINT_MAX)] | None = None
