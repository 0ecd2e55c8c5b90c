from datetime import date as Day
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from core.rows import From, Told
from core.schemas import Currency, Id, Kobo, Out, StrictIn
from jobs import application_facts
from jobs.fair_terms import TermsChange
from jobs.models import ApplicationStatus, AssignmentStatus, JobStatus
from jobs.schemas.people import PersonOut, WorkerOut, parts_of_score
from jobs.selectors.scoring import in_points
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
        Told(application_facts.terms_changed),
        Field(description="Not what the worker agreed to. While there is any, nobody can be accepted."),
    ]
    days_left: Annotated[
        list[Day] | None,
        Told(application_facts.days_left),
        Field(description="While it waits: the days that it would get at this moment; null for all of the job's."),
    ]
    pay_for_days_left_kobo: Annotated[Kobo | None, Told(application_facts.pay_for_days_left_kobo)]
    may_take_place: Annotated[
        bool, Told(may_take_place), Field(description="Whether `take-place` gets a place at this moment.")
    ]
    confirmed_at: datetime | None
    may_confirm: Annotated[
        bool,
        Told(application_facts.may_confirm),
        Field(description="The job is near: say with `confirm` that you come."),
    ]
    assignments: Annotated[list[AssignmentBriefOut], From("assignment_list")]


class ClientApplicationOut(AppliedOut):
    """To the client of the job."""

    applicant: WorkerOut
    confirmation_asked_at: datetime | None
    confirmed_at: datetime | None
    release_from: Annotated[
        datetime | None,
        Told(application_facts.release_from),
        Field(description="From then on `release` takes the place back; null while it is not asked for, or confirmed."),
    ]
    released_at: datetime | None
    assignments: Annotated[list[AssignmentBriefOut], From("assignment_list")]


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
    history: Annotated[list[StatusChangeOut], From("history")]


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
    score: Annotated[float, From("score", by=in_points)]
    score_parts: Annotated[ApplicantScoreOut, parts_of_score(ApplicantScoreOut)]
