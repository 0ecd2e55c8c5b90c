from datetime import timedelta

from django.conf import settings
from django.db import transaction

from core import clock
from core.actor import Actor, Role, require_role
from jobs.exceptions import DuplicatePosting, TooManyUnpaidJobs
from jobs.models import Job, JobStatus
from jobs.services.daily import refuse_too_many
from jobs.services.locks import lock_actor
from jobs.services.terms import IDENTITY, JobTerms, create_shifts, find_trade, quote_terms, write_terms

DUPLICATE_WINDOW = timedelta(minutes=1)


@transaction.atomic
def post_job(*, actor: Actor, terms: JobTerms) -> Job:
    """Post a job with its shifts, `pending` until its escrow is funded.

    Locks the client's user row, so that of two identical postings at the same time the second sees the first. Raises
    `WrongRole`, `InvalidSchedule`, `RateTooLow`, `ShiftTooLong`, `UnknownTrade`, `DuplicatePosting`,
    `TooManyRequests` (in a day) and `TooManyUnpaidJobs`.
    """
    require_role(actor, Role.CLIENT)
    quote = quote_terms(terms)
    job = Job(client_id=actor.user_id, created_by_id=actor.user_id)
    write_terms(job, terms, trade=find_trade(industry=terms.industry, subcategory=terms.subcategory), quote=quote)
    lock_actor(actor)
    # Read after the lock: the posting that was waited for may have just been made.
    job.created_at = job.updated_at = clock.now()
    if _posted_before(job):
        raise DuplicatePosting
    posted = Job.objects.filter(client_id=actor.user_id)
    refuse_too_many(posted, at="created_at", limit=settings.JOBS_POSTED_PER_DAY, what="jobs are posted")
    if Job.objects.filter(client_id=actor.user_id, status=JobStatus.PENDING).count() >= settings.UNPAID_JOBS:
        raise TooManyUnpaidJobs
    job.save(force_insert=True)
    create_shifts(job, quote.shifts)
    return job


def _posted_before(job: Job) -> bool:
    recent = Job.objects.filter(client_id=job.client_id, created_at__gt=job.created_at - DUPLICATE_WINDOW)
    return recent.filter(**{name: getattr(job, name) for name in IDENTITY}).exists()
