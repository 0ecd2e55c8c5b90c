"""Check-in and check-out, as often as somebody comes and goes within the shift."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from accounts.models import NotificationKind
from core import clock
from core.actor import Actor
from core.errors import InvalidState, PayshiftError
from jobs.days_left import shifts_ahead
from jobs.exceptions import CheckInClosed
from jobs.geography import Position
from jobs.machines import ASSIGNMENT
from jobs.models import Application, AssignmentStatus, CheckInMethod, Correction, Job, JobStatus, ShiftAssignment
from jobs.rows import AssignmentRow
from jobs.services.attendance_log import log_correction
from jobs.services.corrections import clear_contest
from jobs.services.funding import set_job_status
from jobs.services.history import close_waiting_applications
from jobs.services.no_shows import undo_no_show
from jobs.services.notices import tell_about_closed_applications, tell_client, tell_of_correction
from jobs.services.parties import lock_for_worker
from jobs.services.presence import prove_presence
from jobs.services.spells import begin_spell, end_spell, reopen_last_spell, worked_minutes

OPENS_BEFORE = timedelta(minutes=30)


def check_in(
    *, actor: Actor, assignment_id: int, position: Position | None = None, code: str | None = None
) -> ShiftAssignment:
    """Check in at the place of work, by a position within the radius or by the shift's on-site code.

    The first check-in makes the job `ongoing`. After a check-out it begins another spell; after a no-show it refutes
    it; to somebody whose check-in the client contests, the on-site code answers that. A wrong code uses up one of five
    tries, also though the call fails: the refusal is raised after the count has been committed. Locks job, application,
    assignment. Raises `NotFound`, `WrongRole`, `InvalidState`, `CheckInClosed`, `TooFarAway`, `NoJobPosition`,
    `CodeRequired`, `WrongCode` and `CodeTriesUsedUp`.
    """
    with transaction.atomic():
        job, application, assignment = lock_for_worker(actor, assignment_id)
        refusal = _try_check_in(job, application, assignment, position=position, code=code)
    if refusal is not None:
        raise refusal
    return assignment


@transaction.atomic
def check_out(*, actor: Actor, assignment_id: int) -> ShiftAssignment:
    """Leave work. Locks job, application, assignment. Raises `NotFound`, `WrongRole` and `InvalidState`."""
    job, _, assignment = lock_for_worker(actor, assignment_id)
    if assignment.status != AssignmentStatus.CHECKED_IN:
        raise InvalidState("You are not checked in.")
    record_check_out(assignment, at=clock.now(), automatically=False)
    tell_client(assignment, job, NotificationKind.CHECKED_OUT, occasion=assignment.checked_out_at)
    return assignment


@transaction.atomic
def take_back_check_out(*, actor: Actor, assignment_id: int) -> ShiftAssignment:
    """The check-out was a slip: the spell goes on as if it had not been. Shortly after it, and within the shift.

    Locks job, application, assignment. Raises `NotFound`, `WrongRole`, and `InvalidState` when it is too late.
    """
    job, _, assignment = lock_for_worker(actor, assignment_id)
    if assignment.status != AssignmentStatus.CHECKED_OUT or assignment.checked_out_at is None:
        raise InvalidState("There is no check-out to take back.")
    now, until = clock.now(), take_back_until(assignment)
    if until is None or now >= assignment.ends_at:
        raise InvalidState("The shift is over: ask for minutes instead.")
    if now > until:
        raise InvalidState("This is too long ago to take back: check in again.")
    before = assignment.worked_minutes
    reopen_last_spell(assignment)
    _set_checked_in(assignment)
    assignment.save(update_fields=["status", "checked_out_at", "worked_minutes"])
    log_correction(assignment, Correction.CHECK_OUT_TAKEN_BACK, changed_by=actor.user_id, before=before)
    tell_of_correction(assignment, job, "The check-out was taken back", at=now)
    return assignment


def take_back_until(assignment: ShiftAssignment | AssignmentRow) -> datetime | None:
    """How long a check-out counts as a slip; None where there is none, and where the clock made it."""
    checked_out = assignment.status == AssignmentStatus.CHECKED_OUT and not assignment.checked_out_automatically
    if not checked_out or assignment.checked_out_at is None:
        return None
    return assignment.checked_out_at + timedelta(minutes=settings.CHECK_OUT_TAKEN_BACK_WITHIN_MINUTES)


def begin_job(job: Job) -> None:
    """The first to be there makes a locked job `ongoing`; with no shift ahead, what still waits is closed."""
    if job.status != JobStatus.UPCOMING:
        return
    set_job_status(job, JobStatus.ONGOING)
    if not shifts_ahead(job, now=clock.now()):
        tell_about_closed_applications(close_waiting_applications(job_id=job.pk, changed_by=None), job)


def record_check_out(assignment: ShiftAssignment, *, at: datetime, automatically: bool) -> None:
    """Write the check-out of a locked assignment and the minutes worked."""
    ASSIGNMENT.check(assignment.status, AssignmentStatus.CHECKED_OUT)
    end_spell(assignment, at=at)
    assignment.status = AssignmentStatus.CHECKED_OUT
    assignment.checked_out_at = at
    assignment.checked_out_automatically = automatically
    assignment.worked_minutes = worked_minutes(assignment)
    assignment.extra_offered_minutes = None
    assignment.save(
        update_fields=[
            *("status", "checked_out_at", "checked_out_automatically", "worked_minutes", "extra_offered_minutes")
        ]
    )


def fill_in_attendance(assignment: ShiftAssignment, *, minutes: int) -> None:
    """What was not recorded, made up from somebody's word; a spell that was begun ends. Saving is the caller's.

    `minutes` counts as worked for somebody who never checked in.
    """
    until = min(clock.now(), assignment.ends_at)
    if assignment.checked_in_at is None:
        assignment.checked_in_at, assignment.check_in_method = assignment.starts_at, CheckInMethod.GRANTED
        assignment.worked_minutes = minutes
    elif assignment.checked_out_at is None:
        end_spell(assignment, at=until)
        assignment.worked_minutes = worked_minutes(assignment)
    if assignment.checked_out_at is None:
        assignment.checked_out_at, assignment.checked_out_automatically = until, True


def _try_check_in(
    job: Job, application: Application, assignment: ShiftAssignment, *, position: Position | None, code: str | None
) -> PayshiftError | None:
    """None when it is done. A wrong code has been counted, and the count must survive: it is returned, not raised."""
    now, was = clock.now(), assignment.status
    answers = was == AssignmentStatus.CHECKED_IN and assignment.contested_at is not None
    if not answers:
        ASSIGNMENT.check(was, AssignmentStatus.CHECKED_IN)
    if not assignment.starts_at - OPENS_BEFORE <= now < assignment.ends_at:
        raise CheckInClosed
    if refusal := prove_presence(job, assignment, position=position, code=code):
        return refusal
    contested = assignment.contested_at is not None
    if was == AssignmentStatus.NO_SHOW:
        undo_no_show(job, application, assignment, changed_by=assignment.worker_id)
    clear_contest(assignment)
    if now >= assignment.starts_at:
        # What was offered before the shift ended with its beginning.
        assignment.extra_offered_minutes = None
    before = assignment.worked_minutes
    if assignment.checked_in_at is None:
        assignment.checked_in_at = now
    if not answers and not (was == AssignmentStatus.NO_SHOW and contested and assignment.checked_out_at is None):
        begin_spell(assignment, at=now)
    _set_checked_in(assignment)
    assignment.save()
    begin_job(job)
    _tell_of_check_in(job, assignment, was=AssignmentStatus(was), contested=contested, before=before)
    return None


def _set_checked_in(assignment: ShiftAssignment) -> None:
    assignment.status = AssignmentStatus.CHECKED_IN
    assignment.checked_out_at = None
    assignment.worked_minutes = None


def _tell_of_check_in(
    job: Job, assignment: ShiftAssignment, *, was: AssignmentStatus, contested: bool, before: int | None
) -> None:
    """The first check-in is nothing to correct; the others are, each with its own words."""
    if was == AssignmentStatus.SCHEDULED:
        tell_client(assignment, job, NotificationKind.CHECKED_IN)
        return
    if was == AssignmentStatus.NO_SHOW:
        correction, words = Correction.NO_SHOW_REFUTED, "The no-show was refuted by a check-in at the site"
    elif contested:
        correction, words = Correction.CONTEST_ANSWERED, "The contested check-in was confirmed with the on-site code"
    else:
        correction, words = Correction.CHECKED_IN_AGAIN, "The worker checked in again"
    log_correction(assignment, correction, changed_by=assignment.worker_id, before=before)
    tell_of_correction(assignment, job, words, at=clock.now())
