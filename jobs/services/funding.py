"""What payment tells jobs about money that arrived. Called in payment's transaction, which holds the job's lock."""

from core import clock
from core.instances import update
from jobs.machines import JOB
from jobs.models import Application, ApplicationStatus, Job, JobStatus
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

    Where people are accepted it goes on, and staff decide: their wages need money that is not there.
    """
    job = lock_job(job_id)
    accepted = Application.objects.filter(job=job, status=ApplicationStatus.ACCEPTED)
    if job.status == JobStatus.UPCOMING and job.canceled_at is None and not accepted.exists():
        set_job_status(job, JobStatus.PENDING)


def set_job_status(job: Job, status: JobStatus) -> None:
    """Move a locked job along its machine (W3)."""
    JOB.check(job.status, status)
    job.status = status
    job.updated_at = clock.now()
    update(job, "status", "updated_at")
