"""The weeks of a series: which there are, which are due, and their terms. No database.

Week n has the days of week 0, n weeks later, at the same clock time of the job's zone: where the clocks change in
between, the moment in UTC moves by the hour, and a night in which they change has the minutes that really pass.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date as Day
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from pydantic import TypeAdapter

from jobs.models import JobSeries
from jobs.services.schedule import first_start, refusal
from jobs.services.terms import JobTerms

WEEK = timedelta(weeks=1)
# What came in the way may have gone by then, and settings may have changed.
LOOKED_AT_AGAIN = timedelta(days=1)
PUT_OFF_FOR = timedelta(hours=1)

TERMS = TypeAdapter(JobTerms)


def as_json(terms: JobTerms) -> dict[str, Any]:
    kept: dict[str, Any] = TERMS.dump_python(terms, mode="json")
    return kept


@dataclass(frozen=True, slots=True)
class Recurrence:
    """`terms` are those of week 0; no day of any week is after `until`."""

    terms: JobTerms
    until: Day | None

    def week(self, number: int) -> JobTerms:
        schedule = self.terms.schedule
        date, end_date = schedule.date + number * WEEK, schedule.end_date + number * WEEK
        return replace(self.terms, schedule=replace(schedule, date=date, end_date=end_date))

    def first_ahead(self, now: datetime) -> int:
        """The first week after week 0 that has not begun."""
        number = max(1, (self._today(now) - self.terms.schedule.date).days // 7)
        while first_start(self.week(number).schedule) <= now:
            number += 1
        return number

    def due(self, now: datetime) -> range:
        """The weeks that are to be posted by now, if they are not."""
        days_ahead = (self._today(now) - self.terms.schedule.date).days + 7 * settings.SERIES_WEEKS_AHEAD
        last = days_ahead // 7
        if self.until is not None:
            last = min(last, (self.until - self.terms.schedule.end_date).days // 7)
        return range(self.first_ahead(now), last + 1)

    def next_to_make(self, now: datetime, *, had: Collection[int]) -> int | None:
        """The first week ahead that is not among those that were made or left out; None after the last."""
        number = self.first_ahead(now)
        while number in had:
            number += 1
        return None if self.is_over_by(number) else number

    def is_over_by(self, number: int) -> bool:
        return self.until is not None and self.terms.schedule.end_date + number * WEEK > self.until

    def due_at(self, now: datetime, *, had: Collection[int]) -> datetime | None:
        """When to look at it next, after all that was due was tried; None after the last."""
        number = self.next_to_make(now, had=had)
        if number is None:
            return None
        if number in self.due(now):
            return now + PUT_OFF_FOR
        day = self.terms.schedule.date + (number - settings.SERIES_WEEKS_AHEAD) * WEEK
        return min(datetime.combine(day, time.min, self._zone), now + LOOKED_AT_AGAIN)

    @property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.terms.schedule.time_zone)

    def _today(self, now: datetime) -> Day:
        return now.astimezone(self._zone).date()


def recurrence_of(series: JobSeries) -> Recurrence:
    return Recurrence(TERMS.validate_python(series.terms), series.until)


def refuse_more_than_a_week(terms: JobTerms) -> None:
    """Its next week would begin before it is over. Raises `InvalidSchedule`."""
    if terms.schedule.end_date - terms.schedule.date >= WEEK:
        raise refusal("end_date", "longer_than_a_week", "A job that is repeated every week lasts a week at most.")
