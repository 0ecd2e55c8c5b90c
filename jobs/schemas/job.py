"""Jobs as they are shown: in a list, whole, to the caller, and to their client."""

from datetime import date as Day
from datetime import datetime, time
from operator import sub
from typing import Annotated, Literal

from pydantic import Field, WithJsonSchema

from core.rows import From
from core.schemas import Currency, Kobo, Out
from jobs import work_offered
from jobs.days_left import days_left, pay_for_days_left_kobo
from jobs.models import ApplicationStatus, Job, JobStatus, JobType, Shift, ShiftType
from jobs.models.job import places_left, price_kobo
from jobs.schemas.application import ClientApplicationOut
from jobs.schemas.people import PersonOut, parts_of_score
from jobs.selectors.jobs import JobForCaller
from jobs.selectors.scoring import in_points
from jobs.work_offered import HOURS

# JSON Schema's "time" has an offset; this one is read in the job's `time_zone`.
ClockTime = Annotated[
    time, WithJsonSchema({"type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9]:00$", "examples": ["09:00:00"]})
]

PaidMinutes = Annotated[int, Field(description="Those that are paid: without the break.")]


class TradeOut(Out):
    slug: str
    name: str


class IndustryOut(TradeOut):
    subcategories: list[TradeOut]


class JobListItem(Out):
    id: int
    title: str
    industry: TradeOut
    subcategory: TradeOut | None
    job_type: JobType
    shift_type: ShiftType
    date: Day
    end_date: Day
    start_time: ClockTime
    end_time: ClockTime
    break_minutes: Annotated[int, Field(description="Unpaid, of each shift.")]
    time_zone: str
    starts_at: datetime
    ends_at: datetime
    applicants_needed: int
    places_left: Annotated[
        int,
        From("applicants_needed", "accepted_count", "status", "is_open", by=places_left),
        Field(description="Whole ones; 1 where only days that others left are free."),
    ]
    rate_kobo: Kobo
    shift_count: Annotated[int, From(*HOURS, by=work_offered.shift_count)]
    minutes: Annotated[int, From(*HOURS, by=work_offered.minutes), Field(description="Paid, of all shifts together.")]
    pay_kobo: Annotated[
        Kobo,
        From("price_wage_kobo", "applicants_needed", by=work_offered.pay_kobo),
        Field(description="What one worker earns by all shifts."),
    ]
    currency: Currency = "NGN"
    location: str
    latitude: float | None
    longitude: float | None
    status: JobStatus
    client: PersonOut
    created_at: datetime

    @staticmethod
    def resolve_shift_count(job: Job) -> int:
        return work_offered.shift_count_of(job)

    @staticmethod
    def resolve_minutes(job: Job) -> int:
        return work_offered.minutes_of(job)

    @staticmethod
    def resolve_pay_kobo(job: Job) -> int:
        return work_offered.pay_kobo_of(job)


class JobOnOfferOut(JobListItem):
    """To a worker: with what is left of it."""

    days_left: Annotated[
        list[Day] | None,
        From("open_shifts", *HOURS, by=days_left),
        Field(description="The days that somebody taken on now would get; null for all of the job's."),
    ]
    pay_for_days_left_kobo: Annotated[
        Kobo | None,
        From("open_shifts", "rate_kobo", *HOURS, by=pay_for_days_left_kobo),
        Field(description="What one worker earns by these days."),
    ]


class FoundJobOut(JobOnOfferOut):
    distance_m: Annotated[int | None, Field(description="From the position in the query; null without one.")] = None
    saved: Annotated[bool, Field(description="By you.")]
    applied: Annotated[bool, Field(description="You have an application that stands in the way of another.")]


class ClientJobItem(JobListItem):
    canceled_at: datetime | None
    accepted_count: int
    waiting_applications: int
    to_approve: Annotated[int, Field(description="Shifts that were worked and wait for your word.")]
    outstanding_kobo: Annotated[Kobo, Field(description="What is to be paid before the job opens.")]


class ClientJobsOut(Out):
    items: list[ClientJobItem]
    next_cursor: str | None
    counts: Annotated[
        dict[JobStatus, int],
        Field(description="How many jobs of yours are in each status; one without any is left out."),
    ]


class JobScoreOut(Out):
    distance: float
    skills: float
    experience: float
    rating: float
    reliability: float
    availability: float


class MatchedJobOut(JobOnOfferOut):
    """A job with the parts of its score, in points; they add up to `score`, of 100."""

    distance_km: int | None
    saved: Annotated[bool, Field(description="By you.")]
    available: Annotated[bool, Field(description="You wait for no other job at that time.")]
    score: Annotated[float, From("score", by=in_points)]
    score_parts: Annotated[JobScoreOut, parts_of_score(JobScoreOut)]


class ShiftOut(Out):
    id: int
    starts_at: datetime
    ends_at: datetime
    minutes: PaidMinutes
    canceled_at: datetime | None
    places_left: Annotated[
        int,
        From("job__applicants_needed", "taken_count", by=sub),
        Field(description="How many are missing on this day, if it is ahead and not canceled."),
    ]

    @staticmethod
    def resolve_places_left(shift: Shift) -> int:
        return shift.job.applicants_needed - shift.taken_count


class JobOut(JobListItem):
    """The same for whoever asks; the caller's own part is at `/jobs/{job_id}/me`."""

    description: str
    weekdays: list[int]
    code_only: Annotated[bool, Field(description="Check-in by the on-site code only.")]
    shifts: list[ShiftOut]
    canceled_at: datetime | None
    release_unconfirmed: Annotated[
        bool, Field(description="The place of a worker who does not confirm shortly before the job is released.")
    ]
    accept_favourites: Annotated[bool, Field(description="The client's favourites are accepted as soon as they apply.")]
    accept_worked_times: Annotated[
        int | None,
        Field(description="So is who worked so many shifts for this client without a no-show; null: no matter."),
    ]
    accept_score_at_least: Annotated[
        int | None,
        Field(description="So is who has so many of the 100 points of best applicants; beside a number, both count."),
    ]
    updated_at: datetime

    @staticmethod
    def resolve_shifts(job: Job) -> list[Shift]:
        return list(job.shifts.all())


class ApplyRefusalOut(Out):
    """A problem of POST /apply-jobs/, told before."""

    code: Literal["already_applied", "blocked", "job_full", "job_not_open", "job_started", "own_job", "wrong_role"]
    detail: str


class JobForCallerOut(Out):
    is_own: bool
    saved: bool
    application_id: int | None
    application_status: ApplicationStatus | None
    may_apply: bool
    refusal: Annotated[ApplyRefusalOut | None, Field(description="Why the caller may not apply.")]
    days_left: Annotated[
        list[Day] | None,
        Field(description="The days that somebody taken on at this moment would get; null for all of the job's."),
    ]
    pay_for_days_left_kobo: Kobo | None
    own_days: Annotated[
        list[Day] | None,
        Field(
            description="The days of somebody who was taken on for some of them; null for all of the job's, or none."
        ),
    ]
    pay_for_own_days_kobo: Kobo | None

    @staticmethod
    def resolve_refusal(job: JobForCaller) -> dict[str, str] | None:
        return None if job.refusal is None else {"code": job.refusal.code, "detail": job.refusal.detail}


class PriceOut(Out):
    wage_kobo: Kobo
    fee_kobo: Kobo
    total_kobo: Kobo


class PlannedShiftOut(Out):
    starts_at: datetime
    ends_at: datetime
    minutes: PaidMinutes


class QuoteOut(Out):
    shifts: list[PlannedShiftOut]
    per_worker: PriceOut
    total: PriceOut
    vat_kobo: Annotated[
        Kobo, Field(description="What of the total's fee is VAT, by the rates of the days on which shifts end.")
    ]
    currency: Currency = "NGN"


class CodedShiftOut(ShiftOut):
    on_site_code: str


class EscrowOut(Out):
    """paid_in = released + refunded + held."""

    required_kobo: Kobo
    paid_in_kobo: Kobo
    released_kobo: Kobo
    refunded_kobo: Kobo
    held_kobo: Kobo
    outstanding_kobo: Kobo
    in_review: Annotated[bool, Field(description="We look at a payment that is not what was asked for: pay no second.")]
    currency: Currency = "NGN"


class PostedJobOut(JobOut):
    """A job to its client: with the price that its escrow needs."""

    price_wage_kobo: Kobo
    price_fee_kobo: Kobo
    extra_kobo: Annotated[Kobo, Field(description="Extra time that was agreed, with its fee.")]
    price_kobo: Annotated[
        Kobo,
        From("price_wage_kobo", "price_fee_kobo", "extra_kobo", by=price_kobo),
        Field(description="All three together."),
    ]
    hidden_at: Annotated[datetime | None, Field(description="Since when our staff keep it from being found.")]
    hidden_reason: str


class OwnedJobOut(PostedJobOut):
    shifts: list[CodedShiftOut]  # type: ignore[assignment]  # the client sees more of the same shifts


class ClientJobOut(Out):
    job: OwnedJobOut
    escrow: EscrowOut
    applications: Annotated[
        list[ClientApplicationOut], Field(description="The first 100; all of them at /jobs/{job_id}/applications.")
    ]
    series_id: Annotated[int | None, Field(description="Of the weekly series that it is of, unless that has ended.")]
