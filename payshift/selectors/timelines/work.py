"""Sources of events out of work and reputation: the same kinds for a job and for a person."""

from collections.abc import Iterator

from django.db.models import F, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat

from jobs.models import Application, ApplicationStatusLog, AttendanceLog, Invitation, Report, ShiftAssignment
from payshift.selectors.timelines.events import Source
from rating.models import Review

ATTENDANCE = {
    "checked_in_at": "Checked in",
    "checked_out_at": "Checked out",
    "approved_at": "Shift approved",
    "no_show_at": "Marked as a no-show",
    "canceled_at": "Shift taken off",
}


def applications(log: QuerySet[ApplicationStatusLog]) -> Source:
    return Source(
        says="Application",
        rows=log,
        at="created_at",
        permission="jobs.view_application",
        about="application__applicant_id",
        by="changed_by_id",
        words=Concat("from_status", Value(" → "), "to_status"),
        opens=Application,
        opens_id="application_id",
    )


def attendance(assignments: QuerySet[ShiftAssignment]) -> Iterator[Source]:
    for at, says in ATTENDANCE.items():
        yield Source(
            says=says,
            rows=assignments,
            at=at,
            permission="jobs.view_shiftassignment",
            about="worker_id",
            words=F("cancel_reason") if at == "canceled_at" else None,
            opens=ShiftAssignment,
        )


def reports(rows: QuerySet[Report]) -> Iterator[Source]:
    """By whom, for whoever may look at reports; nobody else learns of it."""
    for at, says, words in (
        ("created_at", "Reported to staff", Concat("category", Value(". "), "text")),
        ("answered_at", "Report answered", F("verdict")),
    ):
        yield Source(
            says=says,
            rows=rows,
            at=at,
            permission="jobs.view_report",
            about="user_id",
            by="reporter_id" if at == "created_at" else "",
            words=words,
            opens=Report,
        )


def corrections(log: QuerySet[AttendanceLog]) -> Source:
    return Source(
        says="Attendance corrected",
        rows=log,
        at="created_at",
        permission="jobs.view_attendancelog",
        about="assignment__worker_id",
        by="changed_by_id",
        words=Concat("correction", Value(". "), "reason"),
        opens=ShiftAssignment,
        opens_id="assignment_id",
    )


def invitations(rows: QuerySet[Invitation]) -> Source:
    return Source("Invited", rows, "created_at", "jobs.view_invitation", about="worker_id", opens=Invitation)


def reviews(rows: QuerySet[Review]) -> Iterator[Source]:
    yield Source(
        says="Review",
        rows=rows,
        at="created_at",
        permission="rating.view_review",
        about="reviewed_id",
        by="reviewer_id",
        words=Concat(Cast("rating", TextField()), Value(" of 5. "), "comment"),
        opens=Review,
    )
    yield Source(
        says="Answer to a review",
        rows=rows,
        at="responded_at",
        permission="rating.view_review",
        about="reviewer_id",
        by="reviewed_id",
        words=F("response"),
        opens=Review,
    )
