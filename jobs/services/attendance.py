"""Check-in and check-out.

Worked minutes are whole minutes between check-in and check-out, cut to the scheduled shift.
"""

from datetime import datetime, timedelta
from hmac import compare_digest

from django.conf import settings
from django.db import transaction

from accounts.models import NotificationKind
from core import clock
from core.actor import Actor, Role, require_role
from core.errors import NotFound, PayshiftError
from jobs.exceptions import CheckInClosed, CodeTriesUsedUp, NoJobPosition, TooFarAway, WrongCode
from jobs.geography import Position, distance_m
from jobs.machines import ASSIGNMENT
from jobs.models import AssignmentStatus, CheckInMethod, Job, JobStatus, Shift, ShiftAssignment
from jobs.models.assignment import MAX_CODE_TRIES
from jobs.services.funding import set_job_status
from jobs.services.history import close_waiting_applications
from jobs.services.locks import lock_assignment, lock_job
from jobs.services.notices import tell_about_closed_applications, tell_client

OPENS_BEFORE = timedelta(minutes=30)


def check_in(
    *, actor: Actor, assignment_id: int, position: Position | None = None, code: str | None = None
) -> ShiftAssignment:
    """Check in at the place of work, by a position within the radius or by the shift's on-site code.

    The first check-in makes the job `ongoing`. A wrong code uses up one of five tries, also though the call fails: the
    refusal is raised after the count has been committed. Locks job, then assignment. Raises `NotFound`, `WrongRole`,
    `InvalidState`, `CheckInClosed`, `TooFarAway`, `NoJobPosition`, `WrongCode` and `CodeTriesUsedUp`.
    """
    with transaction.atomic():
        job, assignment = lock_for_worker(actor, assignment_id)
        refusal = _try_check_in(job, assignment, position=position, code=code)
    if refusal is not None:
        raise refusal
    return assignment


@transaction.atomic
def check_out(*, actor: Actor, assignment_id: int) -> ShiftAssignment:
    """Leave work. Locks job, then assignment. Raises `NotFound`, `WrongRole` and `InvalidState`."""
    job, assignment = lock_for_worker(actor, assignment_id)
    record_check_out(assignment, at=clock.now(), automatically=False)
    tell_client(assignment, job, NotificationKind.CHECKED_OUT)
    return assignment


def begin_job(job: Job) -> None:
    """The first to be there makes a locked job `ongoing`, and closes what still waits."""
    if job.status == JobStatus.UPCOMING:
        set_job_status(job, JobStatus.ONGOING)
        tell_about_closed_applications(close_waiting_applications(job_id=job.pk, changed_by=None), job)


def record_check_out(assignment: ShiftAssignment, *, at: datetime, automatically: bool) -> None:
    """Write the check-out of a locked assignment and the minutes worked."""
    ASSIGNMENT.check(assignment.status, AssignmentStatus.CHECKED_OUT)
    assignment.status = AssignmentStatus.CHECKED_OUT
    assignment.checked_out_at = at
    assignment.checked_out_automatically = automatically
    assignment.worked_minutes = worked_minutes(
        assignment.starts_at, assignment.ends_at, assignment.checked_in_at or at, at
    )
    assignment.save(update_fields=["status", "checked_out_at", "checked_out_automatically", "worked_minutes"])


def worked_minutes(starts_at: datetime, ends_at: datetime, checked_in_at: datetime, checked_out_at: datetime) -> int:
    present = min(checked_out_at, ends_at) - max(checked_in_at, starts_at)
    return max(0, int(present.total_seconds() // 60))


def lock_for_worker(actor: Actor, assignment_id: int) -> tuple[Job, ShiftAssignment]:
    """The worker's own assignment and its job, locked. A stranger gets `NotFound`, a client `WrongRole`."""
    require_role(actor, Role.APPLICANT)
    own = ShiftAssignment.objects.filter(pk=assignment_id, worker_id=actor.user_id)
    job_id = own.values_list("application__job_id", flat=True).first()
    if job_id is None:
        raise NotFound
    return lock_job(job_id), lock_assignment(assignment_id)


def _try_check_in(
    job: Job, assignment: ShiftAssignment, *, position: Position | None, code: str | None
) -> PayshiftError | None:
    now = clock.now()
    ASSIGNMENT.check(assignment.status, AssignmentStatus.CHECKED_IN)
    if not assignment.starts_at - OPENS_BEFORE <= now < assignment.ends_at:
        raise CheckInClosed
    if code is not None:
        if refusal := _use_code(assignment, code):
            return refusal
        assignment.check_in_method = CheckInMethod.CODE
    elif position is not None:
        _use_position(job, assignment, position)
    assignment.status = AssignmentStatus.CHECKED_IN
    assignment.checked_in_at = now
    assignment.save(
        update_fields=[
            "status",
            "checked_in_at",
            "check_in_method",
            "check_in_distance_m",
            "check_in_latitude",
            "check_in_longitude",
        ]
    )
    begin_job(job)
    tell_client(assignment, job, NotificationKind.CHECKED_IN)
    return None


def _use_code(assignment: ShiftAssignment, code: str) -> PayshiftError | None:
    """None for the right code. A wrong one is counted; the count must survive, so the refusal is returned."""
    if assignment.code_tries >= MAX_CODE_TRIES:
        raise CodeTriesUsedUp
    expected = Shift.objects.values_list("on_site_code", flat=True).get(pk=assignment.shift_id)
    if compare_digest(code.encode(), expected.encode()):
        return None
    assignment.code_tries += 1
    assignment.save(update_fields=["code_tries"])
    left = MAX_CODE_TRIES - assignment.code_tries
    return WrongCode(f"This is not the on-site code of the shift. Tries left: {left}.")


def _use_position(job: Job, assignment: ShiftAssignment, position: Position) -> None:
    if job.latitude is None or job.longitude is None:
        raise NoJobPosition
    distance = distance_m(position, Position(job.latitude, job.longitude))
    if distance > settings.CHECK_IN_RADIUS_M:
        raise TooFarAway(
            f"You are {distance} m away; check-in needs {settings.CHECK_IN_RADIUS_M} m. "
            "Ask the client for the on-site code."
        )
    assignment.check_in_method = CheckInMethod.POSITION
    assignment.check_in_distance_m = distance
    assignment.check_in_latitude = position.latitude
    assignment.check_in_longitude = position.longitude
