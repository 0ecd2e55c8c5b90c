from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from core.schemas import Currency, Kobo, Out, StrictIn
from jobs.geography import Position
from jobs.models import AssignmentStatus, CheckInMethod, Correction, Job, ShiftAssignment
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
    reason: Annotated[str, Field(max_length=500)] = ""


class MinutesIn(StrictIn):
    minutes: Annotated[int, Field(strict=True, ge=1, le=1500)]
    reason: Annotated[str, Field(min_length=1, max_length=500)]


class ContestIn(StrictIn):
    reason: Annotated[str, Field(min_length=1, max_length=500)]


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
    raised_reason: str
    asked_minutes: Annotated[int | None, Field(description="What the worker says was worked, for the client to grant.")]
    asked_reason: str
    contested_at: Annotated[datetime | None, Field(description="The client says that the worker was not there.")]
    contest_reason: str
    no_show_at: datetime | None
    canceled_at: datetime | None
    cancel_reason: str
    wage_kobo: Kobo
    paid_wage_kobo: Kobo
    compensation_kobo: Kobo
    withheld_kobo: Annotated[Kobo, Field(description="Not paid, but in escrow as long as it may be disputed.")]
    withheld_until: datetime | None
    minutes_accepted_at: datetime | None
    currency: Currency = "NGN"


class AssignmentOut(AttendanceOut):
    job: JobBriefOut
    worker: PersonOut

    @staticmethod
    def resolve_job(assignment: ShiftAssignment) -> Job:
        return assignment.application.job


class SpellOut(Out):
    started_at: datetime
    ended_at: datetime | None


class CorrectionOut(Out):
    correction: Correction
    minutes_before: int | None
    minutes_after: int | None
    reason: str
    by: Annotated[Literal["worker", "client", "staff", "clock"], Field(description="Whose word it was.")]
    created_at: datetime


class AttendanceHistoryOut(Out):
    """The spells that the worker was there, and every correction, oldest first."""

    spells: list[SpellOut]
    corrections: list[CorrectionOut]
