"""Staff take a job out of what people find, and put it back. Nothing is deleted, and its client is told why.

A hidden job is in no search, match, saved search, saved job or invitation, its public page is gone, and it takes nobody
on: the trigger of `is_open` says so, by which all of them find jobs, and `eligibility.refusal_of_job`. Whoever applied
still reads it. Unpaid, it takes no money; what was paid by a checkout that was open before is credited as always. Its
money, and whoever was taken on, are untouched: their shifts are worked, approved and paid, and its
client may cancel it as any other.
"""

from django.db import transaction

from accounts.models import NotificationKind
from accounts.services.notifications import notify
from core import clock
from core.errors import InvalidState
from jobs.models import Job
from jobs.services.locks import lock_job
from jobs.services.notices import facts_of
from jobs.services.refill import offer_places


@transaction.atomic
def hide_job(*, job_id: int, reason: str) -> Job:
    """Locks the job. Raises `NotFound` and `InvalidState` (it is hidden)."""
    job = lock_job(job_id)
    if job.hidden_at is not None:
        raise InvalidState("This job is hidden already.")
    job.hidden_at, job.hidden_reason = clock.now(), reason
    job.save(update_fields=["hidden_at", "hidden_reason"])
    _tell_client(job, NotificationKind.JOB_HIDDEN, reason)
    return job


@transaction.atomic
def restore_job(*, job_id: int, reason: str) -> Job:
    """Show it again; a place that came free meanwhile is offered to those who stand by. Locks the job, applications.

    Raises `NotFound` and `InvalidState` (it is not hidden).
    """
    job = lock_job(job_id)
    if job.hidden_at is None:
        raise InvalidState("This job is not hidden.")
    job.hidden_at, job.hidden_reason = None, ""
    job.save(update_fields=["hidden_at", "hidden_reason"])
    _tell_client(job, NotificationKind.JOB_RESTORED, reason)
    offer_places(job_id=job.pk)
    return job


def _tell_client(job: Job, kind: NotificationKind, reason: str) -> None:
    notify(
        user_id=job.client_id,
        kind=kind,
        params={**facts_of(job), "why": reason},
        # It may be hidden and shown more than once.
        dedupe_key=f"{kind}:job:{job.pk}:{clock.now():%Y%m%d%H%M%S%f}",
    )
