"""Series, to their client."""

from dataclasses import dataclass
from datetime import date as Day

from core import clock
from core.actor import Actor
from core.errors import NotFound
from core.pagination import Page, PageQuery, paginate
from jobs.models import JobSeries, SeriesOccurrence
from jobs.services.recurrence import recurrence_of
from jobs.services.terms import JobTerms

# As many weeks as a client looks back on; those ahead are fewer.
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Week:
    """One of a series; `job` is None where it was left out."""

    occurrence: SeriesOccurrence
    date: Day
    end_date: Day


@dataclass(frozen=True, slots=True)
class Series:
    """A series with its last weeks in order, and the day on which the next one begins that is yet to be posted."""

    series: JobSeries
    terms: JobTerms
    weeks: list[Week]
    next_date: Day | None


def series_of(*, actor: Actor, page: PageQuery) -> Page[JobSeries]:
    series = JobSeries.objects.planned().filter(client_id=actor.user_id)
    return paginate(series, order=("-created_at", "-id"), page=page, listing="series")


def get_series(*, actor: Actor, series_id: int) -> Series:
    """In two queries. Raises `NotFound` to anybody but its client."""
    series = JobSeries.objects.planned().filter(pk=series_id, client_id=actor.user_id).first()
    if series is None:
        raise NotFound
    occurrences = SeriesOccurrence.objects.planned().filter(series=series).select_related("job").defer("job__search")
    newest = list(occurrences.order_by("-number")[:SHOWN])
    recurrence = recurrence_of(series)
    number = recurrence.next_to_make(clock.now(), had={one.number for one in newest})
    return Series(
        series=series,
        terms=recurrence.terms,
        weeks=[_week(one, recurrence.week(one.number)) for one in reversed(newest)],
        next_date=None if series.ended_at or number is None else recurrence.week(number).schedule.date,
    )


def _week(occurrence: SeriesOccurrence, terms: JobTerms) -> Week:
    """A posted one has its own days: its client may have moved them."""
    if (job := occurrence.job) is not None:
        return Week(occurrence, job.date, job.end_date)
    return Week(occurrence, terms.schedule.date, terms.schedule.end_date)
