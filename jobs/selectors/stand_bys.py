"""Who stands by for a place: in which order they are asked, and who may take it at a moment."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from core.actor import Role
from jobs.eligibility import refusal_of_job
from jobs.models import Application, ApplicationStatus, Block, Favourite, Job
from jobs.rows import OfferedJob, OwnApplicationRow
from jobs.selectors.best_applicants import rank


def stand_bys_of(job_id: int, *, now: datetime) -> list[int]:
    """Ids of those who could come and hold no offer, the client's favourites first, then the best; two queries."""
    job = Job.objects.planned().select_related("industry", "subcategory").get(pk=job_id)
    waiting = Application.objects.filter(
        Q(offered_until__isnull=True) | Q(offered_until__lte=now),
        job_id=job_id,
        status=ApplicationStatus.STANDING_BY,
        applicant__is_active=True,
        applicant__role=Role.APPLICANT,
    )
    one, other = OuterRef("applicant_id"), job.client_id
    blocked = Block.objects.filter(Q(blocker=one, blocked=other) | Q(blocker=other, blocked=one))
    favourite = Exists(Favourite.objects.filter(worker_id=OuterRef("applicant_id"), client_id=job.client_id))
    ranked = rank(waiting.exclude(Exists(blocked)), job).filter(available=True).alias(favourite=favourite)
    return list(ranked.order_by("-favourite", "-score", "created_at", "pk").values_list("pk", flat=True))


def holds_offer(application: Application | OwnApplicationRow, job: Job | OfferedJob, *, now: datetime) -> bool:
    """Whether a free place of the job is kept for this application, or for nobody any more."""
    mine = application.offered_until is not None and now < application.offered_until
    return mine or job.offers_until is None or job.offers_until <= now


def may_take_place(application: OwnApplicationRow, *, now: datetime) -> bool:
    """What taking a place would find, as far as the row and its job, with its client, tell."""
    job = application.job
    if application.status != ApplicationStatus.STANDING_BY or not holds_offer(application, job, now=now):
        return False
    return refusal_of_job(job, client_active=job.client.is_active, now=now) is None
