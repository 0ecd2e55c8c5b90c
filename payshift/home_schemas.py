"""What waits for a person, by role: the first screen in one answer."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from accounts.face_schemas import FaceOut
from core.rows import From
from core.schemas import Currency, Kobo, Out
from jobs.models import AssignmentStatus, JobStatus
from jobs.models.job import places_left
from jobs.schemas.job import MatchedJobOut


class HomeShiftOut(Out):
    """A shift of the worker's that runs or is ahead."""

    assignment_id: int
    application_id: int
    status: AssignmentStatus
    starts_at: datetime
    ends_at: datetime
    job_id: int
    job_title: str
    location: str
    latitude: float | None
    longitude: float | None
    time_zone: str
    may_confirm: Annotated[bool, Field(description="The job is near: say at the application that you come.")]
    extra_time_minutes: Annotated[
        int | None, Field(description="The client asks you to stay so much longer: answer at the shift.")
    ]


class WorkerHomeOut(Out):
    shifts: Annotated[list[HomeShiftOut], Field(description="What runs now and what comes next, at most three.")]
    minutes_to_accept: Annotated[int, Field(description="Shifts with lowered minutes or a no-show to answer.")]
    waiting_applications: int
    open_invitations: Annotated[int, Field(description="To jobs that still take people on, not applied to.")]
    matches: Annotated[list[MatchedJobOut], Field(description="The best of GET /jobs/matched.")]


class ToApproveOut(Out):
    """A shift that was worked and waits for the client's word."""

    assignment_id: Annotated[int, From("pk")]
    job_id: Annotated[int, From("application__job_id")]
    job_title: Annotated[str, From("application__job__title")]
    worker: FaceOut
    starts_at: datetime
    ends_at: datetime
    worked_minutes: int | None


class HomeJobOut(Out):
    """A job ahead that is to be paid, or to be filled."""

    id: int
    title: str
    status: JobStatus
    starts_at: datetime
    time_zone: str
    places_left: Annotated[int, From("applicants_needed", "accepted_count", "status", "is_open", by=places_left)]
    waiting_applications: int
    outstanding_kobo: Kobo


class ClientHomeOut(Out):
    to_approve_count: int
    to_approve: Annotated[list[ToApproveOut], Field(description="The oldest, at most ten.")]
    to_pay_count: int
    to_fill_count: int
    jobs: Annotated[list[HomeJobOut], Field(description="To be paid or filled, the soonest first, at most twenty.")]


class HomeOut(Out):
    unread_count: int
    balance_kobo: Annotated[int, Field(description="Of the wallet; below zero where it owes.")]
    in_flight_kobo: Annotated[Kobo, Field(description="On its way to the bank.")]
    currency: Currency = "NGN"
    reviews_to_write: int
    worker: Annotated[WorkerHomeOut | None, Field(description="Of those in the role of applicants.")]
    client: Annotated[ClientHomeOut | None, Field(description="Of those in the role of clients.")]
