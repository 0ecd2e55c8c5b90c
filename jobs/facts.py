"""What may be done with a shift at this moment, and until when: the rules of the services, told beforehand.

A screen asks these instead of computing them again. They are a forecast: the services decide, under their locks.
"""

from datetime import datetime

from core.actor import Actor
from jobs.models import AssignmentStatus, ShiftAssignment
from jobs.models.assignment import LIVE_STATUSES
from jobs.services.attendance import OPENS_BEFORE
from jobs.services.no_shows import NO_SHOW_AFTER
from jobs.services.settlement import disputable_until

# From each of these a check-in leads on: the first, one more spell, or the end of a no-show.
BEFORE_A_CHECK_IN = {AssignmentStatus.SCHEDULED, AssignmentStatus.CHECKED_OUT, AssignmentStatus.NO_SHOW}


def check_in_from(assignment: ShiftAssignment) -> datetime:
    return assignment.starts_at - OPENS_BEFORE


def no_show_from(assignment: ShiftAssignment) -> datetime:
    return assignment.starts_at + NO_SHOW_AFTER


def dispute_until(assignment: ShiftAssignment) -> datetime:
    return disputable_until(assignment)


def may_check_in(assignment: ShiftAssignment, *, actor: Actor, now: datetime) -> bool:
    """Whoever is in checks in once more to answer a contest, with the on-site code."""
    is_open = check_in_from(assignment) <= now < assignment.ends_at
    answers = assignment.status == AssignmentStatus.CHECKED_IN and assignment.contested_at is not None
    leads_on = assignment.status in BEFORE_A_CHECK_IN and not _is_settled_no_show(assignment)
    return _is_worker(assignment, actor) and (answers or leads_on) and is_open


def may_check_out(assignment: ShiftAssignment, *, actor: Actor) -> bool:
    return _is_worker(assignment, actor) and assignment.status == AssignmentStatus.CHECKED_IN


def may_approve(assignment: ShiftAssignment, *, actor: Actor, now: datetime) -> bool:
    """Who forgot to check out, or in, is approved once the shift is over; the latter with the minutes named."""
    decided = assignment.status in {AssignmentStatus.APPROVED, AssignmentStatus.CANCELED}
    is_due = assignment.status == AssignmentStatus.CHECKED_OUT or assignment.ends_at <= now
    return _is_client(assignment, actor) and not decided and not _is_settled_no_show(assignment) and is_due


def may_mark_no_show(assignment: ShiftAssignment, *, actor: Actor, now: datetime) -> bool:
    was_seen = assignment.status in {AssignmentStatus.CHECKED_IN, AssignmentStatus.CHECKED_OUT}
    absent = assignment.status == AssignmentStatus.SCHEDULED or (was_seen and assignment.contested_at is not None)
    return _is_client(assignment, actor) and absent and now >= no_show_from(assignment)


def may_accept_minutes(assignment: ShiftAssignment, *, actor: Actor) -> bool:
    return _is_worker(assignment, actor) and assignment.withheld_kobo > 0


def may_dispute(assignment: ShiftAssignment, *, now: datetime) -> bool:
    """Both sides may, while none is open."""
    begun = assignment.starts_at <= now and assignment.status != AssignmentStatus.CANCELED
    return begun and now <= dispute_until(assignment)


def may_call(assignment: ShiftAssignment) -> bool:
    """Both sides see each other's telephone number while there is a shift to talk about, and no longer."""
    return assignment.status in LIVE_STATUSES


def _is_settled_no_show(assignment: ShiftAssignment) -> bool:
    return assignment.status == AssignmentStatus.NO_SHOW and assignment.minutes_accepted_at is not None


def _is_worker(assignment: ShiftAssignment, actor: Actor) -> bool:
    return actor.user_id == assignment.worker_id


def _is_client(assignment: ShiftAssignment, actor: Actor) -> bool:
    return actor.user_id == assignment.client_id
