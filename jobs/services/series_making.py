"""The clock of series: the weeks that are due are posted, each once.

Client and series are locked, the weeks that there are read, and the others posted and written down, in one transaction:
of two schedulers the second finds nothing to do, and whoever is killed has done nothing. Below that, the database
refuses a second row of a week, and with it the job.
"""

from django.db import transaction

from core import clock
from core.actor import Actor, Role
from core.errors import PayshiftError, TooManyRequests, WrongRole
from jobs.exceptions import (
    DuplicatePosting,
    InvalidSchedule,
    RateTooLow,
    ShiftTooLong,
    TooManyUnpaidJobs,
    UnknownTrade,
)
from jobs.models import Job, JobSeries, SeriesEnd, SeriesOccurrence
from jobs.services.clockwork import in_own_transactions
from jobs.services.locks import lock_actor, lock_series
from jobs.services.notices import tell_of_week_left_out, tell_of_week_posted
from jobs.services.posting import post_job
from jobs.services.recurrence import recurrence_of
from jobs.services.terms import JobTerms


def post_due_weeks() -> int:
    """Post what is due of all series."""
    due = JobSeries.objects.filter(due_at__lte=clock.now()).order_by("due_at", "pk")
    return in_own_transactions(due.values_list("pk", flat=True), _post_due)


def post_weeks(series: JobSeries, *, by_clock: bool) -> None:
    """Post the weeks that are due of a series whose client and row are locked, and write down when to look again.

    A week that the rules of terms refuse is left out, and the series goes on; a bound of the client's puts it off. The
    client is told, once for each week; of what was posted only where the clock did it.
    """
    recurrence, now = recurrence_of(series), clock.now()
    had = _weeks_had(series)
    for number in recurrence.due(now):
        if number in had:
            continue
        terms = recurrence.week(number)
        try:
            job = _post(series, number, terms)
        except (InvalidSchedule, RateTooLow, ShiftTooLong, UnknownTrade) as refused:
            SeriesOccurrence.objects.create(series=series, number=number, left_out=refused.code, created_at=now)
            _tell_left_out(series, number, terms, refused)
        except (TooManyUnpaidJobs, TooManyRequests, DuplicatePosting) as refused:
            # It passes by itself, or when the client has paid.
            _tell_left_out(series, number, terms, refused)
            break
        else:
            if by_clock:
                tell_of_week_posted(job)
        had.add(number)
    series.due_at = recurrence.due_at(now, had=had)
    series.save(update_fields=["due_at"])


def end_series_of(*, user_id: int) -> None:
    """End all series of somebody who is no client any more; what becomes of their jobs is decided elsewhere."""
    running = JobSeries.objects.filter(client_id=user_id, ended_at__isnull=True)
    running.update(due_at=None, ended_at=clock.now(), ended_by=SeriesEnd.ACCOUNT)


def _post_due(series_id: int) -> bool:
    client_id = JobSeries.objects.values_list("client_id", flat=True).get(pk=series_id)
    try:
        lock_actor(Actor(client_id, Role.CLIENT))
    except WrongRole:
        end_series_of(user_id=client_id)
        return True
    series = lock_series(series_id, client_id=client_id)
    if series.due_at is None or series.due_at > clock.now():
        return False
    post_weeks(series, by_clock=True)
    return True


def _weeks_had(series: JobSeries) -> set[int]:
    return set(SeriesOccurrence.objects.filter(series=series).values_list("number", flat=True))


@transaction.atomic
def _post(series: JobSeries, number: int, terms: JobTerms) -> Job:
    job = post_job(actor=Actor(series.client_id, Role.CLIENT), terms=terms)
    SeriesOccurrence.objects.create(series=series, number=number, job=job, created_at=clock.now())
    return job


def _tell_left_out(series: JobSeries, number: int, terms: JobTerms, refused: PayshiftError) -> None:
    made = SeriesOccurrence.objects.filter(series=series, job__isnull=False).order_by("-number")
    job = Job.objects.planned().get(pk=made.values_list("job_id", flat=True)[0])
    tell_of_week_left_out(job, terms.schedule, why=refused.detail, occasion=f"{series.pk}:{number}")
