from core import clock
from jobs.models import AttendanceLog, Correction, ShiftAssignment


def log_correction(
    assignment: ShiftAssignment,
    correction: Correction,
    *,
    changed_by: int | None,
    before: int | None = None,
    after: int | None = None,
    reason: str = "",
) -> None:
    """Who, when and why, with the minutes before and after; `changed_by` is None for what the clock does."""
    AttendanceLog.objects.create(
        assignment=assignment,
        correction=correction,
        minutes_before=before,
        minutes_after=after,
        reason=reason,
        changed_by_id=changed_by,
        created_at=clock.now(),
    )
