"""Jobs matched to a worker: open jobs that the worker could take, ranked, with the parts of each score.

100 points: nearness 25, skills 25, experience 15, the client's rating 15 and reliability 10, availability 10 (not
waiting for another job at that time). `selectors.scoring` says how each part is computed. At most 1,000 candidates: the
nearest, or the newest for a worker without a position; ties go to the newer. Left out are jobs the worker applied to,
and those that overlap the worker's own live shifts.
"""

from dataclasses import dataclass
from typing import TypedDict, cast

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Count, Expression, F, IntegerField, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import JSONObject
from django.db.models.lookups import IsNull
from django_stubs_ext import WithAnnotations

from accounts.models import Profile
from core import clock
from core.errors import NotFound
from core.listings import Given, Selection, among
from core.models import PayshiftQuerySet
from jobs.days_left import OpenShifts
from jobs.eligibility import standing_applications
from jobs.geography import Position, degrees_from, distance_m_in_sql
from jobs.models import AssignmentStatus, Job, Shift, ShiftAssignment
from jobs.models.job import JobQuerySet
from jobs.selectors import scoring
from jobs.selectors.busy import NEVER, overlaps, shifts_of, waiting_jobs_of
from jobs.selectors.search import open_jobs, with_marks

CANDIDATES = 1000


class Match(TypedDict):
    open_shifts: OpenShifts
    saved: bool
    applied: bool
    distance_km: int | None
    done: int
    available: bool
    distance_part: int
    skills_part: int
    experience_part: int
    rating_part: int
    reliability_part: int
    availability_part: int
    score: int


class Done(TypedDict):
    industry: int
    subcategory: int | None
    count: int


@dataclass(frozen=True, slots=True)
class Worker:
    id: int
    position: Position | None
    skills: list[str]
    done: list[Done]
    # When the worker has shifts, and waits for an answer; see `selectors.busy`.
    taken: str
    waiting: str


type MatchedJob = WithAnnotations[Job, Match]


def matched_jobs(given: Given) -> Selection[Job]:
    """`given`: the `worker`, and `now`."""
    worker: Worker = given["worker"]
    return Selection(_rank(with_marks(_candidates(worker), viewer_id=worker.id, now=given["now"]), worker))


def worker_to_match(user_id: int) -> Worker:
    """One query. Raises `NotFound` for who has no profile."""
    done = (
        ShiftAssignment.objects.filter(worker_id=OuterRef("user_id"), status=AssignmentStatus.APPROVED)
        .order_by()
        .values("industry_id", "subcategory_id")
        .annotate(count=Count("*"))
        .values_list(JSONObject(industry=F("industry_id"), subcategory=F("subcategory_id"), count=F("count")))
    )
    found = (
        Profile.objects.filter(user_id=user_id)
        .values_list(
            "latitude",
            "longitude",
            "skills",
            ArraySubquery(done),
            shifts_of(OuterRef("user_id"), since=clock.now()),
            waiting_jobs_of(OuterRef("user_id")),
        )
        .first()
    )
    if found is None:
        raise NotFound
    latitude, longitude, *facts = found
    position = None if latitude is None or longitude is None else Position(latitude, longitude)
    return Worker(user_id, position, *facts)


def _candidates(worker: Worker) -> JobQuerySet:
    applied = standing_applications().filter(applicant_id=worker.id).values("job_id")
    # By their ids, read once: an anti-join compares each candidate with each application.
    possible = open_jobs(viewer_id=worker.id).exclude(client_id=worker.id).exclude(pk__in=applied)
    if worker.taken != NEVER:
        clashes = Shift.objects.filter(
            overlaps(worker.taken), job_id=OuterRef("pk"), canceled_at__isnull=True, starts_at__gt=clock.now()
        )
        # The job as a whole first: most are at another time, and their shifts need not be read. One by one: for EXISTS
        # PostgreSQL would look through the shifts of all jobs beforehand.
        clash = IsNull(Subquery(clashes.values("pk")[:1]), False)
        possible = possible.exclude(Q(overlaps(worker.taken)) & Q(clash))
    if worker.position is None:
        chosen = possible.order_by("-created_at", "-id")
    else:
        chosen = possible.filter(latitude__isnull=False).order_by(degrees_from(worker.position))
    # As an array they are found first, and then each by its key: of a subquery the planner may think that reading all
    # jobs is cheaper, for a short page above all.
    return Job.objects.planned().filter(among("pk", ArraySubquery(chosen.values("pk")[:CANDIDATES])))


def _rank(jobs: JobQuerySet, worker: Worker) -> PayshiftQuerySet[MatchedJob]:
    distance: Expression = Value(None, output_field=IntegerField())
    if worker.position is not None:
        distance = scoring.whole_km(distance_m_in_sql(worker.position, latitude="latitude", longitude="longitude"))
    skill = scoring.skill_fraction(
        subcategory=Q(subcategory__slug__in=worker.skills), industry=Q(industry__slug__in=worker.skills)
    )
    client = "client__profile"
    facts = jobs.annotate(
        distance_km=distance, done=_experience_by_trade(worker.done), available=~Q(overlaps(worker.waiting))
    )
    ranked = facts.annotate(
        distance_part=scoring.points(25, scoring.nearness_fraction("distance_km")),
        skills_part=scoring.points(25, skill),
        experience_part=scoring.points(15, scoring.experience_fraction("done")),
        rating_part=scoring.points(15, scoring.rating_fraction(client)),
        reliability_part=scoring.points(10, scoring.client_reliability_fraction(client)),
        availability_part=scoring.points(10, scoring.yes_or_no(Q(available=True))),
        score=F("distance_part")
        + F("skills_part")
        + F("experience_part")
        + F("rating_part")
        + F("reliability_part")
        + F("availability_part"),
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
