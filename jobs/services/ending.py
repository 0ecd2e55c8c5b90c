"""The client sends somebody home before the shift is over."""

from django.conf import settings
from django.db import transaction

from core import clock
from core.actor import Actor
from core.errors import InvalidState
from jobs.models import AssignmentStatus, Correction, ShiftAssignment
from jobs.services.attendance import record_check_out
from jobs.services.attendance_log import log_correction
from jobs.services.notices import tell_of_correction
from jobs.services.parties import lock_for_client, refuse_while_disputed, scheduled_minutes


@transaction.atomic
def end_shift(*, actor: Actor, assignment_id: int, reason: str, at_fault: bool = False) -> ShiftAssignment:
    """End the running shift of one worker, who is paid as worked; without fault at least `SENT_HOME_MINUTES`.

    The shift ends at this moment: nobody checks in again, the worker's time is free, and every deadline counts from
    here. What the schedule priced stays in escrow as after every approval, so the worker may ask for minutes, and
    dispute. Locks job, application, assignment. Raises `NotFound`, `WrongRole`, `InvalidState` and `DisputeOpen`.
    """
    job, _, assignment = lock_for_client(actor, assignment_id)
    if assignment.status != AssignmentStatus.CHECKED_IN or assignment.contested_at is not None:
        raise InvalidState("Nobody is at work here whose check-in you do not contest.")
    now = clock.now()
    if not assignment.starts_at < now < assignment.ends_at:
        raise InvalidState("A shift can be ended while it runs.")
    refuse_while_disputed(assignment)
    record_check_out(assignment, at=now, automatically=False)
    worked = assignment.worked_minutes or 0
    if not at_fault:
        assignment.least_minutes = min(settings.SENT_HOME_MINUTES, scheduled_minutes(assignment))
    assignment.worked_minutes = max(worked, assignment.least_minutes)
    assignment.ends_at = assignment.ended_early_at = now
    assignment.save(update_fields=["worked_minutes", "least_minutes", "ends_at", "ended_early_at"])
    log_correction(
        assignment,
        Correction.ENDED_EARLY,
        changed_by=actor.user_id,
        before=worked,
        after=assignment.worked_minutes,
        reason=reason,
    )
    counted = f"The client ended the shift early: {assignment.worked_minutes} minutes count as worked"
    tell_of_correction(assignment, job, counted, at=now)
    return assignment
