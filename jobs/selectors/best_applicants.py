"""Best applicants of a job, for its client: who waits for an answer, ranked, with the parts of each score.

100 points: rating 25, reliability 25, nearness 15, experience 15, skills 10, availability 10 (no other shift at that
time). `selectors.scoring` says how each part is computed. At most 1,000 candidates, the first to apply; ties go to who
applied first.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from django.db.models import (
    Case,
    Exists,
    Expression,
    F,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django_stubs_ext import WithAnnotations

from core import clock
from core.actor import Actor, Role, require_role
from core.errors import NotFound
from core.listings import Given, Selection
from core.models import PayshiftQuerySet
from jobs.geography import Position, PositionInSql, distance_m_in_sql
from jobs.models import Application, ApplicationStatus, AssignmentStatus, Job, Shift, ShiftAssignment
from jobs.models.assignment import LIVE_STATUSES
from jobs.models.shift import LONGEST_SHIFT
from jobs.selectors import scoring

CANDIDATES = 1000
WAITING = (ApplicationStatus.APPLIED, ApplicationStatus.STANDING_BY)


class Score(TypedDict):
    distance_km: int | None
    done: int
    available: bool
    rating_part: int
    reliability_part: int
    distance_part: int
    experience_part: int
    skills_part: int
    availability_part: int
    score: int


type RankedApplication = WithAnnotations[Application, Score]


@dataclass(frozen=True, slots=True)
class RankedFor:
    """What the score is made of, of a job. A model with its trade has all of it too."""

    pk: int
    latitude: float | None
    longitude: float | None
    starts_at: datetime
    ends_at: datetime
    industry_id: int
    subcategory_id: int | None
    trade: tuple[str, str | None]


def job_to_rank_for(*, actor: Actor, job_id: int) -> RankedFor:
    """One query. Raises `WrongRole`, and `NotFound` to anybody but the job's client."""
    require_role(actor, Role.CLIENT)
    own = Job.objects.filter(pk=job_id, client_id=actor.user_id)
    columns = ("pk", "latitude", "longitude", "starts_at", "ends_at", "industry_id", "subcategory_id")
    found = own.values_list(*columns, "industry__slug", "subcategory__slug").first()
    if found is None:
        raise NotFound
    pk, latitude, longitude, starts_at, ends_at, industry_id, subcategory_id, *trade = found
    industry, subcategory = trade
    return RankedFor(
        pk, latitude, longitude, starts_at, ends_at, industry_id, subcategory_id, trade=(industry, subcategory)
    )


def best_applicants(given: Given) -> Selection[Application]:
    """`given`: the `job`, as `RankedFor`."""
    waiting = Application.objects.filter(job_id=given["job"].pk, status__in=WAITING)
    candidates = waiting.order_by("created_at", "id").values("pk")[:CANDIDATES]
    return Selection(rank(Application.objects.filter(pk__in=candidates), given["job"]))


def rank(applications: PayshiftQuerySet[Application], job: Job | RankedFor) -> PayshiftQuerySet[RankedApplication]:
    """With each part of the score. A model comes with its industry and subcategory."""
    return with_score(
        applications,
        distance_km=screened_km(job, "applicant__profile"),
        done=experience_in(industry=job.industry_id, subcategory=job.subcategory_id),
        skills=skill_of(job, skills="applicant__profile__skills"),
        available=~Exists(clashes_with(job, worker="applicant_id")),
    )


def with_score(
    applications: PayshiftQuerySet[Application],
    *,
    distance_km: Combinable,
    done: Combinable,
    skills: Expression,
    available: Combinable,
) -> PayshiftQuerySet[RankedApplication]:
    """The formula, for one job or for each application's own."""
    profile = "applicant__profile"
    return applications.annotate(distance_km=distance_km, done=done, available=available).annotate(
        rating_part=scoring.points(25, scoring.rating_fraction(profile)),
        reliability_part=scoring.points(25, scoring.worker_reliability_fraction(profile)),
        distance_part=scoring.points(15, scoring.nearness_fraction("distance_km")),
        experience_part=scoring.points(15, scoring.experience_fraction("done")),
        skills_part=scoring.points(10, skills),
        availability_part=scoring.points(10, scoring.yes_or_no(Q(available=True))),
        score=F("rating_part")
        + F("reliability_part")
        + F("distance_part")
        + F("experience_part")
        + F("skills_part")
        + F("availability_part"),
    )


def skill_of(job: Job | RankedFor, *, skills: str) -> Expression:
    """Of 1: how well the skills in the column `skills` name the job's trade."""
    industry, subcategory = job.trade if isinstance(job, RankedFor) else trade_of(job)
    return scoring.skill_fraction(
        subcategory=Q(**{f"{skills}__overlap": [subcategory] if subcategory else []}),
        industry=Q(**{f"{skills}__contains": [industry]}),
    )


def trade_of(job: Job) -> tuple[str, str | None]:
    return job.industry.slug, job.subcategory.slug if job.subcategory else None


def screened_km(job: Job | RankedFor, profile: str) -> Expression:
    """Whole kilometres to the place that screens the applicant's home, rounded up; NULL without both positions."""
    if job.latitude is None or job.longitude is None:
        return Value(None, output_field=IntegerField())
    return screened_km_from(Position(job.latitude, job.longitude), profile)


def screened_km_from(here: Position | PositionInSql, profile: str) -> Expression:
    home = {"latitude": f"{profile}__latitude", "longitude": f"{profile}__longitude", "person": "applicant_id"}
    # The client may move the job and watch where the number changes: it must not lead to a home.
    return scoring.whole_km(distance_m_in_sql(here, **home) + Value(499))


def experience_in(*, industry: int | OuterRef, subcategory: int | OuterRef | None) -> Coalesce:
    """Approved shifts in the industry; those in the subcategory, if there is one, count twice."""
    done = ShiftAssignment.objects.filter(
        worker_id=OuterRef("applicant_id"), status=AssignmentStatus.APPROVED, industry_id=industry
    )
    weight = Case(When(subcategory_id=subcategory, then=Value(2)), default=Value(1)) if subcategory else Value(1)
    total = done.order_by().values("worker_id").annotate(total=Sum(weight)).values("total")
    return Coalesce(Subquery(total, output_field=IntegerField()), 0)


def clashes_with(job: Job | RankedFor, *, worker: str) -> PayshiftQuerySet[ShiftAssignment]:
    """Live assignments of whom the outer query's column `worker` names, at the time of a shift that is ahead."""
    shifts = Shift.objects.filter(
        job_id=job.pk,
        canceled_at__isnull=True,
        starts_at__lt=OuterRef("ends_at"),
        ends_at__gt=OuterRef("starts_at"),
    )
    shifts = shifts.filter(starts_at__gt=clock.now())
    return ShiftAssignment.objects.filter(
        Exists(shifts),
        worker_id=OuterRef(worker),
        status__in=LIVE_STATUSES,
        starts_at__lt=job.ends_at,
        ends_at__gt=job.starts_at,
        # Follows from the line above, and bounds the index's range: otherwise it is the worker's whole history.
        starts_at__gt=job.starts_at - LONGEST_SHIFT,
    )
