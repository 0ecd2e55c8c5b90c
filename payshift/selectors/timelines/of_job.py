"""All that happened to a job."""

from collections.abc import Iterator

from django.db.models import F, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat

from accounts.models import Notification
from jobs.models import (
    Application,
    ApplicationStatusLog,
    AttendanceLog,
    Invitation,
    Job,
    Report,
    ShiftAssignment,
    StaffNote,
)
from payment.models import Chargeback, Dispute, DisputeStatement, Payment, PaymentAttempt, Refund
from payshift.selectors.timelines import money, work
from payshift.selectors.timelines.acts import act_of_staff, note
from payshift.selectors.timelines.events import May, Source, Timeline, timeline
from rating.models import Review


def timeline_of_job(*, job_id: int, may: May, before: str = "") -> Timeline:
    return timeline(list(_sources(job_id)), may=may, before=before)


def _sources(job_id: int) -> Iterator[Source]:
    job = Job.objects.filter(pk=job_id)
    assignments = ShiftAssignment.objects.filter(shift__job_id=job_id)
    disputes = Dispute.objects.filter(assignment__shift__job_id=job_id)
    refunds = Refund.objects.filter(job_id=job_id)
    chargebacks = Chargeback.objects.filter(attempt__payment__job_id=job_id)
    yield Source("Posted", job, "created_at", "jobs.view_job", by="created_by_id", words=F("title"))
    yield Source("Canceled", job, "canceled_at", "jobs.view_job")
    yield work.applications(ApplicationStatusLog.objects.filter(application__job_id=job_id))
    yield from work.attendance(assignments)
    yield work.corrections(AttendanceLog.objects.filter(assignment__shift__job_id=job_id))
    yield work.invitations(Invitation.objects.filter(job_id=job_id))
    reports = Report.objects.filter(job_id=job_id)
    yield from work.reports(reports)
    yield from work.reviews(Review.objects.filter(job_id=job_id))
    yield from money.payments(Payment.objects.filter(job_id=job_id))
    yield money.attempts(PaymentAttempt.objects.filter(payment__job_id=job_id))
    yield from money.refunds(refunds)
    yield from money.chargebacks(chargebacks)
    yield from money.disputes(disputes)
    yield money.statements(DisputeStatement.objects.filter(dispute__assignment__shift__job_id=job_id))
    yield from _messages(job_id, assignments, disputes)
    yield note(StaffNote.objects.filter(job_id=job_id))
    for objects in (job, reports, disputes, refunds, chargebacks):
        yield act_of_staff(objects)


def _messages(job_id: int, assignments: QuerySet[ShiftAssignment], disputes: QuerySet[Dispute]) -> Iterator[Source]:
    """What people were told of the job, and of what belongs to it: by the page that the message opens."""
    told = Notification.objects.all()
    pages = {
        "/applications/": Application.objects.filter(job_id=job_id),
        "/assignments/": assignments,
        "/disputes/": disputes,
    }
    for link in (f"/jobs/{job_id}", f"/client/jobs/{job_id}"):
        yield _message(told.filter(link=link))
    for beginning, rows in pages.items():
        link_of = Concat(Value(beginning), Cast("pk", TextField()), output_field=TextField())
        yield _message(told.filter(link__in=rows.annotate(page=link_of).values("page")))


def _message(rows: QuerySet[Notification]) -> Source:
    return Source(
        "Told", rows, "created_at", "accounts.view_notification", about="user_id", words=F("title"), opens=Notification
    )
