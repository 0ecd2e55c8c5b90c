"""The client sends somebody home before the shift is over."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from core import clock
from core.actor import Actor
from core.errors import InvalidState
from core.moments import hours_in_words
from jobs.models import AssignmentStatus, Correction, ShiftAssignment
from jobs.services.attendance import record_check_out
from jobs.services.attendance_log import log_correction
from jobs.services.fees import approval_price
from jobs.services.notices import tell_of_correction
from jobs.services.parties import (
    find_for_client,
    lock_for_client,
    refuse_while_disputed,
    scheduled_by,
    scheduled_minutes,
)
from jobs.services.spells import minutes_until


@dataclass(frozen=True, slots=True)
class Ending:
    """What counts as worked if the shift ended now, and what approving that costs."""

    minutes: int
    wage_kobo: int
    fee_kobo: int


@dataclass(frozen=True, slots=True)
class Endings:
    without_fault: Ending
    at_fault: Ending


def endings_of(*, actor: Actor, assignment_id: int) -> Endings:
    """What sending the worker home at this moment would cost. Writes nothing.

    Raises `NotFound` to all but the client, `WrongRole`, and `InvalidState` where nobody is at work.
    """
    assignment = find_for_client(actor, assignment_id)
    now, job, shift = clock.now(), assignment.application.job, assignment.shift
    _refuse_unless_at_work(assignment, now=now)
    worked = minutes_until(now, assignment, scheduled=shift.minutes, pause=job.break_minutes)
    scheduled = scheduled_by(assignment, minutes=shift.minutes, ends_at=shift.ends_at)

    def ending(minutes: int) -> Ending:
        price = approval_price(assignment, rate_kobo=job.rate_kobo, minutes=minutes, scheduled=scheduled)
        return Ending(minutes, price.wage_kobo, price.fee_kobo)

    return Endings(without_fault=ending(max(worked, _least_of(scheduled.minutes))), at_fault=ending(worked))


@transaction.atomic
def end_shift(*, actor: Actor, assignment_id: int, reason: str, at_fault: bool = False) -> ShiftAssignment:
    """End the running shift of one worker, who is paid as worked; without fault at least `SENT_HOME_MINUTES`.

    The shift ends at this moment: nobody checks in again, the worker's time is free, and every deadline counts from
    here. What the schedule priced stays in escrow as after every approval, so the worker may ask for minutes, and
    dispute. Locks job, application, assignment. Raises `NotFound`, `WrongRole`, `InvalidState` and `DisputeOpen`.
    """
    job, _, assignment = lock_for_client(actor, assignment_id)
    now = clock.now()
    _refuse_unless_at_work(assignment, now=now)
    refuse_while_disputed(assignment)
    record_check_out(assignment, at=now, automatically=False)
    worked = assignment.worked_minutes or 0
    if not at_fault:
        assignment.least_minutes = _least_of(scheduled_minutes(assignment))
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
    counted = f"The client ended the shift early: {hours_in_words(assignment.worked_minutes or 0)} count as worked"
    tell_of_correction(assignment, job, counted, at=now)
    return assignment


def _refuse_unless_at_work(assignment: ShiftAssignment, *, now: datetime) -> None:
    if assignment.status != AssignmentStatus.CHECKED_IN or assignment.contested_at is not None:
        raise InvalidState("Nobody is at work here whose check-in you do not contest.")
    if not assignment.starts_at < now < assignment.ends_at:
        raise InvalidState("A shift can be ended while it runs.")


def _least_of(scheduled: int) -> int:
    least: int = settings.SENT_HOME_MINUTES
    return min(least, scheduled)
