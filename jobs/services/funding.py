"""What payment tells jobs about money that arrived or was taken. Called in payment's transaction, which holds the job's
lock.

Nobody is taken on without their money: a job that a payer's bank took money from is open to nobody
(`jobs.eligibility`, and the trigger of `is_open`), from the notice until its escrow has all of its price again.
"""

from core import clock
from core.instances import update
from jobs.machines import JOB
from jobs.models import Application, ApplicationStatus, Job, JobStatus
from jobs.models.job import TAKES_PEOPLE
from jobs.services.locks import lock_job


def accepts_money(job: Job) -> bool:
    """Whether money for this job belongs into its escrow; late money goes to the client's wallet instead."""
    return job.status == JobStatus.PENDING and job.canceled_at is None and job.starts_at > clock.now()


def job_funded(*, job: Job, held_kobo: int) -> None:
    """Open the locked job once its escrow holds the price, and have it announced: see `announcing`.

    Money that came in part, or too late, changes nothing here.
    """
    from jobs import tasks  # which import all services

    if accepts_money(job) and held_kobo >= job.price_kobo:
        set_job_status(job, JobStatus.UPCOMING)
        tasks.announce_job.defer(job_id=job.pk)


def keeps_escrow(job: Job) -> bool:
    """Whether money that was this job's is still needed by it."""
    return job.status in (JobStatus.UPCOMING, JobStatus.ONGOING) or accepts_money(job)


def funding_withdrawn(*, job_id: int) -> None:
    """Escrow lost money to a payer's bank: a job that nobody was accepted for waits until it is paid again.

    Where people are accepted it goes on without taking on others, and staff decide: wages need money that is not there.
    """
    job = lock_job(job_id)
    if job.status not in TAKES_PEOPLE or job.canceled_at is not None:
        return
    accepted = Application.objects.filter(job=job, status=ApplicationStatus.ACCEPTED)
    if job.status == JobStatus.UPCOMING and not accepted.exists():
        if job.short_since is not None:
            # Those who were accepted then have left: it waits for money as any other does.
            job.short_since = None
            update(job, "short_since")
        set_job_status(job, JobStatus.PENDING)
    elif job.short_since is None:
        job.short_since = clock.now()
        update(job, "short_since")


def funding_restored(job: Job, *, outstanding_kobo: int) -> None:
    """The escrow of a locked job holds more, or needs less: where that is all of it the job is as open as it was."""
    from jobs.services.refill import offer_places  # which hires

    if job.short_since is not None and not outstanding_kobo:
        job.short_since = None
        update(job, "short_since")
        offer_places(job_id=job.pk)


def set_job_status(job: Job, status: JobStatus) -> None:
    """Move a locked job along its machine (W3)."""
    JOB.check(job.status, status)
    job.status = status
    job.updated_at = clock.now()
    update(job, "status", "updated_at")
