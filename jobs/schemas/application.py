from datetime import date as Day
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from core import clock
from core.schemas import Currency, Id, Kobo, Out, StrictIn, prose
from jobs.models import ApplicationStatus, AssignmentStatus, JobStatus
from jobs.schemas.people import PersonOut, WorkerOut
from jobs.selectors.applications import ApplicationRow
from jobs.selectors.best_applicants import RankedApplication
from jobs.selectors.stand_bys import may_take_place


class ApplyIn(StrictIn):
    job_id: Annotated[Id, Field(strict=True)]
    note: Annotated[str, Field(max_length=1000), AfterValidator(prose)] = ""


class JobBriefOut(Out):
    id: int
    title: str
    date: Day
    end_date: Day
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    rate_kobo: Kobo
    currency: Currency = "NGN"
    location: str
    status: JobStatus


class ApplicationJobOut(JobBriefOut):
    client: PersonOut


class AppliedOut(Out):
    """The answer to applying, accepting, rejecting and withdrawing."""

    id: int
    job_id: int
    applicant_id: int
    status: ApplicationStatus
    note: str
    created_at: datetime
    decided_at: datetime | None


class AssignmentBriefOut(Out):
    id: int
    shift_id: int
    status: AssignmentStatus
    starts_at: datetime
    ends_at: datetime
    worked_minutes: int | None
    approved_minutes: int | None


class ApplicationOut(AppliedOut):
    """To the worker who applied."""

    job: ApplicationJobOut
    offered_until: Annotated[
        datetime | None, Field(description="Until when a place that came free is kept for it and a few others.")
    ]
    may_take_place: Annotated[bool, Field(description="Whether `take-place` gets a place at this moment.")]
    assignments: Annotated[list[AssignmentBriefOut], Field(alias="assignment_list")]

    @staticmethod
    def resolve_may_take_place(application: ApplicationRow) -> bool:
        return may_take_place(application, now=clock.now())


class ClientApplicationOut(AppliedOut):
    """To the client of the job."""

    applicant: WorkerOut
    assignments: Annotated[list[AssignmentBriefOut], Field(alias="assignment_list")]


Counts = Annotated[
    dict[ApplicationStatus, int],
    Field(description="How many applications there are in each status; one without any is left out."),
]


class ApplicationsOut(Out):
    items: list[ApplicationOut]
    next_cursor: str | None
    counts: Counts


class JobApplicationsOut(Out):
    items: list[ClientApplicationOut]
    next_cursor: str | None
    counts: Counts


class StatusChangeOut(Out):
    from_status: Annotated[ApplicationStatus | Literal[""], Field(description="Empty where it began.")]
    to_status: ApplicationStatus
    created_at: datetime


class ApplicationDetailOut(ApplicationOut):
    applicant: WorkerOut
    history: list[StatusChangeOut]


class ApplicantScoreOut(Out):
    rating: float
    reliability: float
    distance: float
    experience: float
    skills: float
    availability: float


class BestApplicantOut(AppliedOut):
    """An applicant with the parts of the score, in points; they add up to `score`, of 100."""

    applicant: WorkerOut
    distance_km: int | None
    available: Annotated[bool, Field(description="Has no other shift at that time.")]
    score: float
    score_parts: ApplicantScoreOut

    @staticmethod
    def resolve_score(application: RankedApplication) -> float:
        return application.score / 10

    @staticmethod
    def resolve_score_parts(application: RankedApplication) -> dict[str, float]:
        return {part: getattr(application, f"{part}_part") / 10 for part in ApplicantScoreOut.model_fields}
