"""What the naive operations compute, row by row."""

import math
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q

from accounts.models import CustomUser, NotificationKind
from accounts.services.notifications import notify
from core import clock
from core.errors import Conflict
from jobs.models import Application, ApplicationStatusLog, AssignmentStatus, Block, Job, JobStatus, ShiftAssignment
from jobs.models.assignment import LIVE_STATUSES
from jobs.ports import EscrowSummary
from jobs.selectors import scoring
from jobs.selectors.best_applicants import WAITING, screened_km
from payment.models import LedgerAccount
from payment.models.ledger import ESCROW_BACK, ESCROW_IN, ESCROW_RELEASE


def escrow_of(job: Job) -> EscrowSummary:
    account = LedgerAccount.objects.filter(kind="escrow", job=job).first()
    entries = list(account.entries.all()) if account else []

    def total(kinds: Iterable[str]) -> int:
        return sum(entry.amount_kobo for entry in entries if entry.transaction.kind in kinds)

    return EscrowSummary(
        required_kobo=job.price_kobo,
        paid_in_kobo=total(ESCROW_IN),
        released_kobo=-total(ESCROW_RELEASE),
        refunded_kobo=-total(ESCROW_BACK),
        held_kobo=account.balance_kobo if account else 0,
    )


def count_what_there_is_to_do(job: Job) -> None:
    escrow = escrow_of(job)
    outstanding_kobo = max(0, escrow.required_kobo - escrow.held_kobo) if job.status == JobStatus.PENDING else 0
    values = {
        "waiting_applications": job.applications.filter(status="applied").count(),
        "to_approve": sum(each.assignments.filter(status="checked_out").count() for each in job.applications.all()),
        "outstanding_kobo": outstanding_kobo,
    }
    vars(job).update(values)


def in_brief(assignment: ShiftAssignment) -> dict[str, object]:
    """As a column of JSON gives it."""
    return {
        "id": assignment.pk,
        "shift_id": assignment.shift_id,
        "status": assignment.status,
        "starts_at": assignment.starts_at.isoformat(),
        "ends_at": assignment.ends_at.isoformat(),
        "worked_minutes": assignment.worked_minutes,
        "approved_minutes": assignment.approved_minutes,
    }


def ranked_applicants(job: Job) -> list[Application]:
    """The product's formula (`jobs.selectors.scoring`), for one applicant after the other."""
    # Where a home is said to be follows from the secret key, in SQL only.
    waiting = list(
        job.applications.filter(status__in=WAITING).annotate(distance_km=screened_km(job, "applicant__profile"))
    )
    for application in waiting:
        _score(application, job)
    return sorted(waiting, key=lambda a: (-a.score, a.created_at, a.pk))  # type: ignore[attr-defined]


def _score(application: Application, job: Job) -> None:
    profile, distance_km = application.applicant.profile, application.distance_km  # type: ignore[attr-defined]
    done = _experience(application.applicant.assignments.filter(status=AssignmentStatus.APPROVED), job)
    available = not _is_busy(application.applicant, job)
    absent = profile.no_show_count + profile.late_cancel_count
    rating = (profile.rating_sum + 5 * scoring.MEAN_RATING) / (profile.reviews_count + 5)
    reliability = (profile.approved_count + 3 * scoring.MEAN_RELIABILITY) / (profile.approved_count + absent + 3)
    skill = scoring.INDUSTRY_SKILL if job.industry.slug in profile.skills else 0.0
    if job.subcategory and job.subcategory.slug in profile.skills:
        skill = 1.0
    half_km = scoring.HALF_DISTANCE_KM
    parts = {
        "rating": 25 * (rating - 1) / 4,
        "reliability": 25 * reliability,
        "distance": 0 if distance_km is None else 15 * half_km / (half_km + distance_km),
        # As the product writes it: another order of the same rounds a tie the other way.
        "experience": 15 * (1 - scoring.HALF_EXPERIENCE / (done + scoring.HALF_EXPERIENCE)),
        "skills": 10 * skill,
        "availability": 10 * available,
    }
    tenths = {part: math.floor(scoring.TENTHS * points + 0.5) for part, points in parts.items()}
    scores = {part: each / scoring.TENTHS for part, each in tenths.items()}
    values = {"score_parts": scores, "available": available, "score": sum(tenths.values()) / scoring.TENTHS}
    vars(application).update(values)


def _experience(assignments: Iterable[ShiftAssignment], job: Job) -> int:
    done = 0
    for assignment in assignments:
        worked = assignment.application.job
        if worked.industry_id == job.industry_id:
            done += 2 if worked.subcategory_id == job.subcategory_id else 1
    return done


def _is_busy(worker: CustomUser, job: Job) -> bool:
    live = worker.assignments.filter(status__in=LIVE_STATUSES)
    return any(
        assignment.starts_at < shift.ends_at and assignment.ends_at > shift.starts_at
        for assignment in live
        for shift in job.shifts.all()
    )


@transaction.atomic
def apply(worker: CustomUser, job: Job, note: str) -> Application:
    """The rules of applying, each with a query of its own."""
    applied_before = Application.objects.filter(job=job, applicant=worker).exclude(status="withdrawn").exists()
    blocks = Block.objects.filter(Q(blocker=worker, blocked=job.client) | Q(blocker=job.client, blocked=worker))
    is_open = job.status == JobStatus.UPCOMING and job.places_left > 0 and job.starts_at > clock.now()
    if worker == job.client or applied_before or blocks.exists() or not is_open or not job.client.is_active:
        raise Conflict
    application = Application.objects.create(job=job, applicant=worker, note=note, created_at=clock.now())
    ApplicationStatusLog.objects.create(
        application=application, to_status="applied", changed_by=worker, created_at=application.created_at
    )
    notify(
        user_id=job.client.pk,
        kind=NotificationKind.APPLICATION_RECEIVED,
        params={"job_id": job.pk, "job_title": job.title, "application_id": application.pk, "name": worker.name},
        dedupe_key=f"{NotificationKind.APPLICATION_RECEIVED}:application:{application.pk}",
    )
    return application
