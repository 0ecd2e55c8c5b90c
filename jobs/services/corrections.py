"""What the two sides say about attendance before it is approved: minutes asked for, check-ins contested.

Nothing here moves money or ends an assignment; each word is logged with who, when and why, and told to the other side.
"""

from django.db import transaction

from accounts.models import NotificationKind
from core import clock
from core.actor import Actor
from core.errors import InvalidState
from jobs.exceptions import InvalidMinutes
from jobs.models import AssignmentStatus, CheckInMethod, Correction, ShiftAssignment
from jobs.services.attendance_log import log_correction
from jobs.services.notices import tell_client, tell_of_correction, tell_worker
from jobs.services.parties import (
    is_unsettled,
    lock_for_client,
    lock_for_worker,
    refuse_while_disputed,
    scheduled_minutes,
)

CONTESTABLE = {AssignmentStatus.CHECKED_IN, AssignmentStatus.CHECKED_OUT}


@transaction.atomic
def ask_for_minutes(*, actor: Actor, assignment_id: int, minutes: int, reason: str) -> ShiftAssignment:
    """The worker says what was worked, where that is more than what was recorded, and why it was not recorded.

    For a check-in or check-out that was forgotten, from the start of the shift until it is approved, and for a no-show
    until it is settled. Asking again replaces the number. The client grants it by approving as many; with fewer, what
    the difference costs stays in escrow for a dispute. Locks job, application, assignment. Raises `NotFound`,
    `WrongRole`, `InvalidState`, `InvalidMinutes` and `DisputeOpen`.
    """
    job, _, assignment = lock_for_worker(actor, assignment_id)
    if assignment.status in {AssignmentStatus.APPROVED, AssignmentStatus.CANCELED} or not is_unsettled(job, assignment):
        raise InvalidState("This shift is decided. Open a dispute if you disagree.")
    now = clock.now()
    if assignment.starts_at > now:
        raise InvalidState("The shift has not begun.")
    refuse_while_disputed(assignment)
    scheduled, worked = scheduled_minutes(assignment), assignment.worked_minutes or 0
    if not worked < minutes <= scheduled:
        raise InvalidMinutes(f"Ask for more than the {worked} recorded and at most the {scheduled} scheduled minutes.")
    before = assignment.asked_minutes
    assignment.asked_at, assignment.asked_minutes, assignment.asked_reason = now, minutes, reason
    assignment.save(update_fields=["asked_at", "asked_minutes", "asked_reason"])
    log_correction(
        assignment,
        Correction.MINUTES_ASKED,
        changed_by=actor.user_id,
        before=worked if before is None else before,
        after=minutes,
        reason=reason,
    )
    tell_client(assignment, job, NotificationKind.MINUTES_ASKED, occasion=now, asked=minutes, reason=reason)
    return assignment


@transaction.atomic
def contest_check_in(*, actor: Actor, assignment_id: int, reason: str) -> ShiftAssignment:
    """The client says that whoever checked in by position was not there, while the shift runs or until approval.

    The worker answers with the on-site code, the client may take it back or mark a no-show; if nobody does, the clock
    marks the no-show instead of approving. Locks job, application, assignment. Raises `NotFound`, `WrongRole`,
    `InvalidState` and `DisputeOpen`.
    """
    job, _, assignment = lock_for_client(actor, assignment_id)
    if assignment.status not in CONTESTABLE or assignment.contested_at is not None:
        raise InvalidState("There is no check-in to contest.")
    if assignment.check_in_method == CheckInMethod.CODE:
        raise InvalidState("The worker had your on-site code. Lower the minutes if they were fewer.")
    if assignment.ended_early_at is not None:
        raise InvalidState("You sent this worker home, so they were there.")
    refuse_while_disputed(assignment)
    now = clock.now()
    assignment.contested_at, assignment.contest_reason = now, reason
    assignment.extra_offered_minutes = None
    assignment.save(update_fields=["contested_at", "contest_reason", "extra_offered_minutes"])
    log_correction(assignment, Correction.CHECK_IN_CONTESTED, changed_by=actor.user_id, reason=reason)
    tell_worker(assignment, job, NotificationKind.CHECK_IN_CONTESTED, occasion=now, reason=reason)
    return assignment


@transaction.atomic
def take_back_contest(*, actor: Actor, assignment_id: int) -> ShiftAssignment:
    """The check-in stands again. Locks job, application, assignment. Raises `NotFound`, `WrongRole`, `InvalidState`."""
    job, _, assignment = lock_for_client(actor, assignment_id)
    if assignment.status not in CONTESTABLE or assignment.contested_at is None:
        raise InvalidState("This check-in is not contested.")
    clear_contest(assignment)
    assignment.save(update_fields=["contested_at", "contest_reason"])
    log_correction(assignment, Correction.CONTEST_TAKEN_BACK, changed_by=actor.user_id)
    tell_of_correction(assignment, job, "The client accepts the check-in", at=clock.now())
    return assignment


def clear_contest(assignment: ShiftAssignment) -> None:
    assignment.contested_at, assignment.contest_reason = None, ""
