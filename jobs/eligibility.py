"""Who may apply to which job: one rule, asked by applying (under the job's lock) and by the caller's view of a job."""

from datetime import datetime
from typing import TypedDict

from django.db.models import Exists, F, OuterRef, Q
from django_stubs_ext import WithAnnotations

from core.errors import PayshiftError
from core.listings import Bound
from core.models import PayshiftQuerySet
from jobs.exceptions import AlreadyApplied, Blocked, JobFull, JobNotOpen, JobStarted, OwnJob
from jobs.models import Application, Block, Job, JobStatus
from jobs.models.job import TAKES_PEOPLE
from jobs.rows import OfferedJob


class EligibilityFacts(TypedDict):
    client_active: bool
    blocked: bool
    applied_before: bool


type JobForApplicant = WithAnnotations[Job, EligibilityFacts]


def with_eligibility(jobs: PayshiftQuerySet[Job], *, user_id: int | Bound) -> PayshiftQuerySet[JobForApplicant]:
    """The facts about one person, in the same query as the job."""
    return jobs.annotate(
        client_active=F("client__is_active"),
        blocked=Exists(blocks_between(user_id, OuterRef("client_id"))),
        applied_before=Exists(standing_applications().filter(job_id=OuterRef("pk"), applicant_id=user_id)),
    )


def blocks_between(one: OuterRef | Bound | int, other: OuterRef | Bound | F | int) -> PayshiftQuerySet[Block]:
    return Block.objects.filter(Q(blocker_id=one, blocked_id=other) | Q(blocker_id=other, blocked_id=one))


def standing_applications() -> PayshiftQuerySet[Application]:
    """Those that stand in the way of applying again: all but ones withdrawn, or closed, before they were accepted."""
    return Application.objects.filter(~Q(status__in=["withdrawn", "closed"]) | Q(accepted_at__isnull=False))


def refusal_to_apply(job: JobForApplicant, *, user_id: int, now: datetime) -> PayshiftError | None:
    """Why this person may not apply, the most personal reason first; None when they may."""
    if job.client_id == user_id:
        return OwnJob()
    if job.blocked:
        return Blocked()
    if job.applied_before:
        return AlreadyApplied()
    return refusal_of_job(job, client_active=job.client_active, now=now)


def refusal_of_job(job: Job | OfferedJob, *, client_active: bool, now: datetime) -> PayshiftError | None:
    """Why this job takes nobody on at the moment, whoever asks; `jobs.days_left` has the rules."""
    gone = job.canceled_at is not None or job.hidden_at is not None
    if job.status not in TAKES_PEOPLE or gone or not client_active:
        return JobNotOpen()
    if job.short_since is not None:
        return JobNotOpen("The payment for this job is being looked at: until that is decided it takes nobody on.")
    if job.status == JobStatus.ONGOING:
        return None if job.open_until is not None and job.open_until > now else JobNotOpen()
    if job.starts_at <= now:
        return JobStarted()
    return None if job.is_open else JobFull()
