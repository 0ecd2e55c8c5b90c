"""Cancelling touches shifts that have not started; people at work run on to their approval.

It is free until 24 hours before the first shift. Later, each accepted worker is compensated with a share of the wage
of the next shift that is cancelled for them.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from accounts.permissions import require_permission, require_proof
from core import clock
from core.actor import Actor, Role, require_role
from core.errors import InvalidState, NotFound
from jobs.days_left import shifts_of_each
from jobs.models import Application, ApplicationStatus, AssignmentStatus, CancelReason, Job, JobStatus, ShiftAssignment
from jobs.ports import ESCROW, STAFF_CANCELS, Compensation
from jobs.services.counters import Counters, add_to_counters
from jobs.services.daily import lock_canceller
from jobs.services.extra_time import drop_extra_time
from jobs.services.history import close_waiting_applications
from jobs.services.locks import lock_applications, lock_assignments_of, lock_job
from jobs.services.notices import tell_about_closed_applications, tell_of_work_called_off
from jobs.services.outcome import conclude_applications
from jobs.services.settlement import end_job, refund_uncommitted, settle_job

FREE_UNTIL = timedelta(hours=24)
CANCELABLE = {JobStatus.PENDING, JobStatus.UPCOMING, JobStatus.ONGOING}


@transaction.atomic
def cancel_job(*, actor: Actor, job_id: int) -> Job:
    """Cancel what has not started, compensate, refund. A job with people at work ends when they are settled.

    For the job's client, so often a day, and for staff who may change jobs. Locks the client who asks, or what staff
    moved alone today, job, applications, assignments, then ledger accounts. Raises `NotFound`, `WrongRole`,
    `Forbidden`, `TooManyRequests`, `InvalidState` when nothing is left to cancel, and of staff by the API
    `ProofRequired` and `SecondPersonNeeded`.
    """
    require_role(actor, Role.CLIENT, Role.ADMIN)
    if actor.is_staff:
        require_permission(actor, "jobs.change_job")
        require_proof(actor)
        return STAFF_CANCELS.get().cancel_alone(staff_id=actor.user_id, job_id=job_id)
    lock_canceller(actor, limit=settings.JOBS_CANCELED_PER_DAY)
    job = lock_job(job_id)
    if job.client_id != actor.user_id:
        raise NotFound
    return cancel_locked(job, changed_by=actor.user_id)


@transaction.atomic
def cancel_job_for_staff(*, job_id: int, by_user_id: int) -> Job:
    """The same by the word of staff, or of two of them: see `jobs.ports.StaffCancels`. Raises `InvalidState`."""
    return cancel_locked(lock_job(job_id), changed_by=by_user_id)


def held_kobo(job: Job) -> int:
    """What its escrow holds."""
    return ESCROW.get().summary(job_id=job.pk, required_kobo=job.price_kobo).held_kobo


def cancel_locked(job: Job, *, changed_by: int) -> Job:
    """Raises `InvalidState` when nothing of the locked job is left to cancel."""
    now = clock.now()
    if job.status not in CANCELABLE or job.canceled_at is not None:
        raise InvalidState("This job is over or already canceled.")
    canceled_shifts = job.shifts.filter(starts_at__gt=now).update(canceled_at=now)
    if not canceled_shifts:
        raise InvalidState("Every shift of this job has started: approve the work instead.")
    job.canceled_at = now
    job.save(update_fields=["canceled_at"])
    if job.status == JobStatus.PENDING:
        end_job(job, JobStatus.CANCELED, changed_by=changed_by)
        return job
    closed = close_waiting_applications(job_id=job.pk, changed_by=changed_by)
    tell_about_closed_applications(closed, job)
    affected = _lock_work_ahead(job, now=now)
    if now > job.starts_at - FREE_UNTIL:
        compensate(job, [min(ahead, key=lambda assignment: assignment.starts_at) for ahead in affected.values()])
    called_off = [assignment for ahead in affected.values() for assignment in ahead]
    call_off(called_off, now=now)
    conclude_applications(affected, changed_by=changed_by)
    drop_extra_time(job, called_off)
    tell_of_work_called_off(shifts_of_each(affected, job), job)
    if not settle_job(job_id=job.pk):
        refund_uncommitted(job)
    return lock_job(job.pk)


def _lock_work_ahead(job: Job, *, now: datetime) -> dict[Application, list[ShiftAssignment]]:
    """Of everybody who has some."""
    accepted = lock_applications(job_id=job.pk, status=ApplicationStatus.ACCEPTED)
    assignments = lock_assignments_of(accepted)
    ahead = {
        application: [
            assignment
            for assignment in assignments[application.pk]
            if assignment.status == AssignmentStatus.SCHEDULED and assignment.starts_at > now
        ]
        for application in accepted
    }
    return {application: work for application, work in ahead.items() if work}


def call_off(ahead: Sequence[ShiftAssignment], *, now: datetime) -> None:
    """Write the end of locked assignments, with what was compensated for them."""
    for assignment in ahead:
        assignment.status = AssignmentStatus.CANCELED
        assignment.cancel_reason = CancelReason.JOB_CANCELED
        assignment.canceled_at = now
    ShiftAssignment.objects.bulk_update(ahead, ["status", "cancel_reason", "canceled_at", "compensation_kobo"])


def compensate(job: Job, upcoming: Sequence[ShiftAssignment]) -> None:
    """Each worker's next shift that is cancelled. Counted first: ledger accounts are locked last, all that a settlement
    will touch at once.
    """
    for assignment in upcoming:
        assignment.compensation_kobo = compensation_of(assignment.wage_kobo)
    owed = [
        Compensation(assignment.pk, assignment.worker_id, assignment.compensation_kobo)
        for assignment in upcoming
        if assignment.compensation_kobo > 0
    ]
    add_to_counters({job.client_id: Counters(called_off_count=len(owed))})
    ESCROW.get().pay_compensations(job_id=job.pk, client_id=job.client_id, owed=owed)


def compensation_of(wage_kobo: int) -> int:
    """Half-up to the kobo."""
    share_bps: int = settings.LATE_CANCEL_COMPENSATION_BPS
    return (2 * wage_kobo * share_bps + 10_000) // 20_000
