"""The client's word on attendance, and the pay that follows at once.

W4: a wage is paid once, at approval. So all that puts attendance right comes before it, in either direction and up to
what the schedule priced; afterwards the difference waits in escrow, and only a dispute divides it.
"""

from django.db import transaction

from accounts.models import NotificationKind
from core import clock
from core.actor import Actor
from core.errors import InvalidState
from core.instances import update
from core.moments import hours_in_words
from jobs.exceptions import InvalidMinutes, TooEarly
from jobs.machines import ASSIGNMENT
from jobs.models import Application, AssignmentStatus, Correction, Job, ShiftAssignment
from jobs.ports import ESCROW, Price
from jobs.services.attendance import begin_job, fill_in_attendance, record_check_out
from jobs.services.attendance_log import log_correction
from jobs.services.corrections import clear_contest
from jobs.services.counters import count_approval, earns_reputation
from jobs.services.fees import approval_price
from jobs.services.locks import lock_assignment
from jobs.services.no_shows import undo_no_show
from jobs.services.notices import tell_client, tell_worker
from jobs.services.outcome import conclude_application
from jobs.services.parties import lock_for_client, lock_for_worker, refuse_while_disputed, scheduled_of
from jobs.services.settlement import settle_difference, settle_job, withhold

# Nobody was seen to come: the client says how long they were there.
NEVER_CHECKED_IN = {AssignmentStatus.SCHEDULED, AssignmentStatus.NO_SHOW}


@transaction.atomic
def approve_assignment(
    *, actor: Actor, assignment_id: int, minutes: int | None = None, reason: str = ""
) -> ShiftAssignment:
    """Approve the minutes worked, or others with a reason, up to the scheduled ones, and pay them from escrow at once.

    Of a shift that was worked the fee is due also when little of it is approved (`jobs.services.fees`). Someone who
    forgot to check out is checked out at the scheduled end first. After the shift also somebody who never
    checked in or counts as a no-show, with the minutes named, until that is settled. Locks job, application,
    assignment, then ledger accounts. Raises `NotFound`, `WrongRole`, `InvalidState`, `InvalidMinutes`, `TooEarly`,
    `JobFull` and `DisputeOpen`.
    """
    job, application, assignment = lock_for_client(actor, assignment_id)
    if assignment.status == AssignmentStatus.CHECKED_IN and assignment.ends_at <= clock.now():
        record_check_out(assignment, at=assignment.ends_at, automatically=True)
        tell_worker(assignment, job, NotificationKind.CHECKED_OUT_BY_CLOCK, occasion=assignment.checked_out_at)
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
    if assignment.status in NEVER_CHECKED_IN:
        _grant_attendance(job, application, assignment, minutes=minutes, changed_by=changed_by)
    worked = assignment.worked_minutes or 0
    approved = worked if minutes is None else minutes
    scheduled = scheduled_of(assignment)
    _check_minutes(assignment, scheduled.minutes, worked=worked, approved=approved, reason=reason)
    price = approval_price(assignment, rate_kobo=job.rate_kobo, minutes=approved, scheduled=scheduled)
    assignment.status = AssignmentStatus.APPROVED
    assignment.approved_at = clock.now()
    assignment.approved_automatically = changed_by is None
    assignment.approved_minutes = approved
    assignment.lowered_reason = reason if approved < worked else ""
    assignment.raised_reason = reason if approved > worked else ""
    assignment.paid_wage_kobo = price.wage_kobo
    assignment.paid_fee_kobo = price.fee_kobo
    assignment.counted = earns_reputation(pay_kobo=price.wage_kobo)
    clear_contest(assignment)
    # Whatever the schedule priced beyond this can still be disputed.
    contested = approved < max(worked, assignment.asked_minutes or 0)
    withhold(assignment, assignment.price_kobo - price.total_kobo, contested=contested)
    update(assignment)
    count_approval(assignment)
    _pay(job, assignment, price)
    _tell(job, assignment, worked=worked, reason=reason, changed_by=changed_by)
    conclude_application(application, changed_by=changed_by)
    settle_job(job_id=job.pk)


@transaction.atomic
def accept_minutes(*, actor: Actor, assignment_id: int) -> ShiftAssignment:
    """The worker agrees with the approved minutes, or with the no-show: what was taken off may go back.

    Locks job, application, assignment. Raises `NotFound`, `WrongRole`, `DisputeOpen`, and `InvalidState` when nothing
    is open.
    """
    job, _, assignment = lock_for_worker(actor, assignment_id)
    if assignment.withheld_kobo == 0:
        raise InvalidState("Nothing of this assignment waits for your word.")
    refuse_while_disputed(assignment)
    tell_client(assignment, job, NotificationKind.MINUTES_ACCEPTED)
    settle_difference(assignment_id=assignment_id)
    return lock_assignment(assignment_id)


def _grant_attendance(
    job: Job, application: Application, assignment: ShiftAssignment, *, minutes: int | None, changed_by: int | None
) -> None:
    """The client's word takes the place of a check-in. What was recorded, if anything, stays as it is."""
    if clock.now() < assignment.ends_at:
        raise TooEarly("Approve somebody who did not check in after the end of the shift.")
    if not minutes:
        raise InvalidMinutes("This worker did not check in: say how many minutes were worked.")
    if assignment.status == AssignmentStatus.NO_SHOW:
        undo_no_show(job, application, assignment, changed_by=changed_by)
    fill_in_attendance(assignment, minutes=0)
    begin_job(job)


def _check_minutes(assignment: ShiftAssignment, scheduled: int, *, worked: int, approved: int, reason: str) -> None:
    # Escrow holds the price of the schedule, and not a kobo more.
    if approved > max(worked, scheduled):
        raise InvalidMinutes(f"{scheduled} minutes were scheduled: more cannot be approved.")
    if approved < assignment.least_minutes:
        raise InvalidMinutes(f"You sent this worker home: at least {assignment.least_minutes} minutes are paid.")
    if approved != worked and not reason:
        raise InvalidMinutes("Say why the minutes are not the ones recorded.")


def _tell(job: Job, assignment: ShiftAssignment, *, worked: int, reason: str, changed_by: int | None) -> None:
    """Both sides, with the numbers, and the log when they changed."""
    approved, wage_kobo = assignment.approved_minutes or 0, assignment.paid_wage_kobo
    kind = NotificationKind.SHIFT_APPROVED
    if approved != worked:
        lowered = approved < worked
        kind = NotificationKind.MINUTES_LOWERED if lowered else NotificationKind.MINUTES_RAISED
        log_correction(
            assignment,
            Correction.MINUTES_LOWERED if lowered else Correction.MINUTES_RAISED,
            changed_by=changed_by,
            before=worked,
            after=approved,
            reason=reason,
        )
    tell_worker(
        assignment, job, kind, occasion=assignment.approved_at, amount_kobo=wage_kobo, worked=worked, reason=reason
    )
    if changed_by is None:
        tell_client(
            assignment,
            job,
            NotificationKind.DECIDED_BY_CLOCK,
            occasion=assignment.approved_at,
            outcome=f"{hours_in_words(approved)} were approved",
        )


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
