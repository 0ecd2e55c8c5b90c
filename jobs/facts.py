"""What may be done with a shift at this moment, and until when: the rules of the services, told beforehand.

A screen asks these instead of computing them again. They are a forecast: the services decide, under their locks.
"""

from datetime import datetime, timedelta

from core.actor import Actor
from jobs.confirmation import may_confirm
from jobs.models import AssignmentStatus, ShiftAssignment
from jobs.models.assignment import LIVE_STATUSES
from jobs.services.approval import NO_SHOW_AFTER
from jobs.services.attendance import OPENS_BEFORE

DISPUTABLE_FOR = timedelta(hours=48)


def check_in_from(assignment: ShiftAssignment) -> datetime:
    return assignment.starts_at - OPENS_BEFORE


def no_show_from(assignment: ShiftAssignment) -> datetime:
    return assignment.starts_at + NO_SHOW_AFTER


def dispute_until(assignment: ShiftAssignment) -> datetime:
    return assignment.ends_at + DISPUTABLE_FOR


def may_confirm_place(assignment: ShiftAssignment, *, actor: Actor, now: datetime) -> bool:
    application = assignment.application
    return _is_worker(assignment, actor) and may_confirm(application, application.job, now=now)


def may_check_in(assignment: ShiftAssignment, *, actor: Actor, now: datetime) -> bool:
    is_open = check_in_from(assignment) <= now < assignment.ends_at
    return _is_worker(assignment, actor) and assignment.status == AssignmentStatus.SCHEDULED and is_open


def may_check_out(assignment: ShiftAssignment, *, actor: Actor) -> bool:
    return _is_worker(assignment, actor) and assignment.status == AssignmentStatus.CHECKED_IN


def may_approve(assignment: ShiftAssignment, *, actor: Actor, now: datetime) -> bool:
    """Who forgot to check out is checked out by the approval, once the shift is over."""
    over = assignment.status == AssignmentStatus.CHECKED_IN and assignment.ends_at <= now
    return _is_client(assignment, actor) and (over or assignment.status == AssignmentStatus.CHECKED_OUT)


def may_mark_no_show(assignment: ShiftAssignment, *, actor: Actor, now: datetime) -> bool:
    absent = assignment.status == AssignmentStatus.SCHEDULED and now >= no_show_from(assignment)
    return _is_client(assignment, actor) and absent


def may_accept_minutes(assignment: ShiftAssignment, *, actor: Actor) -> bool:
    return _is_worker(assignment, actor) and assignment.withheld_kobo > 0


def may_dispute(assignment: ShiftAssignment, *, now: datetime) -> bool:
    """Both sides may, while none is open."""
    begun = assignment.starts_at <= now and assignment.status != AssignmentStatus.CANCELED
    return begun and now <= dispute_until(assignment)


def may_call(assignment: ShiftAssignment) -> bool:
    """Both sides see each other's telephone number while there is a shift to talk about, and no longer."""
    return assignment.status in LIVE_STATUSES


def _is_worker(assignment: ShiftAssignment, actor: Actor) -> bool:
    return actor.user_id == assignment.worker_id


def _is_client(assignment: ShiftAssignment, actor: Actor) -> bool:
    return actor.user_id == assignment.client_id
