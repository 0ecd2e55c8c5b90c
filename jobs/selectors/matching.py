"""Jobs matched to a worker: open jobs that the worker could take, ranked, with the parts of each score.

100 points: nearness 30, skills 30, experience 20, the client's rating 20. `selectors.scoring` says how each part is
computed. At most 1,000 candidates: the nearest, or the newest for a worker without a position; ties go to the newer.
Left out are jobs the worker applied to, and those that overlap the worker's own live shifts.
"""

from typing import TypedDict, cast

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Count, Exists, Expression, F, IntegerField, OuterRef, Q, Value, When
from django.db.models.functions import JSONObject
from django_stubs_ext import WithAnnotations

from accounts.models import Profile
from core.actor import Actor, Role, require_role
from core.errors import NotFound
from core.models import PayshiftQuerySet
from core.pagination import Page, PageQuery, paginate
from jobs.eligibility import standing_applications
from jobs.geography import Position, degrees_from, distance_m_in_sql
from jobs.models import AssignmentStatus, Job, Shift, ShiftAssignment
from jobs.models.assignment import LIVE_STATUSES
from jobs.models.job import JobQuerySet
from jobs.models.shift import LONGEST_SHIFT
from jobs.selectors import scoring
from jobs.selectors.search import list_rows, open_jobs

CANDIDATES = 1000


class Match(TypedDict):
    distance_km: int | None
    done: int
    distance_part: int
    skills_part: int
    experience_part: int
    rating_part: int
    score: int


class Done(TypedDict):
    industry: int
    subcategory: int | None
    count: int


type MatchedJob = WithAnnotations[Job, Match]


def matched_jobs(*, actor: Actor, page: PageQuery) -> Page[MatchedJob]:
    """Two queries: the worker with experience, then the ranked jobs. Raises `WrongRole`."""
    require_role(actor, Role.APPLICANT)
    done = (
        ShiftAssignment.objects.filter(worker_id=OuterRef("user_id"), status=AssignmentStatus.APPROVED)
        .order_by()
        .values("industry_id", "subcategory_id")
        .annotate(count=Count("*"))
        .values_list(JSONObject(industry=F("industry_id"), subcategory=F("subcategory_id"), count=F("count")))
    )
    worker = Profile.objects.planned().filter(user_id=actor.user_id).annotate(done_list=ArraySubquery(done)).first()
    if worker is None:
        raise NotFound
    position = None
    if worker.latitude is not None and worker.longitude is not None:
        position = Position(worker.latitude, worker.longitude)
    candidates = list_rows(_candidates(actor.user_id, position))
    jobs = _rank(candidates, position, skills=worker.skills, done=worker.done_list)
    return paginate(jobs, order=("-score", "-created_at", "-id"), page=page, listing="matched_jobs")


def _candidates(worker_id: int, position: Position | None) -> JobQuerySet:
    own_live = ShiftAssignment.objects.filter(
        worker_id=worker_id,
        status__in=LIVE_STATUSES,
        starts_at__lt=OuterRef("ends_at"),
        ends_at__gt=OuterRef("starts_at"),
        # Follows from the line above, and bounds the index's range: otherwise it is the worker's whole history.
        starts_at__gt=OuterRef("starts_at") - LONGEST_SHIFT,
    )
    clashes = Shift.objects.filter(Exists(own_live), job_id=OuterRef("pk"), canceled_at__isnull=True)
    applied = standing_applications().filter(job_id=OuterRef("pk"), applicant_id=worker_id)
    possible = open_jobs(viewer_id=worker_id).exclude(client_id=worker_id).filter(~Exists(applied), ~Exists(clashes))
    if position is None:
        chosen = possible.order_by("-created_at", "-id")
    else:
        chosen = possible.filter(latitude__isnull=False).order_by(degrees_from(position))
    return Job.objects.planned().filter(pk__in=chosen.values("pk")[:CANDIDATES])


def _rank(
    jobs: JobQuerySet, position: Position | None, *, skills: list[str], done: list[Done]
) -> PayshiftQuerySet[MatchedJob]:
    distance: Expression = Value(None, output_field=IntegerField())
    if position is not None:
        distance = scoring.whole_km(distance_m_in_sql(position, latitude="latitude", longitude="longitude"))
    skill = scoring.skill_fraction(subcategory=Q(subcategory__slug__in=skills), industry=Q(industry__slug__in=skills))
    ranked = jobs.annotate(distance_km=distance, done=_experience_by_trade(done)).annotate(
        distance_part=scoring.points(30, scoring.nearness_fraction("distance_km")),
        skills_part=scoring.points(30, skill),
        experience_part=scoring.points(20, scoring.experience_fraction("done")),
        rating_part=scoring.points(20, scoring.rating_fraction("client__profile")),
        score=F("distance_part") + F("skills_part") + F("experience_part") + F("rating_part"),
    )
    # JobQuerySet is bound to Job, so the annotations get lost on it.
    return cast("PayshiftQuerySet[MatchedJob]", ranked)


def _experience_by_trade(done: list[Done]) -> Case:
    """The worker's approved shifts in each row's trade, from the few numbers already at hand."""
    by_industry: dict[int, int] = {}
    for each in done:
        by_industry[each["industry"]] = by_industry.get(each["industry"], 0) + each["count"]
    cases = [
        When(subcategory_id=each["subcategory"], then=Value(by_industry[each["industry"]] + each["count"]))
        for each in done
        if each["subcategory"] is not None
    ]
    cases += [When(industry_id=industry, then=Value(count)) for industry, count in by_industry.items()]
    return Case(*cases, default=Value(0), output_field=IntegerField())
