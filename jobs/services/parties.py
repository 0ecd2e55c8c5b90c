"""An assignment under its locks, for whoever may speak about it, and what that word may still change."""

from datetime import datetime, timedelta
from typing import NamedTuple

from core.actor import Actor, Role, require_role
from core.errors import NotFound
from core.listings import Prepared
from jobs.exceptions import DisputeOpen
from jobs.models import Job, JobStatus, Shift, ShiftAssignment
from jobs.ports import ESCROW
from jobs.rows import AssignmentRow, WorkedJob
from jobs.services.locks import Attendance, lock_attendance

SHIFT = Prepared(lambda given: Shift.objects.filter(pk=given["shift_id"]), ("minutes", "ends_at"), given=("shift_id",))


def lock_for_worker(actor: Actor, assignment_id: int) -> Attendance:
    """Job, application and assignment, locked in this order. A stranger gets `NotFound`, a client `WrongRole`."""
    require_role(actor, Role.APPLICANT)
    return lock_attendance(assignment_id, worker_id=actor.user_id)


def lock_for_client(actor: Actor, assignment_id: int) -> Attendance:
    """The same on one of the client's jobs. A stranger gets `NotFound`, a worker `WrongRole`."""
    require_role(actor, Role.CLIENT)
    return lock_attendance(assignment_id, client_id=actor.user_id)


def find_for_client(actor: Actor, assignment_id: int) -> ShiftAssignment:
    """The same to look at, without a lock: with its shift and its job, in one query."""
    require_role(actor, Role.CLIENT)
    own = ShiftAssignment.objects.filter(pk=assignment_id, client_id=actor.user_id)
    if assignment := own.select_related("shift", "application__job").first():
        return assignment
    raise NotFound


def refuse_while_disputed(assignment: ShiftAssignment) -> None:
    """An open dispute freezes the assignment's money, so nobody's word moves it meanwhile."""
    if is_disputed(assignment):
        raise DisputeOpen


def is_disputed(assignment: ShiftAssignment) -> bool:
    return ESCROW.get().has_open_dispute(assignment_id=assignment.pk)


def is_unsettled(job: Job | WorkedJob, assignment: ShiftAssignment | AssignmentRow) -> bool:
    """Escrow still holds what was taken off: nobody's word and no deadline has released it."""
    return assignment.minutes_accepted_at is None and job.status in {JobStatus.UPCOMING, JobStatus.ONGOING}


class Scheduled(NamedTuple):
    """The shift with the extra time that was agreed, whatever was made of it with one worker."""

    minutes: int
    ends_at: datetime


def scheduled_of(assignment: ShiftAssignment) -> Scheduled:
    ((minutes, ends_at),) = SHIFT.rows(shift_id=assignment.shift_id)
    return scheduled_by(assignment, minutes=minutes, ends_at=ends_at)


def scheduled_by(assignment: ShiftAssignment, *, minutes: int, ends_at: datetime) -> Scheduled:
    """The same for whoever knows the shift."""
    extra = assignment.extra_minutes
    return Scheduled(minutes + extra, ends_at + timedelta(minutes=extra))


def scheduled_minutes(assignment: ShiftAssignment) -> int:
    """What the whole shift is paid for: the bound of what can be approved, since escrow holds its price."""
    return scheduled_of(assignment).minutes
