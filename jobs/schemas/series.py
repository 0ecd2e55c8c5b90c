from datetime import date as Day
from datetime import datetime, time
from typing import Annotated, Any, Self, cast

from pydantic import Field, model_validator

from core.schemas import Kobo, Out, PatchIn, StrictIn
from jobs.models import JobSeries, JobStatus, SeriesEnd
from jobs.schemas.job import ClockTime
from jobs.schemas.terms import (
    AcceptFavourites,
    AcceptScoreAtLeast,
    AcceptWorkedTimes,
    BreakMinutes,
    CodeOnly,
    Description,
    Latitude,
    Location,
    Longitude,
    Places,
    Rate,
    Title,
    check_sent_position,
)
from jobs.schemas.terms import ClockTime as ClockTimeIn
from jobs.selectors.series import Week
from jobs.services.job_changes import JobChanges
from jobs.services.recurrence import recurrence_of
from jobs.services.series import SeriesChanges
from jobs.services.terms import JobTerms

Until = Annotated[Day | None, Field(description="No day of any job of it is after this one; null: without end.")]


class SeriesIn(StrictIn):
    until: Until = None


class SeriesPatch(PatchIn):
    """Only what is sent changes. The days stay: end the series, and start one from a job on other days."""

    until: Until = None
    title: Title = ""
    description: Description = ""
    start_time: ClockTimeIn = time.min
    end_time: ClockTimeIn = time.min
    break_minutes: BreakMinutes = 0
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

    def changes(self) -> SeriesChanges:
        sent: dict[str, Any] = self.model_dump(include=self.model_fields_set - {"until"})
        changes: SeriesChanges = {"terms": cast(JobChanges, sent)}
        if "until" in self.model_fields_set:
            changes["until"] = self.until
        return changes


class SeriesTermsOut(Out):
    """Those of week 0; each week has the same, so many weeks later."""

    title: str
    date: Annotated[Day, Field(alias="schedule.date")]
    end_date: Annotated[Day, Field(alias="schedule.end_date")]
    start_time: Annotated[ClockTime, Field(alias="schedule.start_time")]
    end_time: Annotated[ClockTime, Field(alias="schedule.end_time")]
    break_minutes: Annotated[int, Field(alias="schedule.break_minutes")]
    weekdays: Annotated[list[int], Field(alias="schedule.weekdays")]
    time_zone: Annotated[str, Field(alias="schedule.time_zone")]
    applicants_needed: int
    rate_kobo: Kobo
    location: str


class SeriesListItem(Out):
    id: int
    terms: SeriesTermsOut
    until: Until
    created_at: datetime
    ended_at: datetime | None
    ended_by: Annotated[SeriesEnd | None, Field(description="You, or that your account is no client's any more.")]

    @staticmethod
    def resolve_terms(series: JobSeries) -> JobTerms:
        return recurrence_of(series).terms

    @staticmethod
    def resolve_ended_by(series: JobSeries) -> str | None:
        return series.ended_by or None


class WeekOut(Out):
    number: Annotated[int, Field(description="0 is the job that the series was made from.", alias="occurrence.number")]
    date: Day
    end_date: Day
    job_id: Annotated[int | None, Field(alias="occurrence.job_id")]
    status: JobStatus | None
    starts_at: datetime | None
    left_out: Annotated[str | None, Field(description="The code of the rule for which it was not posted.")]
    changed: Annotated[bool, Field(description="You edited this one by itself: a change of the series leaves it.")]

    @staticmethod
    def resolve_status(week: Week) -> str | None:
        return None if week.occurrence.job is None else week.occurrence.job.status

    @staticmethod
    def resolve_starts_at(week: Week) -> datetime | None:
        return None if week.occurrence.job is None else week.occurrence.job.starts_at

    @staticmethod
    def resolve_left_out(week: Week) -> str | None:
        return week.occurrence.left_out or None

    @staticmethod
    def resolve_changed(week: Week) -> bool:
        return week.occurrence.changed_at is not None


class SeriesOut(Out):
    series: SeriesListItem
    weeks: Annotated[list[WeekOut], Field(description="The last 20 that were posted or left out, in order.")]
    next_date: Annotated[Day | None, Field(description="The first day of the next week that is not posted yet.")]
