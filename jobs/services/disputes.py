from django.db import transaction

from core import clock
from jobs.machines import ASSIGNMENT
from jobs.models import (
    Application,
    ApplicationStatus,
    AssignmentStatus,
    Correction,
    Job,
    ShiftAssignment,
)
from jobs.services.attendance import begin_job, fill_in_attendance, record_check_out
from jobs.services.attendance_log import log_correction
from jobs.services.corrections import clear_contest
from jobs.services.counters import Counters, add_to_counters, count_approval, earns_reputation
from jobs.services.locks import lock_attendance
from jobs.services.no_shows import undo_no_show
from jobs.services.outcome import conclude_application
from jobs.services.parties import is_unsettled, scheduled_minutes
from jobs.services.settlement import settle_difference, settle_job


@transaction.atomic
def conclude_dispute(*, assignment_id: int, awarded_kobo: int) -> None:
    """Called by payment when staff resolved a dispute, after the shift, and its award has been posted.

    The assignment ends here, whatever its client or the clock had still to say: the award took the place of its wage,
    and escrow does not hold the price a second time. Work that was not approved counts as approved, without pay. Who
    never checked in, counts as a no-show, or whose check-in is contested, was there if staff awarded something, and
    absent if not. What was withheld is contested no longer. Locks job, application, assignment. Safe to call twice.
    """
    job, application, assignment = lock_attendance(assignment_id)
    if assignment.ends_at <= clock.now() and assignment.status == AssignmentStatus.CHECKED_IN:
        record_check_out(assignment, at=assignment.ends_at, automatically=True)
    if assignment.status == AssignmentStatus.CHECKED_OUT and assignment.contested_at is None:
        _approve_unpaid(assignment)
    elif assignment.status in {AssignmentStatus.SCHEDULED, AssignmentStatus.CHECKED_OUT}:
        if assignment.ends_at <= clock.now():
            _record_attendance(job, assignment, was_there=awarded_kobo > 0)
    elif assignment.status == AssignmentStatus.NO_SHOW and awarded_kobo > 0:
        _correct_no_show(job, application, assignment)
    elif assignment.status == AssignmentStatus.APPROVED:
        _count_what_was_awarded(assignment, awarded_kobo)
    conclude_application(application, changed_by=None)
    settle_difference(assignment_id=assignment_id)
    settle_job(job_id=job.pk)


def _record_attendance(job: Job, assignment: ShiftAssignment, *, was_there: bool) -> None:
    """What staff found out about somebody whom nobody, or not everybody, saw."""
    if was_there:
        _approve_unpaid(assignment)
        begin_job(job)
        return
    ASSIGNMENT.check(assignment.status, AssignmentStatus.NO_SHOW)
    assignment.status = AssignmentStatus.NO_SHOW
    assignment.no_show_at = assignment.minutes_accepted_at = clock.now()
    assignment.save(update_fields=["status", "no_show_at", "minutes_accepted_at"])
    add_to_counters({assignment.worker_id: Counters(no_show_count=1)})


def _correct_no_show(job: Job, application: Application, assignment: ShiftAssignment) -> None:
    """They were there after all. Only their place may be somebody else's by now (W1): then the money has to do."""
    is_counted = application.status == ApplicationStatus.NO_SHOW and not application.fills_in
    place_is_gone = is_counted and job.is_full
    if place_is_gone or not is_unsettled(job, assignment):
        return
    undo_no_show(job, application, assignment, changed_by=None)
    _approve_unpaid(assignment)
    begin_job(job)


def _count_what_was_awarded(assignment: ShiftAssignment, awarded_kobo: int) -> None:
    """Lowered to next to nothing by its client it counted for neither; with what staff awarded it is paid work."""
    if awarded_kobo and not assignment.counted:
        assignment.counted = earns_reputation(pay_kobo=assignment.paid_wage_kobo + awarded_kobo)
        assignment.save(update_fields=["counted"])
        count_approval(assignment)


def _approve_unpaid(assignment: ShiftAssignment) -> None:
    """The award is the pay. Whoever was not seen to come was there all the shift, as far as the columns can tell."""
    ASSIGNMENT.check(assignment.status, AssignmentStatus.APPROVED)
    now = clock.now()
    fill_in_attendance(assignment, minutes=scheduled_minutes(assignment))
    log_correction(assignment, Correction.DECIDED_IN_DISPUTE, changed_by=None, after=assignment.worked_minutes)
    assignment.status = AssignmentStatus.APPROVED
    assignment.approved_at = assignment.minutes_accepted_at = now
    assignment.approved_minutes = assignment.worked_minutes
    assignment.counted = earns_reputation(pay_kobo=assignment.wage_kobo if assignment.approved_minutes else 0)
    clear_contest(assignment)
    assignment.save()
    count_approval(assignment)
