from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from core.schemas import Currency, Kobo, Out, StrictIn, prose
from jobs.geography import Position
from jobs.models import AssignmentStatus, CheckInMethod, Job, ShiftAssignment
from jobs.schemas.application import JobBriefOut
from jobs.schemas.people import PersonOut
from jobs.schemas.terms import Latitude, Longitude


class CheckInIn(StrictIn):
    """Either a position or the shift's on-site code."""

    latitude: Latitude | None = None
    longitude: Longitude | None = None
    code: Annotated[str, Field(pattern=r"^[0-9]{6}$")] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.latitude is None) != (self.longitude is None):
            raise ValueError("Send latitude and longitude together.")
        if (self.latitude is None) == (self.code is None):
            raise ValueError("Send either latitude and longitude, or the on-site code.")
        return self

    def position(self) -> Position | None:
        if self.latitude is None or self.longitude is None:
            return None
        return Position(self.latitude, self.longitude)


class ApproveIn(StrictIn):
    minutes: Annotated[int, Field(strict=True, ge=0, le=1500)] | None = None
    reason: Annotated[str, Field(max_length=500), AfterValidator(prose)] = ""


class AttendanceOut(Out):
    """An assignment by itself: the answer to every step of attendance."""

    id: int
    application_id: int
    shift_id: int
    worker_id: int
    status: AssignmentStatus
    starts_at: datetime
    ends_at: datetime
    checked_in_at: datetime | None
    check_in_method: CheckInMethod | Literal[""]
    check_in_distance_m: int | None
    checked_out_at: datetime | None
    checked_out_automatically: bool
    worked_minutes: int | None
    approved_at: datetime | None
    approved_automatically: bool
    approved_minutes: int | None
    lowered_reason: str
    no_show_at: datetime | None
    canceled_at: datetime | None
    cancel_reason: str
    wage_kobo: Kobo
    paid_wage_kobo: Kobo
    compensation_kobo: Kobo
    withheld_kobo: Annotated[Kobo, Field(description="Taken off, but still in escrow until the worker accepts it.")]
    withheld_until: datetime | None
    minutes_accepted_at: datetime | None
    currency: Currency = "NGN"


class AssignmentOut(AttendanceOut):
    job: JobBriefOut
    worker: PersonOut

    @staticmethod
    def resolve_job(assignment: ShiftAssignment) -> Job:
        return assignment.application.job
