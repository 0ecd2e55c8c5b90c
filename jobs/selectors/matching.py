"""Jobs matched to a worker: open jobs that the worker could take, ranked, with the parts of each score.

100 points: nearness 25, skills 25, experience 15, the client's rating 15 and reliability 10, availability 10 (not
waiting for another job at that time). `selectors.scoring` says how each part is computed. At most 1,000 candidates: the
nearest, or the newest for a worker without a position; ties go to the newer. Left out are jobs the worker applied to,
and those that overlap the worker's own live shifts.
"""

import json
from datetime import datetime
from typing import Any, TypedDict, cast

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Count,
    Expression,
    F,
    FloatField,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Cast, Coalesce, JSONObject
from django.db.models.lookups import IsNull
from django_stubs_ext import WithAnnotations

from accounts.models import Profile
from core.errors import NotFound
from core.listings import Given, Prepared, Selection, among
from core.models import PayshiftQuerySet
from jobs.days_left import OpenShifts
from jobs.eligibility import standing_applications
from jobs.geography import PositionInSql, degrees_from, distance_m_in_sql
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


type MatchedJob = WithAnnotations[Job, Match]


def matched_jobs(given: Given) -> Selection[Job]:
    """`given`: what `worker_to_match` says, which decides which SQL it is."""
    return Selection(_rank(with_marks(_candidates(given), viewer_id=given["user_id"], now=given["now"]), given))


def _done() -> QuerySet[Any, Any]:
    """Approved shifts by trade, for each worker."""
    approved = ShiftAssignment.objects.filter(worker_id=OuterRef("user_id"), status=AssignmentStatus.APPROVED)
    by_trade = approved.order_by().values("industry_id", "subcategory_id").annotate(count=Count("*"))
    return by_trade.values_list(
        JSONObject(industry=F("industry_id"), subcategory=F("subcategory_id"), count=F("count"))
    )


def _worker(given: Given) -> QuerySet[Profile]:
    """With what they have done, when they have shifts, and when they wait for an answer; see `selectors.busy`."""
    worker = OuterRef("user_id")
    return Profile.objects.filter(user_id=given["user_id"]).annotate(
        done=ArraySubquery(_done()), taken=shifts_of(worker, since=given["now"]), waiting=waiting_jobs_of(worker)
    )


WORKER = Prepared(_worker, ("latitude", "longitude", "skills", "done", "taken", "waiting"), given=("user_id", "now"))


def worker_to_match(user_id: int, *, now: datetime) -> dict[str, Any]:
    """One query. Raises `NotFound` for who has no profile."""
    rows = WORKER.rows(user_id=user_id, now=now)
    if not rows:
        raise NotFound
    ((latitude, longitude, skills, done, taken, waiting),) = rows
    industries, subcategories = _experience(done)
    return {
        "user_id": user_id,
        "now": now,
        # Both or none.
        "latitude": latitude,
        "longitude": longitude,
        "skills": skills,
        "industries": json.dumps(industries),
        "subcategories": json.dumps(subcategories),
        "taken": None if taken == NEVER else taken,
        "waiting": waiting,
    }


def _candidates(given: Given) -> JobQuerySet:
    applied = standing_applications().filter(applicant_id=given["user_id"]).values("job_id")
    # By their ids, read once: an anti-join compares each candidate with each application.
    possible = open_jobs(viewer_id=given["user_id"], now=given["now"])
    possible = possible.exclude(client_id=given["user_id"]).exclude(pk__in=applied)
    if "taken" in given:
        clashes = Shift.objects.filter(
            overlaps(given["taken"]), job_id=OuterRef("pk"), canceled_at__isnull=True, starts_at__gt=given["now"]
        )
        # The job as a whole first: most are at another time, and their shifts need not be read. One by one: for EXISTS
        # PostgreSQL would look through the shifts of all jobs beforehand.
        clash = IsNull(Subquery(clashes.values("pk")[:1]), False)
        possible = possible.exclude(Q(overlaps(given["taken"])) & Q(clash))
    if "latitude" in given:
        chosen = possible.filter(latitude__isnull=False).order_by(degrees_from(_here(given)))
    else:
        chosen = possible.order_by("-created_at", "-id")
    # As an array they are found first, and then each by its key: of a subquery the planner may think that reading all
    # jobs is cheaper, for a short page above all.
    return Job.objects.planned().filter(among("pk", ArraySubquery(chosen.values("pk")[:CANDIDATES])))


def _here(given: Given) -> PositionInSql:
    return PositionInSql(Cast(given["latitude"], FloatField()), Cast(given["longitude"], FloatField()))


def _rank(jobs: JobQuerySet, given: Given) -> PayshiftQuerySet[MatchedJob]:
    distance: Expression = Value(None, output_field=IntegerField())
    if "latitude" in given:
        metres = distance_m_in_sql(_here(given), latitude="latitude", longitude="longitude")
        distance = scoring.whole_km(metres)
    skill = scoring.skill_fraction(
        subcategory=among("subcategory__slug", given["skills"]), industry=among("industry__slug", given["skills"])
    )
    client = "client__profile"
    # The worker's approved shifts in each row's trade, from the few numbers at hand.
    done = Coalesce(
        NumberOf(given["subcategories"], "subcategory_id"), NumberOf(given["industries"], "industry_id"), Value(0)
    )
    facts = jobs.annotate(distance_km=distance, done=done, available=~Q(overlaps(given["waiting"])))
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


class Done(TypedDict):
    industry: int
    subcategory: int | None
    count: int


class NumberOf(Func):
    """The number that a JSON object has under a column's value; NULL where it has none."""

    template = "(%(expressions)s::text)::integer"
    arg_joiner = "::jsonb ->> "
    output_field = IntegerField()


def _experience(done: list[Done]) -> tuple[dict[int, int], dict[int, int]]:
    """Approved shifts by industry; and by subcategory, where those in the very subcategory count twice."""
    by_industry: dict[int, int] = {}
    for each in done:
        by_industry[each["industry"]] = by_industry.get(each["industry"], 0) + each["count"]
    subcategories = {
        each["subcategory"]: by_industry[each["industry"]] + each["count"]
        for each in done
        if each["subcategory"] is not None
    }
    return by_industry, subcategories
