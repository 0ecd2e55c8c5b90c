from datetime import date as Day
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from core import clock
from core.schemas import Currency, Id, Kobo, Out, StrictIn
from jobs.confirmation import may_confirm, release_from
from jobs.days_left import days_left_of, pay_for_days_left_kobo_of
from jobs.fair_terms import TermsChange, changes_on_offer, changes_since
from jobs.models import ApplicationStatus, AssignmentStatus, JobStatus
from jobs.schemas.people import PersonOut, WorkerOut
from jobs.selectors.applications import ApplicationRow, OwnApplicationRow, first_shift_of
from jobs.selectors.best_applicants import WAITING, RankedApplication
from jobs.selectors.stand_bys import may_take_place


class ApplyIn(StrictIn):
    job_id: Annotated[Id, Field(strict=True)]
    note: Annotated[str, Field(max_length=1000)] = ""


class JobBriefOut(Out):
    id: int
    title: str
    date: Day
    end_date: Day
    starts_at: datetime
    ends_at: datetime
    break_minutes: Annotated[int, Field(description="Unpaid, of each shift.")]
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
    terms_changed: Annotated[
        list[TermsChange],
        Field(description="Not what the worker agreed to. While there is any, nobody can be accepted."),
    ]
    days_left: Annotated[
        list[Day] | None,
        Field(description="While it waits: the days that it would get at this moment; null for all of the job's."),
    ]
    pay_for_days_left_kobo: Kobo | None
    may_take_place: Annotated[bool, Field(description="Whether `take-place` gets a place at this moment.")]
    confirmed_at: datetime | None
    may_confirm: Annotated[bool, Field(description="The job is near: say with `confirm` that you come.")]
    assignments: Annotated[list[AssignmentBriefOut], Field(alias="assignment_list")]

    @staticmethod
    def resolve_terms_changed(application: OwnApplicationRow) -> list[TermsChange]:
        if application.status in WAITING:
            days = days_left_of(application.job, application.open_shifts)
            return changes_on_offer(application, application.job, days=days)
        return changes_since(application, application.job)

    @staticmethod
    def resolve_days_left(application: OwnApplicationRow) -> list[Day] | None:
        return days_left_of(application.job, application.open_shifts)

    @staticmethod
    def resolve_pay_for_days_left_kobo(application: OwnApplicationRow) -> int | None:
        return pay_for_days_left_kobo_of(application.job, application.open_shifts)

    @staticmethod
    def resolve_may_take_place(application: OwnApplicationRow) -> bool:
        return may_take_place(application, now=clock.now())

    @staticmethod
    def resolve_may_confirm(application: OwnApplicationRow) -> bool:
        return may_confirm(application, first_shift_of(application), now=clock.now())


class ClientApplicationOut(AppliedOut):
    """To the client of the job."""

    applicant: WorkerOut
    confirmation_asked_at: datetime | None
    confirmed_at: datetime | None
    release_from: Annotated[
        datetime | None,
        Field(description="From then on `release` takes the place back; null while it is not asked for, or confirmed."),
    ]
    released_at: datetime | None
    assignments: Annotated[list[AssignmentBriefOut], Field(alias="assignment_list")]

    @staticmethod
    def resolve_release_from(application: ApplicationRow) -> datetime | None:
        return release_from(application, first_shift_of(application))


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
