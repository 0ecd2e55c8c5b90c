"""What a client sends: the terms of a job, and changes to them."""

import re
from datetime import date as Day
from datetime import time
from typing import Annotated, Any, Protocol, Self, cast

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from core.schemas import PatchIn, StrictIn
from core.texts import one_line
from jobs.models import JobType, ShiftType
from jobs.models.job import MAX_APPLICANTS_NEEDED, MAX_BREAK_MINUTES, MAX_RATE_KOBO, MAX_SCORE, MAX_WORKED_TIMES
from jobs.services.job_changes import JobChanges
from jobs.services.schedule import Schedule
from jobs.services.terms import JobTerms

CLOCK_TIME = r"^([01][0-9]|2[0-3]):[0-5][0-9](:00)?$"


def _clock_time(value: Any) -> Any:
    if isinstance(value, str) and not re.match(CLOCK_TIME, value.strip(), re.ASCII):
        raise ValueError("Give hours and minutes in the job's own time zone, for example 09:00.")
    return value


def _distinct(value: list[int]) -> list[int]:
    return sorted(set(value))


Title = Annotated[str, Field(min_length=3, max_length=120), AfterValidator(one_line)]
Description = Annotated[str, Field(min_length=1, max_length=5000)]
Slug = Annotated[str, Field(min_length=1, max_length=60)]
ClockTime = Annotated[
    time,
    BeforeValidator(_clock_time),
    # JSON Schema's "time" has an offset; this one is read in the job's time zone.
    WithJsonSchema({"type": "string", "pattern": CLOCK_TIME, "examples": ["09:00"]}),
]
Weekdays = Annotated[
    list[Annotated[int, Field(strict=True, ge=0, le=6)]],
    Field(max_length=7, description="Working days, Monday is 0. Empty: every day."),
    AfterValidator(_distinct),
]
BreakMinutes = Annotated[
    int,
    Field(strict=True, ge=0, le=MAX_BREAK_MINUTES, description="Unpaid, of each shift: pay and price leave it out."),
]
Places = Annotated[int, Field(strict=True, ge=1, le=MAX_APPLICANTS_NEEDED)]
# From one naira an hour on, a shift of one minute has a wage that does not round to nothing.
MIN_RATE_KOBO = 100
Rate = Annotated[int, Field(strict=True, ge=MIN_RATE_KOBO, le=MAX_RATE_KOBO, description="Kobo per worker and hour.")]
ZoneName = Annotated[str, Field(min_length=1, max_length=64)]
Location = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(one_line)]
Latitude = Annotated[float, Field(strict=True, ge=-90, le=90, allow_inf_nan=False)]
Longitude = Annotated[float, Field(strict=True, ge=-180, le=180, allow_inf_nan=False)]


CodeOnly = Annotated[
    bool, Field(strict=True, description="Check-in by the on-site code only, not by position: the place is public.")
]


AcceptFavourites = Annotated[
    bool, Field(strict=True, description="Favourites of the client who apply are accepted at once.")
]
AcceptWorkedTimes = Annotated[
    int | None,
    Field(
        ge=1,
        le=MAX_WORKED_TIMES,
        description="Who had so many shifts for this client approved, and no no-show, is accepted at once; or null.",
    ),
]
AcceptScoreAtLeast = Annotated[
    int | None,
    Field(
        ge=1,
        le=MAX_SCORE,
        description="Who has so many points as best applicant, and no no-show here, is accepted at once; or null. "
        "Beside `accept_worked_times` both are needed.",
    ),
]


class HoursIn(StrictIn):
    job_type: JobType = JobType.SINGLE_DAY
    start_time: ClockTime
    end_time: Annotated[ClockTime, Field(description="Not after the start: the shift ends on the next day.")]
    weekdays: Weekdays = []
    break_minutes: BreakMinutes = 0
    time_zone: ZoneName = "Africa/Lagos"


class ScheduleIn(HoursIn):
    date: Day
    end_date: Annotated[Day | None, Field(description="The last day; without it the job has one day.")] = None

    def schedule(self) -> Schedule:
        return Schedule(
            job_type=self.job_type.value,
            date=self.date,
            end_date=self.end_date or self.date,
            start_time=self.start_time,
            end_time=self.end_time,
            weekdays=tuple(self.weekdays),
            time_zone=self.time_zone,
            break_minutes=self.break_minutes,
        )


class PayIn(StrictIn):
    applicants_needed: Places = 1
    rate_kobo: Rate


class QuoteIn(PayIn, ScheduleIn):
    """What a price is made of."""


class WorkIn(StrictIn):
    """What is to be done, where, and who is taken on."""

    title: Title
    description: Description
    industry: Annotated[Slug, Field(description="Slug of an industry.")]
    subcategory: Annotated[Slug | None, Field(description="Slug of one of the industry's subcategories.")] = None
    shift_type: ShiftType = ShiftType.DAY
    location: Location
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    code_only: CodeOnly = False
    release_unconfirmed: Annotated[
        bool, Field(strict=True, description="Release by itself the place of a worker who does not confirm it.")
    ] = False
    accept_favourites: AcceptFavourites = False
    accept_worked_times: AcceptWorkedTimes = None
    accept_score_at_least: AcceptScoreAtLeast = None

    @model_validator(mode="after")
    def _position_is_whole(self) -> Self:
        return _check_position(self)


class JobIn(WorkIn, QuoteIn):
    def terms(self) -> JobTerms:
        return JobTerms(
            title=self.title,
            description=self.description,
            industry=self.industry,
            subcategory=self.subcategory,
            shift_type=self.shift_type.value,
            schedule=self.schedule(),
            applicants_needed=self.applicants_needed,
            rate_kobo=self.rate_kobo,
            location=self.location,
            latitude=self.latitude,
            longitude=self.longitude,
            code_only=self.code_only,
            release_unconfirmed=self.release_unconfirmed,
            accept_favourites=self.accept_favourites,
            accept_worked_times=self.accept_worked_times,
            accept_score_at_least=self.accept_score_at_least,
        )


class CopyIn(StrictIn):
    date: Day
    end_date: Annotated[Day | None, Field(description="Without it the copy has as many days as the job.")] = None


class JobPatch(PatchIn):
    """Only what is sent changes. `null` empties the optional fields, and is refused for the others."""

    title: Title = ""
    description: Description = ""
    industry: Slug = ""
    subcategory: Slug | None = None
    job_type: JobType = JobType.SINGLE_DAY
    shift_type: ShiftType = ShiftType.DAY
    date: Day = Day.min
    end_date: Day = Day.min
    start_time: ClockTime = time.min
    end_time: ClockTime = time.min
    weekdays: Weekdays = []
    break_minutes: BreakMinutes = 0
    time_zone: ZoneName = ""
    applicants_needed: Places = 1
    rate_kobo: Rate = 1
    location: Location = ""
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    code_only: CodeOnly = False
    accept_favourites: AcceptFavourites = False
    accept_worked_times: AcceptWorkedTimes = None
    accept_score_at_least: AcceptScoreAtLeast = None

    @model_validator(mode="after")
    def _position_is_whole(self) -> Self:
        return check_sent_position(self)

    @model_validator(mode="after")
    def _something_is_sent(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("Send at least one field to change.")
        return self

    def changes(self) -> JobChanges:
        sent: dict[str, Any] = self.model_dump(include=self.model_fields_set)
        if "weekdays" in sent:
            sent["weekdays"] = tuple(sent["weekdays"])
        return cast(JobChanges, sent)


class Positioned(Protocol):
    latitude: float | None
    longitude: float | None


class SentPosition(Positioned, Protocol):
    @property
    def model_fields_set(self) -> set[str]: ...


def check_sent_position[S: SentPosition](patch: S) -> S:
    """Of what changes only what is sent: both or neither."""
    if len(patch.model_fields_set & {"latitude", "longitude"}) == 1:
        raise ValueError("Send latitude and longitude together.")
    return _check_position(patch)


def _check_position[S: Positioned](sent: S) -> S:
    if (sent.latitude is None) != (sent.longitude is None):
        raise ValueError("Send latitude and longitude together.")
    return sent
