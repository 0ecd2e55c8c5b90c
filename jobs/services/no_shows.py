"""Somebody did not come, says the client or the clock; and how that is put right until it is settled."""

from datetime import timedelta

from django.db import transaction

from accounts.models import NotificationKind
from core import clock
from core.actor import Actor
from core.errors import InvalidState
from jobs.exceptions import TooEarly
from jobs.machines import ASSIGNMENT
from jobs.models import Application, ApplicationStatus, AssignmentStatus, Correction, Job, ShiftAssignment
from jobs.services.attendance_log import log_correction
from jobs.services.corrections import clear_contest
from jobs.services.counters import Counters, add_to_counters
from jobs.services.history import change_status
from jobs.services.notices import tell_client, tell_of_correction, tell_worker
from jobs.services.outcome import conclude_application
from jobs.services.parties import is_unsettled, lock_for_client, refuse_while_disputed
from jobs.services.settlement import settle_job, withhold

NO_SHOW_AFTER = timedelta(minutes=60)


@transaction.atomic
def mark_no_show(*, actor: Actor, assignment_id: int) -> ShiftAssignment:
    """From 60 minutes after the start, after a check-in only if it is contested; the wage stays in escrow.

    Locks job, application, assignment. Raises `NotFound`, `WrongRole`, `InvalidState`, `TooEarly`, `DisputeOpen`.
    """
    job, application, assignment = lock_for_client(actor, assignment_id)
    ASSIGNMENT.check(assignment.status, AssignmentStatus.NO_SHOW)
    if clock.now() < assignment.starts_at + NO_SHOW_AFTER:
        raise TooEarly("A no-show can be marked from 60 minutes after the start of the shift.")
    no_show_locked(job, application, assignment, changed_by=actor.user_id)
    return assignment


def no_show_locked(job: Job, application: Application, assignment: ShiftAssignment, *, changed_by: int | None) -> None:
    ASSIGNMENT.check(assignment.status, AssignmentStatus.NO_SHOW)
    if assignment.checked_in_at is not None and assignment.contested_at is None:
        raise InvalidState("This worker checked in. Contest the check-in first.")
    refuse_while_disputed(assignment)
    assignment.status = AssignmentStatus.NO_SHOW
    assignment.no_show_at = clock.now()
    withhold(assignment, assignment.price_kobo, contested=True)
    assignment.save(update_fields=["status", "no_show_at", "withheld_kobo", "withheld_until"])
    add_to_counters({assignment.worker_id: Counters(no_show_count=1)})
    log_correction(assignment, Correction.NO_SHOW_MARKED, changed_by=changed_by, before=assignment.worked_minutes)
    tell_worker(assignment, job, NotificationKind.MINUTES_LOWERED, occasion=assignment.no_show_at, reason="")
    if changed_by is None:
        tell_client(
            assignment,
            job,
            NotificationKind.DECIDED_BY_CLOCK,
            occasion=assignment.no_show_at,
            outcome="it counts as a no-show",
        )
    conclude_application(application, changed_by=changed_by)
    settle_job(job_id=job.pk)


@transaction.atomic
def take_back_no_show(*, actor: Actor, assignment_id: int) -> ShiftAssignment:
    """The client was wrong: the assignment, and its application, are what they were before, until it is settled.

    Locks job, application, assignment. Raises `NotFound`, `WrongRole`, `InvalidState`, `DisputeOpen`, `JobFull` (W1),
    and `OverlappingShifts` when the worker took another shift at that time (W2).
    """
    job, application, assignment = lock_for_client(actor, assignment_id)
    if assignment.status != AssignmentStatus.NO_SHOW:
        raise InvalidState("There is no no-show to take back.")
    refuse_while_disputed(assignment)
    undo_no_show(job, application, assignment, changed_by=actor.user_id)
    clear_contest(assignment)
    if assignment.checked_in_at is None:
        assignment.status = AssignmentStatus.SCHEDULED
    elif assignment.checked_out_at is None:
        assignment.status = AssignmentStatus.CHECKED_IN
    else:
        assignment.status = AssignmentStatus.CHECKED_OUT
    assignment.save()
    log_correction(assignment, Correction.NO_SHOW_TAKEN_BACK, changed_by=actor.user_id)
    tell_of_correction(assignment, job, "The client took the no-show back", at=clock.now())
    return assignment


def undo_no_show(job: Job, application: Application, assignment: ShiftAssignment, *, changed_by: int | None) -> None:
    """What marking it did, but for the status: that and saving are the caller's. Raises `InvalidState` once settled."""
    if not is_unsettled(job, assignment):
        raise InvalidState("This no-show is settled.")
    assignment.no_show_at = None
    withhold(assignment, 0)
    add_to_counters({assignment.worker_id: Counters(no_show_count=-1)})
    if application.status in {ApplicationStatus.NO_SHOW, ApplicationStatus.COMPLETED}:
        change_status(application, ApplicationStatus.ACCEPTED, changed_by=changed_by)
