"""The jobs of a series, one by one."""

from collections.abc import Iterator

from core import clock
from jobs.models import Job, JobSeries, JobStatus, SeriesOccurrence
from jobs.ports import ESCROW
from jobs.services.cancelling import cancel_locked
from jobs.services.locks import lock_job
from jobs.services.recurrence import Recurrence


def mark_as_changed(job_id: int) -> None:
    """Its client edited this one by itself; the caller holds the job's lock. Of a job of no series nothing changes."""
    SeriesOccurrence.objects.filter(job_id=job_id, changed_at__isnull=True).update(changed_at=clock.now())


def lock_unpaid(series: JobSeries) -> Iterator[tuple[SeriesOccurrence, Job]]:
    """What the locked series posted, lies ahead and nothing was paid for: each behind its job's lock, by job.

    Not week 0: its client posted that by hand.
    """
    made = SeriesOccurrence.objects.filter(series=series, number__gt=0, job__status=JobStatus.PENDING)
    for job_id in made.order_by("job_id").values_list("job_id", flat=True):
        job = lock_job(job_id)
        # Read behind the lock: a payment or an edit may have been there first.
        if job.starts_at > clock.now() and _is_unpaid(job):
            yield SeriesOccurrence.objects.planned().get(job_id=job.pk), job


def cancel_unpaid(series: JobSeries) -> None:
    """Cancel what `lock_unpaid` finds."""
    for _, job in lock_unpaid(series):
        cancel_locked(job, changed_by=series.client_id)


def cancel_unpaid_after(series: JobSeries, recurrence: Recurrence) -> None:
    """The same for the weeks after its last day. They leave the series: made longer again, it posts them again."""
    for occurrence, job in lock_unpaid(series):
        if recurrence.is_over_by(occurrence.number):
            cancel_locked(job, changed_by=series.client_id)
            occurrence.delete()


def _is_unpaid(job: Job) -> bool:
    if job.status != JobStatus.PENDING or job.canceled_at is not None:
        return False
    escrow = ESCROW.get().summary(job_id=job.pk, required_kobo=job.price_kobo)
    return escrow.paid_in_kobo == 0 and not escrow.in_review
