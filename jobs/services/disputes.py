from django.db import transaction

from core import clock
from jobs.machines import ASSIGNMENT
from jobs.models import AssignmentStatus, Job, ShiftAssignment
from jobs.services.approval import lock_attendance
from jobs.services.attendance import begin_job, record_check_out
from jobs.services.counters import Counters, add_to_counters, count_approval
from jobs.services.outcome import conclude_application
from jobs.services.settlement import settle_difference, settle_job


@transaction.atomic
def conclude_dispute(*, assignment_id: int, awarded_kobo: int) -> None:
    """Called by payment when staff resolved a dispute, after the shift, and its award has been posted.

    The assignment ends here, whatever its client or the clock had still to say: the award took the place of its wage,
    and escrow does not hold the price a second time. Work that was not approved counts as approved, without pay. Who
    never checked in was there if staff awarded something, and absent if not. What was withheld is contested no longer.
    Locks job, application, assignment. Safe to call twice.
    """
    job, application, assignment = lock_attendance(assignment_id)
    if assignment.ends_at <= clock.now():
        if assignment.status == AssignmentStatus.SCHEDULED:
            _record_attendance(job, assignment, was_there=awarded_kobo > 0)
        if assignment.status == AssignmentStatus.CHECKED_IN:
            record_check_out(assignment, at=assignment.ends_at, automatically=True)
    if assignment.status == AssignmentStatus.CHECKED_OUT:
        assignment.status = AssignmentStatus.APPROVED
        assignment.approved_at = assignment.minutes_accepted_at = clock.now()
        assignment.approved_minutes = assignment.worked_minutes
        assignment.save(update_fields=["status", "approved_at", "minutes_accepted_at", "approved_minutes"])
        count_approval(assignment)
    conclude_application(application, changed_by=None)
    settle_difference(assignment_id=assignment_id)
    settle_job(job_id=job.pk)


def _record_attendance(job: Job, assignment: ShiftAssignment, *, was_there: bool) -> None:
    """What staff found out about somebody who never checked in."""
    if was_there:
        ASSIGNMENT.check(assignment.status, AssignmentStatus.CHECKED_IN)
        assignment.status = AssignmentStatus.CHECKED_IN
        assignment.checked_in_at = assignment.starts_at
        assignment.save(update_fields=["status", "checked_in_at"])
        begin_job(job)
        return
    ASSIGNMENT.check(assignment.status, AssignmentStatus.NO_SHOW)
    assignment.status = AssignmentStatus.NO_SHOW
    assignment.no_show_at = clock.now()
    assignment.save(update_fields=["status", "no_show_at"])
    add_to_counters({assignment.worker_id: Counters(no_show_count=1)})
