"""The client's word on attendance, and the pay that follows at once."""

from datetime import timedelta

from django.db import transaction

from accounts.models import NotificationKind
from core import clock
from core.actor import Actor, Role, require_role
from core.errors import InvalidState, NotFound
from jobs.exceptions import DisputeOpen, InvalidMinutes, TooEarly
from jobs.machines import ASSIGNMENT
from jobs.models import Application, AssignmentStatus, Job, ShiftAssignment
from jobs.ports import ESCROW, Price
from jobs.services.attendance import lock_for_worker, record_check_out
from jobs.services.counters import Counters, add_to_counters, count_approval
from jobs.services.locks import lock_application, lock_assignment, lock_job
from jobs.services.notices import tell_client, tell_worker
from jobs.services.outcome import conclude_application
from jobs.services.settlement import settle_difference, settle_job

NO_SHOW_AFTER = timedelta(minutes=60)
WITHHELD_FOR = timedelta(hours=48)


@transaction.atomic
def approve_assignment(
    *, actor: Actor, assignment_id: int, minutes: int | None = None, reason: str = ""
) -> ShiftAssignment:
    """Approve the minutes worked, or fewer with a reason, and pay them from escrow at once.

    Someone who forgot to check out is checked out at the scheduled end first. Locks job, application, assignment, then
    ledger accounts. Raises `NotFound`, `WrongRole`, `InvalidState`, `InvalidMinutes` and `DisputeOpen`.
    """
    job, application, assignment = _lock_for_client(actor, assignment_id)
    if assignment.status == AssignmentStatus.CHECKED_IN and assignment.ends_at <= clock.now():
        record_check_out(assignment, at=assignment.ends_at, automatically=True)
        tell_worker(assignment, job, NotificationKind.CHECKED_OUT_BY_CLOCK)
    approve_locked(job, application, assignment, minutes=minutes, reason=reason, changed_by=actor.user_id)
    return assignment


def approve_locked(
    job: Job,
    application: Application,
    assignment: ShiftAssignment,
    *,
    minutes: int | None = None,
    reason: str = "",
    changed_by: int | None,
) -> None:
    """Approve and pay locked rows; `changed_by` is None when nobody acted and the clock approves."""
    ASSIGNMENT.check(assignment.status, AssignmentStatus.APPROVED)
    refuse_while_disputed(assignment)
    worked = assignment.worked_minutes or 0
    approved = worked if minutes is None else minutes
    if approved > worked:
        raise InvalidMinutes(f"{worked} minutes were worked: they can be lowered, not raised.")
    if approved < worked and not reason:
        raise InvalidMinutes("Say why the minutes are lowered.")
    price = _price(job, approved)
    now = clock.now()
    assignment.status = AssignmentStatus.APPROVED
    assignment.approved_at = now
    assignment.approved_automatically = changed_by is None
    assignment.approved_minutes = approved
    assignment.lowered_reason = reason if approved < worked else ""
    assignment.paid_wage_kobo = price.wage_kobo
    assignment.paid_fee_kobo = price.fee_kobo
    # Late arrival and early leaving were nobody's word against another's: only what the client took off can be
    # contested, the rest goes back when the job is settled.
    assignment.withheld_kobo = _price(job, worked).total_kobo - price.total_kobo
    assignment.withheld_until = now + WITHHELD_FOR if assignment.withheld_kobo else None
    assignment.save()
    count_approval(assignment)
    _pay(job, assignment, price)
    kind = NotificationKind.MINUTES_LOWERED if approved < worked else NotificationKind.SHIFT_APPROVED
    tell_worker(assignment, job, kind, amount_kobo=price.wage_kobo)
    if changed_by is None:
        tell_client(assignment, job, NotificationKind.DECIDED_BY_CLOCK, outcome=f"{approved} minutes were approved")
    conclude_application(application, changed_by=changed_by)
    settle_job(job_id=job.pk)


@transaction.atomic
def mark_no_show(*, actor: Actor, assignment_id: int) -> ShiftAssignment:
    """From 60 minutes after the start, never after a check-in; the wage stays in escrow for 48 hours.

    Locks job, application, assignment. Raises `NotFound`, `WrongRole`, `InvalidState`, `TooEarly`, `DisputeOpen`.
    """
    job, application, assignment = _lock_for_client(actor, assignment_id)
    ASSIGNMENT.check(assignment.status, AssignmentStatus.NO_SHOW)
    if clock.now() < assignment.starts_at + NO_SHOW_AFTER:
        raise TooEarly("A no-show can be marked from 60 minutes after the start of the shift.")
    no_show_locked(job, application, assignment, changed_by=actor.user_id)
    return assignment


def no_show_locked(job: Job, application: Application, assignment: ShiftAssignment, *, changed_by: int | None) -> None:
    ASSIGNMENT.check(assignment.status, AssignmentStatus.NO_SHOW)
    refuse_while_disputed(assignment)
    now = clock.now()
    assignment.status = AssignmentStatus.NO_SHOW
    assignment.no_show_at = now
    assignment.withheld_kobo = assignment.price_kobo
    assignment.withheld_until = now + WITHHELD_FOR if assignment.withheld_kobo else None
    assignment.save(update_fields=["status", "no_show_at", "withheld_kobo", "withheld_until"])
    add_to_counters({assignment.worker_id: Counters(no_show_count=1)})
    tell_worker(assignment, job, NotificationKind.MINUTES_LOWERED)
    if changed_by is None:
        tell_client(assignment, job, NotificationKind.DECIDED_BY_CLOCK, outcome="it counts as a no-show")
    conclude_application(application, changed_by=changed_by)
    settle_job(job_id=job.pk)


@transaction.atomic
def accept_minutes(*, actor: Actor, assignment_id: int) -> ShiftAssignment:
    """The worker agrees with the lowered minutes, or with the no-show: what was taken off may go back.

    Locks job, then assignment. Raises `NotFound`, `WrongRole`, `DisputeOpen`, and `InvalidState` when nothing is open.
    """
    job, assignment = lock_for_worker(actor, assignment_id)
    if assignment.withheld_kobo == 0:
        raise InvalidState("Nothing of this assignment waits for your word.")
    refuse_while_disputed(assignment)
    tell_client(assignment, job, NotificationKind.MINUTES_ACCEPTED)
    settle_difference(assignment_id=assignment_id)
    return lock_assignment(assignment_id)


def lock_attendance(assignment_id: int) -> tuple[Job, Application, ShiftAssignment]:
    """Job, application and assignment, locked in this order."""
    found = ShiftAssignment.objects.filter(pk=assignment_id)
    ids = found.values_list("application__job_id", "application_id").first()
    if ids is None:
        raise NotFound
    return lock_job(ids[0]), lock_application(ids[1]), lock_assignment(assignment_id)


def refuse_while_disputed(assignment: ShiftAssignment) -> None:
    """An open dispute freezes the assignment's money, so nobody's word moves it meanwhile."""
    if ESCROW.get().has_open_dispute(assignment_id=assignment.pk):
        raise DisputeOpen


def _lock_for_client(actor: Actor, assignment_id: int) -> tuple[Job, Application, ShiftAssignment]:
    require_role(actor, Role.CLIENT)
    own = ShiftAssignment.objects.filter(pk=assignment_id, client_id=actor.user_id)
    if not own.exists():
        raise NotFound
    return lock_attendance(assignment_id)


def _price(job: Job, minutes: int) -> Price:
    return ESCROW.get().assignment_price(rate_kobo=job.rate_kobo, minutes=minutes)


def _pay(job: Job, assignment: ShiftAssignment, price: Price) -> None:
    if price.total_kobo == 0:
        return
    ESCROW.get().pay_assignment(
        assignment_id=assignment.pk,
        job_id=job.pk,
        client_id=job.client_id,
        worker_id=assignment.worker_id,
        price=price,
    )
