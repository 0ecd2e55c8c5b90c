"""Editing a job. Everything before anyone was accepted; afterwards what `correcting` allows."""

from collections.abc import Sequence

from django.db import transaction

from accounts.models import NotificationKind
from core import clock
from core.actor import Actor, Role, require_role
from core.errors import InvalidState, NotFound
from core.throttling import Throttle
from jobs.fair_terms import Terms, in_words, terms_now
from jobs.models import Application, ApplicationStatus, Job, JobStatus
from jobs.ports import ESCROW
from jobs.services.bounds import refuse_long_shifts, refuse_low_rate
from jobs.services.correcting import ALWAYS_EDITABLE, correct_job, write_always_editable
from jobs.services.funding import set_job_status
from jobs.services.history import WAITING
from jobs.services.job_changes import JobChanges
from jobs.services.locks import lock_job
from jobs.services.notices import tell_about_job
from jobs.services.occurrences import mark_as_changed
from jobs.services.terms import (
    JobTerms,
    create_shifts,
    find_trade,
    price_terms,
    stated_terms,
    terms_of,
    with_changes,
    write_terms,
)

# Each tells everybody who applied.
EDITS_PER_JOB = Throttle("job-edits", limit="JOB_EDITS_PER_HOUR", period_seconds=3600)


@transaction.atomic
def edit_job(*, actor: Actor, job_id: int, changes: JobChanges) -> Job:
    """Change a job's terms, its shifts, and with its price its funding; who applied is told.

    Dearer: the job is `pending` until the difference is paid. Cheaper: the difference goes to the client's wallet.
    Locks the job, then ledger accounts. Raises `NotFound`, `WrongRole`, `InvalidState`, `TooManyRequests`,
    `InvalidSchedule`, `RateTooLow`, `ShiftTooLong`, `UnknownTrade`, and what `correct_job` raises once somebody was
    accepted.
    """
    require_role(actor, Role.CLIENT)
    job = lock_job(job_id)
    if job.client_id != actor.user_id:
        raise NotFound
    if job.canceled_at is not None or job.status not in {JobStatus.PENDING, JobStatus.UPCOMING, JobStatus.ONGOING}:
        raise InvalidState("This job is over or canceled.")
    EDITS_PER_JOB.hit(str(job.pk))
    mark_as_changed(job.pk)
    before, agreed = terms_of(job), terms_now(job)
    if changes.keys() <= set(ALWAYS_EDITABLE):
        write_always_editable(job, changes)
        job.updated_at = clock.now()
        job.save(update_fields=[*ALWAYS_EDITABLE, "updated_at"])
        _tell_applicants(job, before, agreed)
        return job
    if job.starts_at <= clock.now() or Application.objects.filter(job=job, accepted_at__isnull=False).exists():
        correct_job(job, changes)
        _tell_applicants(job, before, agreed)
        return job
    replace_terms(job, with_changes(stated_terms(job), changes))
    _tell_applicants(job, before, agreed)
    return job


def replace_terms(job: Job, terms: JobTerms) -> None:
    """Write other terms, shifts and price over those of a locked job that nobody was accepted for.

    Raises `InvalidSchedule`, `RateTooLow`, `ShiftTooLong` and `UnknownTrade`.
    """
    quote = price_terms(terms)
    before = set(job.shifts.values_list("starts_at", "ends_at", "minutes"))
    moved = before != {(shift.starts_at, shift.ends_at, shift.minutes) for shift in quote.shifts}
    if (terms.rate_kobo, terms.schedule.end_date) != (job.rate_kobo, job.end_date):
        refuse_low_rate(terms.rate_kobo, last_day=terms.schedule.end_date)
    if moved:
        refuse_long_shifts(quote.shifts)
    write_terms(job, terms, trade=find_trade(industry=terms.industry, subcategory=terms.subcategory), quote=quote)
    job.save()
    if moved:
        # Nobody was ever accepted, so no assignment refers to them.
        job.shifts.all().delete()
        create_shifts(job, quote.shifts)
    _move_difference(job)


def _move_difference(job: Job) -> None:
    summary = ESCROW.get().fund_difference(job_id=job.pk, required_kobo=job.price_kobo, client_id=job.client_id)
    if summary.outstanding_kobo > 0 and job.status == JobStatus.UPCOMING:
        set_job_status(job, JobStatus.PENDING)
    elif summary.outstanding_kobo == 0 and job.status == JobStatus.PENDING:
        set_job_status(job, JobStatus.UPCOMING)


def _tell_applicants(job: Job, before: Sequence[object], agreed: Terms) -> None:
    """Whoever waits or was accepted should look again; with other terms, what changed, and that it binds nobody yet."""
    if terms_of(job) == before:
        return
    concerned = Application.objects.filter(job=job, status__in=[*WAITING, ApplicationStatus.ACCEPTED]).order_by("pk")
    tell_about_job(
        job,
        NotificationKind.JOB_CHANGED,
        user_ids=concerned.values_list("applicant_id", flat=True),
        occasion=f":{job.updated_at.isoformat()}",
        changed=in_words(agreed, terms_now(job)),
    )
