"""`GET /jobs`: the open jobs that a person may see, filtered and in one of five orders.

Newest, soonest and rate run along their partial indexes, so page 1,000 costs what page 1 costs. Relevance and distance
cannot: they rank at most 1,000 candidates (the newest matches, or the nearest) and the listing ends there.
"""

from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchRank
from django.db.models import (
    BooleanField,
    Case,
    Exists,
    Expression,
    F,
    FloatField,
    Func,
    IntegerField,
    OuterRef,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Least

from core import clock
from core.errors import FieldProblem, InvalidInput
from core.listings import Bound, Given, Selection, one_or_several
from jobs.days_left import open_shifts_in_sql
from jobs.eligibility import standing_applications
from jobs.geography import Box, BoxInSql, Position, PositionInSql, box_around, degrees_from, distance_m_in_sql, rounded
from jobs.models import Block, Job, JobStatus, SavedJob
from jobs.models.job import MAX_DAYS, JobQuerySet
from jobs.selectors.filters import TextQuery, conditions, words_of

CANDIDATES = 1000

# What a search has and its statement has otherwise.
PLACED = ("order", "text", "position", "box")
# Filters that may be given several times: what is one of them is found.
SEVERAL = ("industry", "subcategory", "shift_type", "job_type")


class JobOrder(StrEnum):
    NEWEST = "newest"
    RATE = "rate"
    RELEVANCE = "relevance"
    DISTANCE = "distance"
    SOONEST = "soonest"


ORDERS = {
    JobOrder.NEWEST: ("-created_at", "-id"),
    JobOrder.RATE: ("-rate_kobo", "-id"),
    JobOrder.RELEVANCE: ("-relevance", "-id"),
    JobOrder.DISTANCE: ("distance_m", "id"),
    JobOrder.SOONEST: ("starts_at", "id"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class JobSearch:
    text: str | None = None
    industry: tuple[str, ...] = ()
    subcategory: tuple[str, ...] = ()
    min_rate_kobo: int | None = None
    max_rate_kobo: int | None = None
    date_from: date | None = None
    date_to: date | None = None
    shift_type: tuple[str, ...] = ()
    job_type: tuple[str, ...] = ()
    position: Position | None = None
    radius_km: float | None = None
    box: Box | None = None
    order: JobOrder = JobOrder.NEWEST

    def check(self) -> None:
        """Raises `InvalidInput` for an order or a radius that lacks what it needs."""
        if self.order is JobOrder.RELEVANCE and not self.text:
            raise _missing("q", "Order by relevance needs a text to search for.")
        if self.position is None and (self.order is JobOrder.DISTANCE or self.radius_km is not None):
            raise _missing("latitude", "A radius, or order by distance, needs latitude and longitude.")

    def given(self, *, viewer_id: int) -> dict[str, Any]:
        """What `found_jobs` selects by: values that can be bound one by one, places as their numbers."""
        filters = {field.name: getattr(self, field.name) for field in fields(self) if field.name not in PLACED}
        for name in SEVERAL:
            filters |= one_or_several(name, filters.pop(name))
        if self.text is not None:
            filters["words"] = words_of(self.text)
        if self.position is not None:
            filters |= numbers_of("position", self.position)
            if self.radius_km is not None:
                filters |= numbers_of("around", box_around(self.position, self.radius_km * 1000))
        if self.box is not None:
            filters |= numbers_of("box", self.box)
        now = clock.now()
        return {"viewer_id": viewer_id, "now": now, "since": now - timedelta(days=MAX_DAYS), **filters}

    @property
    def has_one_best_plan(self) -> bool:
        """Not with words, which may be common or rare, a position, which may be crowded or empty, or bounds, which may
        leave out nearly everything.
        """
        bounds = (self.min_rate_kobo, self.max_rate_kobo, self.date_from, self.date_to)
        places = (self.position, self.box)
        return self.text is None and all(bound is None for bound in (*bounds, *places))


def open_jobs(*, viewer_id: int | Bound | OuterRef, now: datetime | Bound | None = None) -> JobQuerySet:
    """Funded jobs with free places, whose first shift is ahead or, of an ongoing one, a shift that has a place.

    None between people who blocked each other.
    """
    # Few people are blocked or inactive: the database reads them once, and compares each client. As joins they would be
    # planned before the page is cut.
    blocked = Block.objects.filter(blocker_id=viewer_id).values("blocked_id")
    blockers = Block.objects.filter(blocked_id=viewer_id).values("blocker_id")
    inactive = get_user_model()._default_manager.filter(is_active=False).values("pk")
    return (
        Job.objects.planned()
        .filter(_client_not_among(blocked), _client_not_among(blockers), _is_ahead(now or clock.now()), is_open=True)
        .exclude(client_id__in=inactive)
    )


# Nearly every open job passes the conditions on its start and its client, but PostgreSQL's estimate is what decides
# whether it walks an index until the page is full or sorts all open jobs. It takes the shares of open and of future
# jobs for independent, and NOT IN for a coin toss: a hundredth. Written as inequalities, they are expected to pass.


def _is_ahead(now: datetime | Bound) -> Expression:
    """open_until > now, and starts_at > now before the job is ongoing; see `jobs.days_left`."""
    until = Case(When(status=JobStatus.ONGOING, then=F("open_until")), default=F("starts_at"))
    return Func(
        until,
        Least(until, now if isinstance(now, Bound) else Value(now)),
        template="(%(expressions)s)",
        arg_joiner=" <> ",
        output_field=BooleanField(),
    )


def _client_not_among(people: QuerySet[Any, Any]) -> Expression:
    return Func(
        F("client_id"),
        ArraySubquery(people),
        template="(%(expressions)s))",
        arg_joiner=" <> ALL (",
        output_field=BooleanField(),
    )


def found_jobs(order: JobOrder, given: Given) -> Selection[Job]:
    """The jobs that a search finds. `given`: what `JobSearch.given` has that is not None, as placeholders."""
    given = _typed(given)
    jobs = open_jobs(viewer_id=given["viewer_id"], now=given["now"]).filter(*conditions(given))
    if order is JobOrder.SOONEST:
        # As a bound that the index starts at, and not past all the jobs that have begun: none is longer than that.
        jobs = jobs.filter(starts_at__gt=given["since"])
    position = given.get("position")
    if order is JobOrder.RELEVANCE:
        newest = jobs.order_by("-created_at", "-id").values("pk")[:CANDIDATES]
        # An integer, because the cursor must meet the very same number again.
        rank = rounded(SearchRank(F("search"), TextQuery(given["words"])) * Value(1e6))
        jobs = Job.objects.filter(pk__in=newest).annotate(relevance=rank)
    elif order is JobOrder.DISTANCE:
        nearest = jobs.order_by(degrees_from(given["position"])).values("pk")[:CANDIDATES]
        jobs = Job.objects.filter(pk__in=nearest)
    marked = with_marks(jobs, viewer_id=given["viewer_id"], now=given["now"])
    if position is None:
        return Selection(marked.annotate(distance_m=Value(None, IntegerField())))
    return Selection(with_distance(marked, position))


def numbers_of(name: str, place: Position | Box) -> dict[str, float]:
    """`{"position.latitude": …}`."""
    return {f"{name}.{part}": number for part, number in asdict(place).items()}


def _typed(given: Given) -> Given:
    """Places again of their numbers, and of what kind those are that Django computes with."""
    typed: dict[str, Any] = {**given}
    for name, kind in PLACES.items():
        if f"{name}.{fields(kind)[0].name}" in given:
            typed[name] = kind(*(Bound(f"{name}.{part.name}", FloatField()) for part in fields(kind)))
    if "radius_km" in given:
        typed["radius_km"] = Bound("radius_km", FloatField())
    if "words" in given:
        typed["words"] = Bound("words", ArrayField(TextField()))
    return typed


PLACES: dict[str, type[PositionInSql | BoxInSql]] = {
    "position": PositionInSql,
    "around": BoxInSql,
    "box": BoxInSql,
}


def with_marks(jobs: JobQuerySet, *, viewer_id: int | Bound, now: datetime | Bound) -> JobQuerySet:
    """What the viewer did with each job, and which days are left of it, looked up for the rows of the page alone."""
    return jobs.annotate(
        open_shifts=open_shifts_in_sql(now=now),
        saved=Exists(SavedJob.objects.filter(job_id=OuterRef("pk"), user_id=viewer_id)),
        applied=Exists(standing_applications().filter(job_id=OuterRef("pk"), applicant_id=viewer_id)),
    )


def with_distance(jobs: JobQuerySet, position: PositionInSql) -> JobQuerySet:
    return jobs.annotate(distance_m=distance_m_in_sql(position, latitude="latitude", longitude="longitude"))


def _missing(field: str, message: str) -> InvalidInput:
    return InvalidInput(message, errors=[FieldProblem(field, "missing", message)])
