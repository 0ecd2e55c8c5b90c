"""Reading reviews. They are public to everyone who is logged in, but for those that staff hid; each list is one query,
the summary another."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

from django.db.models import Count, DateTimeField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Value
from django_stubs_ext import WithAnnotations

from accounts.models import CustomUser
from core import clock
from core.actor import Actor, Role
from core.cache.values import CachedValue
from core.errors import NotFound
from core.listings import Bound, Given, Prepared, Selection
from core.pagination import Page, PageQuery, paginate
from jobs.models import Application, AssignmentStatus, ShiftAssignment
from rating.models import HIGHEST_RATING, LOWEST_RATING, REVIEW_WINDOW, Review

RATINGS = range(LOWEST_RATING, HIGHEST_RATING + 1)


@dataclass(frozen=True, slots=True)
class RatingSummary:
    """How often a person received each rating, by reviews that weigh. `average` is None before the first."""

    histogram: dict[int, int]

    @property
    def count(self) -> int:
        return sum(self.histogram.values())

    def shown(self) -> dict[str, Any]:
        return {"average": self.average, "count": self.count, "histogram": self.histogram}

    @property
    def average(self) -> float | None:
        if not self.count:
            return None
        return round(sum(rating * times for rating, times in self.histogram.items()) / self.count, 2)


# Each page of a person's reviews shows it, and counting is the dearest part of one for whoever has many.
USER_RATING = CachedValue(
    RatingSummary,
    name="get_user_rating",
    ttl_seconds=3600,
    key="{user_id}",
    entities=("reviews-of:{user_id}", "user:{user_id}"),
)


def people_shown() -> QuerySet[CustomUser]:
    """Those who have a public face; banned, deleted and unverified people have none."""
    people: QuerySet[CustomUser] = CustomUser.objects.planned()
    return people.filter(is_active=True, email_verified_at__isnull=False)


def get_user_rating(*, user_id: int) -> RatingSummary:
    """The ratings that a person received: cached, or in one query. Raises `NotFound` when there is no such person."""
    return USER_RATING.get(lambda: _count_ratings(user_id), user_id=user_id)


def _rated(given: Given) -> QuerySet[CustomUser]:
    received = {f"rated_{rating}": Count("reviews_received", _of(rating)) for rating in RATINGS}
    return people_shown().filter(pk=given["user_id"]).annotate(**received)


def _of(rating: int) -> Q:
    return Q(reviews_received__rating=rating, reviews_received__weighs=True)


TIMES_RATED = Prepared(_rated, [f"rated_{rating}" for rating in RATINGS], given=("user_id",))
SHOWN = Prepared(lambda given: people_shown().filter(pk=given["user_id"]), ("pk",), given=("user_id",))


def _count_ratings(user_id: int) -> RatingSummary:
    for times in TIMES_RATED.rows(user_id=user_id):
        return RatingSummary(dict(zip(RATINGS, times, strict=True)))
    raise NotFound("There is no such person.")


def refuse_nobody(user_id: int) -> None:
    """Raises `NotFound` where there is no such person, or none who has a public face. One query."""
    if not SHOWN.rows(user_id=user_id):
        raise NotFound("There is no such person.")


def reviews_received(given: Given) -> Selection[Review]:
    return Selection(Review.objects.filter(reviewed_id=given["user_id"], is_hidden=False))


def reviews_given(given: Given) -> Selection[Review]:
    return Selection(Review.objects.filter(reviewer_id=given["user_id"], is_hidden=False))


class ToReview(TypedDict):
    until: datetime


type DueReview = WithAnnotations[Application, ToReview]


def reviews_to_write(role: Role, *, user_id: int | Bound, since: datetime | Bound) -> QuerySet[DueReview]:
    """What a person of this role may review and has not, of jobs that ended `since` then: as a worker the clients of
    approved shifts, as a client the workers."""
    as_client = role is Role.CLIENT
    mine = {"job__client_id" if as_client else "applicant_id": user_id}
    approved = ShiftAssignment.objects.filter(
        application_id=OuterRef("pk"), status=AssignmentStatus.APPROVED, counted=True
    )
    written = Review.objects.filter(
        job_id=OuterRef("job_id"),
        reviewer_id=user_id,
        reviewed_id=OuterRef("applicant_id" if as_client else "job__client_id"),
    )
    still = Q(job__ends_at__gte=since)
    worked = Application.objects.planned().filter(still, Exists(approved), ~Exists(written), **mine)
    return worked.annotate(
        until=ExpressionWrapper(F("job__ends_at") + Value(REVIEW_WINDOW), output_field=DateTimeField())
    )


def page_to_review(*, actor: Actor, page: PageQuery) -> Page[DueReview]:
    """One page of them, the last accepted first, in one query."""
    other = "applicant__profile" if actor.role is Role.CLIENT else "job__client__profile"
    due = reviews_to_write(actor.role, user_id=actor.user_id, since=clock.now() - REVIEW_WINDOW)
    shown = due.select_related("job", other).defer("job__search", "job__description")
    return paginate(shown, order=("-id",), page=page, listing=f"to_review:{actor.role}")


def one_review(given: Given) -> QuerySet[Review]:
    """`given`: `review_id`."""
    return Review.objects.filter(pk=given["review_id"])
