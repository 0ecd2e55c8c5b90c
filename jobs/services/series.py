"""Weekly series: what their client does with them. `series_making` posts their weeks."""

from datetime import date as Day
from typing import TypedDict

from django.db import transaction

from core import clock
from core.actor import Actor, Role, require_role
from core.errors import InvalidState, NotFound
from jobs.exceptions import AlreadyInSeries, InvalidSchedule, RateTooLow, ShiftTooLong
from jobs.models import Job, JobSeries, SeriesEnd, SeriesOccurrence
from jobs.services.editing import replace_terms
from jobs.services.job_changes import JobChanges
from jobs.services.locks import lock_actor, lock_series
from jobs.services.occurrences import cancel_unpaid, cancel_unpaid_after, lock_unpaid
from jobs.services.recurrence import Recurrence, as_json, recurrence_of, refuse_more_than_a_week
from jobs.services.schedule import refusal
from jobs.services.series_making import post_weeks
from jobs.services.terms import find_trade, quote_terms, stated_terms, with_changes


class SeriesChanges(TypedDict, total=False):
    """A name that is missing stays as it is; `until` of None is without end."""

    terms: JobChanges
    until: Day | None


@transaction.atomic
def start_series(*, actor: Actor, job_id: int, until: Day | None) -> JobSeries:
    """Repeat an own job every week, whatever became of it, and post the weeks that are due, each as `post_job` does.

    Locks the client. Raises `WrongRole`, `NotFound`, `AlreadyInSeries`, `UnknownTrade`, `InvalidSchedule` (also for a
    job of more than a week, and for an `until` before its next week), `RateTooLow` and `ShiftTooLong` for the next
    week. What refuses a later one leaves it out, and what refuses for now puts it off.
    """
    require_role(actor, Role.CLIENT)
    job = Job.objects.planned().filter(pk=job_id, client_id=actor.user_id).first()
    if job is None:
        raise NotFound
    recurrence = Recurrence(stated_terms(job), until)
    refuse_more_than_a_week(recurrence.terms)
    _refuse_unfit(recurrence)
    lock_actor(actor)
    _leave_ended_series(job)
    now = clock.now()
    terms = as_json(recurrence.terms)
    series = JobSeries.objects.create(
        client_id=actor.user_id, terms=terms, until=until, due_at=now, created_at=now, updated_at=now
    )
    SeriesOccurrence.objects.create(series=series, number=0, job=job, created_at=now)
    post_weeks(series, by_clock=False)
    return series


@transaction.atomic
def change_series(*, actor: Actor, series_id: int, changes: SeriesChanges) -> JobSeries:
    """Change the weeks to come, and those that are posted, ahead, unpaid, and were not edited by themselves.

    Weeks that were left out are tried again; unpaid ones after a new `until` are cancelled. A posted one that cannot
    have the new terms (they begin too early today, say) stays as it is. Locks client, series, and jobs by id. Raises
    `WrongRole`, `NotFound`, `InvalidState` for one that ended, `UnknownTrade`, and for the next week `InvalidSchedule`,
    `RateTooLow` and `ShiftTooLong`.
    """
    series = _lock_own(actor, series_id)
    if series.ended_at is not None:
        raise InvalidState("This series has ended. Start another one.")
    before = recurrence_of(series)
    terms = with_changes(before.terms, changes.get("terms", {}))
    after = Recurrence(terms, changes.get("until", before.until))
    _refuse_unfit(after)
    series.terms, series.until, series.updated_at = as_json(terms), after.until, clock.now()
    series.save(update_fields=["terms", "until", "updated_at"])
    left_out = SeriesOccurrence.objects.filter(series=series, job__isnull=True)
    left_out.filter(number__gte=after.first_ahead(clock.now())).delete()
    cancel_unpaid_after(series, after)
    if terms != before.terms:
        _change_posted(series, after)
    post_weeks(series, by_clock=False)
    return series


@transaction.atomic
def end_series(*, actor: Actor, series_id: int) -> JobSeries:
    """Post no more weeks, and cancel those that are posted, ahead and unpaid; ending twice changes nothing.

    A paid one stays: its client cancels it, if at all. No bound of how much one cancels in a day refuses it: nobody
    waits for an unpaid job. Locks client, series, and jobs by id. Raises `WrongRole` and `NotFound`.
    """
    series = _lock_own(actor, series_id)
    if series.ended_at is None:
        series.due_at, series.ended_at, series.ended_by = None, clock.now(), SeriesEnd.CLIENT
        series.save(update_fields=["due_at", "ended_at", "ended_by"])
        cancel_unpaid(series)
    return series


def _lock_own(actor: Actor, series_id: int) -> JobSeries:
    require_role(actor, Role.CLIENT)
    lock_actor(actor)
    return lock_series(series_id, client_id=actor.user_id)


def _leave_ended_series(job: Job) -> None:
    """A job is of one series: repeated again, it is the first of the new one. Raises `AlreadyInSeries`."""
    occurrence = SeriesOccurrence.objects.planned().select_related("series").filter(job=job).first()
    if occurrence is None:
        return
    if occurrence.series.ended_at is None:
        raise AlreadyInSeries
    occurrence.delete()


def _refuse_unfit(recurrence: Recurrence) -> None:
    number = recurrence.next_to_make(clock.now(), had=())
    if number is None:
        raise refusal("until", "nothing_to_repeat", "No week of the series would be over by that day.")
    terms = recurrence.week(number)
    find_trade(industry=terms.industry, subcategory=terms.subcategory)
    quote_terms(terms)


def _change_posted(series: JobSeries, recurrence: Recurrence) -> None:
    for occurrence, job in lock_unpaid(series):
        if occurrence.changed_at is not None:
            continue
        try:
            with transaction.atomic():
                replace_terms(job, recurrence.week(occurrence.number))
        except (InvalidSchedule, RateTooLow, ShiftTooLong):
            continue
