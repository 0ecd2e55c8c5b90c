"""What people tell staff about a job or a person, and staff's answer. Nobody else learns of it, least of all who is
reported: no notice, no list and no export names the reporter.
"""

from django.conf import settings
from django.db import transaction

from accounts.models import NotificationKind
from accounts.selectors.people import public_person
from accounts.services.notifications import notify
from core import clock
from core.actor import Actor
from core.errors import InvalidState, NotFound
from jobs.exceptions import CannotReportSelf, OwnJob
from jobs.models import Job, Report, ReportCategory, ReportVerdict
from jobs.services.daily import refuse_too_many
from jobs.services.locks import lock_report, lock_user
from jobs.services.notices import name_of
from jobs.visibility import visible_to

# To the reporter, and without a word about what was done to whom.
OUTCOMES = {
    ReportVerdict.UPHELD: "We agree with you, and have acted on it.",
    ReportVerdict.NOTHING_FOUND: "We found nothing against our rules this time. Tell us if it happens again.",
}


@transaction.atomic
def report_job(actor: Actor, job_id: int, *, category: ReportCategory, text: str) -> Report:
    """While staff have not answered, reporting again changes nothing.

    Locks the reporter. Raises `NotFound`, also for what is not visible, `OwnJob` and `TooManyRequests`.
    """
    lock_user(actor.user_id)
    job = visible_to(Job.objects.filter(pk=job_id), user_id=actor.user_id).only("client_id").first()
    if job is None:
        raise NotFound
    if job.client_id == actor.user_id:
        raise OwnJob
    return _keep(actor, {"job_id": job_id}, category, text)


@transaction.atomic
def report_person(actor: Actor, user_id: int, *, category: ReportCategory, text: str) -> Report:
    """As `report_job`. Raises `NotFound` (nobody whose profile one may read), `CannotReportSelf`, `TooManyRequests`."""
    if user_id == actor.user_id:
        raise CannotReportSelf
    lock_user(actor.user_id)
    if not public_person({"user_id": user_id}).exists():
        raise NotFound
    return _keep(actor, {"user_id": user_id}, category, text)


@transaction.atomic
def answer_report(*, report_id: int, verdict: ReportVerdict) -> Report:
    """Staff looked at it; the reporter is told, in the same words whatever was done.

    Locks the report. Raises `NotFound` and `InvalidState` (it is answered).
    """
    report = lock_report(report_id)
    if report.answered_at is not None:
        raise InvalidState("This report is answered already.")
    report.answered_at, report.verdict = clock.now(), verdict
    report.save(update_fields=["answered_at", "verdict"])
    notify(
        user_id=report.reporter_id,
        kind=NotificationKind.REPORT_ANSWERED,
        params={"what": _name_of_subject(report), "outcome": OUTCOMES[verdict]},
        dedupe_key=f"{NotificationKind.REPORT_ANSWERED}:report:{report.pk}",
    )
    return report


def _keep(actor: Actor, about: dict[str, int], category: ReportCategory, text: str) -> Report:
    """The caller holds the reporter's lock."""
    of_reporter = Report.objects.filter(reporter_id=actor.user_id)
    if open_one := of_reporter.planned().filter(**about, answered_at__isnull=True).first():
        return open_one
    refuse_too_many(of_reporter, at="created_at", limit=settings.REPORTS_PER_DAY, what="reports are taken")
    return Report.objects.create(
        reporter_id=actor.user_id, category=category, text=text, created_at=clock.now(), **about
    )


def _name_of_subject(report: Report) -> str:
    if report.job_id is not None:
        return Job.objects.values_list("title", flat=True).get(pk=report.job_id)
    return name_of(report.user_id or 0)
