"""What an accepted application comes to, once none of its assignments is open."""

from collections.abc import Collection, Iterable

from jobs.models import Application, ApplicationStatus, AssignmentStatus, CancelReason, ShiftAssignment
from jobs.models.assignment import LIVE_STATUSES
from jobs.services.history import change_status, end_each
from jobs.services.locks import lock_assignments, lock_assignments_of


def conclude_application(application: Application, *, changed_by: int | None) -> None:
    """Move a locked, accepted application to its end when its last open assignment has ended."""
    if application.status != ApplicationStatus.ACCEPTED:
        return
    if outcome := outcome_of(lock_assignments(application_id=application.pk)):
        change_status(application, outcome, changed_by=changed_by)


def conclude_applications(applications: Iterable[Application], *, changed_by: int | None) -> None:
    """The same of many, in three queries."""
    accepted = [each for each in applications if each.status == ApplicationStatus.ACCEPTED]
    assignments = lock_assignments_of(accepted)
    ends = {each: outcome for each in accepted if (outcome := outcome_of(assignments[each.pk]))}
    end_each(ends, changed_by=changed_by)


def outcome_of(assignments: Collection[ShiftAssignment]) -> ApplicationStatus | None:
    """Work that was done outweighs absence, absence outweighs withdrawing; None while anything is open."""
    statuses = {assignment.status for assignment in assignments}
    if statuses & set(LIVE_STATUSES):
        return None
    if AssignmentStatus.APPROVED in statuses:
        return ApplicationStatus.COMPLETED
    if AssignmentStatus.NO_SHOW in statuses:
        return ApplicationStatus.NO_SHOW
    by_client = {CancelReason.JOB_CANCELED, CancelReason.RELEASED} & {each.cancel_reason for each in assignments}
    return ApplicationStatus.CANCELED if by_client else ApplicationStatus.WITHDRAWN
