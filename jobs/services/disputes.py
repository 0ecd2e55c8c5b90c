from django.db import transaction
from django.db.models import F

from accounts.models import Profile
from core import clock
from jobs.models import AssignmentStatus
from jobs.services.approval import lock_attendance
from jobs.services.attendance import record_check_out
from jobs.services.outcome import conclude_application
from jobs.services.settlement import settle_difference, settle_job


@transaction.atomic
def conclude_dispute(*, assignment_id: int) -> None:
    """Called by payment when staff resolved a dispute and its award has been posted.

    What was withheld is contested no longer. Work that was checked out but not approved ends here without pay, because
    the award took the place of its wage. Locks job, application, assignment. Safe to call twice.
    """
    job, application, assignment = lock_attendance(assignment_id)
    if assignment.status == AssignmentStatus.CHECKED_IN and assignment.ends_at <= clock.now():
        record_check_out(assignment, at=assignment.ends_at, automatically=True)
    if assignment.status == AssignmentStatus.CHECKED_OUT:
        assignment.status = AssignmentStatus.APPROVED
        assignment.approved_at = assignment.minutes_accepted_at = clock.now()
        assignment.approved_minutes = assignment.worked_minutes
        assignment.save(update_fields=["status", "approved_at", "minutes_accepted_at", "approved_minutes"])
        Profile.objects.filter(user_id=assignment.worker_id).update(approved_count=F("approved_count") + 1)
        conclude_application(application, changed_by=None)
    settle_difference(assignment_id=assignment_id)
    settle_job(job_id=job.pk)
