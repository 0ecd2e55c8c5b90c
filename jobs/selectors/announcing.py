"""Whom a new job is told: its client's favourites, and those nearby whom it suits best."""

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q

from accounts.models import Profile
from core.actor import Role
from core.models import PayshiftQuerySet
from jobs.eligibility import blocks_between, standing_applications
from jobs.geography import Position, distance_m_in_sql, in_box
from jobs.models import Favourite, Job
from jobs.selectors import scoring
from jobs.selectors.best_applicants import clashes_with, skill_of


def favourites_to_tell(job: Job) -> list[int]:
    """Who is free at that time, has not applied, and may."""
    favourites = Favourite.objects.filter(client_id=job.client_id).values("worker_id")
    return list(
        _who_could_come(job).filter(user_id__in=favourites).order_by("user_id").values_list("user_id", flat=True)
    )


def others_to_tell(job: Job) -> list[int]:
    """The best `NEW_JOB_TOLD_AT_MOST` of those who have a skill that the job asks for and live near it, in one query.

    100 points: nearness 30, skills 30, reliability 40. Nobody is near a job without a position.
    """
    if job.latitude is None or job.longitude is None:
        return []
    here = Position(job.latitude, job.longitude)
    radius_m = settings.NEW_JOB_RADIUS_KM * 1000
    trade = [job.industry.slug, *([job.subcategory.slug] if job.subcategory else [])]
    near = _who_could_come(job).filter(in_box(here, radius_m), skills__overlap=trade)
    ranked = near.annotate(
        distance=distance_m_in_sql(here, latitude="latitude", longitude="longitude"),
        distance_km=scoring.whole_km(F("distance")),
    ).annotate(
        score=scoring.points(30, scoring.nearness_fraction("distance_km"))
        + scoring.points(30, skill_of(job, skills="skills"))
        + scoring.points(40, scoring.worker_reliability_fraction()),
    )
    best = ranked.filter(distance__lte=radius_m).order_by("-score", "user_id")
    return list(best.values_list("user_id", flat=True)[: settings.NEW_JOB_TOLD_AT_MOST])


def _who_could_come(job: Job) -> PayshiftQuerySet[Profile]:
    applied = standing_applications().filter(job_id=job.pk, applicant_id=OuterRef("user_id"))
    return Profile.objects.filter(
        ~Exists(blocks_between(job.client_id, OuterRef("user_id"))),
        ~Exists(applied),
        ~Exists(clashes_with(job, worker="user_id")),
        Q(user__email_verified_at__isnull=False),
        user__role=Role.APPLICANT,
        user__is_active=True,
    )
