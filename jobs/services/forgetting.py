"""What is forgotten of work: where people checked in, what they kept or were offered of jobs that are over, and, after
years, who changed what and when. Jobs, applications, attendance and its corrections stay: wages were paid by them.
"""

from core.models import PayshiftQuerySet
from core.retention import empty, forget
from jobs.models import (
    ApplicationStatusLog,
    HandledPattern,
    Invitation,
    JobStatus,
    Report,
    SavedJob,
    ShiftAssignment,
    StaffNote,
)

OVER = (JobStatus.COMPLETED, JobStatus.CANCELED, JobStatus.EXPIRED)


def declare() -> None:
    empty(
        "positions",
        rows=lambda: ShiftAssignment.objects.filter(check_in_latitude__isnull=False),
        made="checked_in_at",
        days="KEPT_POSITIONS_DAYS",
        columns=("check_in_latitude", "check_in_longitude"),
    )
    for name, model in (("invitations", Invitation), ("saved jobs", SavedJob)):
        rows = model.objects.filter(job__status__in=OVER)
        forget(name, rows=rows.all, made="job__ends_at", days="KEPT_NOTIFICATIONS_DAYS")
    forget("histories of applications", rows=_histories, made="created_at", days="KEPT_HISTORIES_DAYS")
    forget("answered reports", rows=_answered, made="answered_at", days="KEPT_HISTORIES_DAYS")
    forget("handled patterns", rows=HandledPattern.objects.all, made="handled_at", days="KEPT_HISTORIES_DAYS")
    forget("notes of staff", rows=StaffNote.objects.all, made="created_at", days="KEPT_HISTORIES_DAYS")


def _histories() -> PayshiftQuerySet[ApplicationStatusLog]:
    """A trigger refuses the others, and each for two years."""
    return ApplicationStatusLog.objects.filter(application__job__status__in=OVER)


def _answered() -> PayshiftQuerySet[Report]:
    return Report.objects.filter(answered_at__isnull=False)
