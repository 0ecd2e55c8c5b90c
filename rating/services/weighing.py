"""Which reviews make a person's average: of two people's reviews one way, one in a while, and no hidden one."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, QuerySet, Sum

from accounts.models import Profile
from accounts.services.counting import count_on_profile
from core.listings import Given, Prepared
from rating.models import Review


def _others(given: Given) -> QuerySet[Review]:
    weighing = Review.objects.filter(reviewer_id=given["reviewer_id"], reviewed_id=given["reviewed_id"], weighs=True)
    return weighing.filter(created_at__gt=given["after"], created_at__lt=given["before"])[:1]


OTHERS = Prepared(_others, ("pk",), given=("reviewer_id", "reviewed_id", "after", "before"))


def weighs_at(at: datetime, *, reviewer_id: int, reviewed_id: int) -> bool:
    """Two people who make work for each other do not make each other's rating: no other of theirs weighs near `at`."""
    near = timedelta(days=settings.REVIEW_WEIGHS_ONCE_DAYS)
    return not OTHERS.rows(reviewer_id=reviewer_id, reviewed_id=reviewed_id, after=at - near, before=at + near)


def recount_ratings(user_id: int) -> None:
    """Set the counters of a profile by the reviews that weigh, whatever they were. The caller holds its lock."""
    reviews_count, rating_sum = counted_ratings(user_id)
    Profile.objects.filter(user_id=user_id).update(reviews_count=reviews_count, rating_sum=rating_sum)


def counted_ratings(user_id: int) -> tuple[int, int]:
    """How many reviews of a person weigh, and the sum of their ratings."""
    weigh = Review.objects.filter(reviewed_id=user_id, weighs=True)
    found = weigh.aggregate(count=Count("pk"), total=Sum("rating", default=0))
    return found["count"], found["total"]


def count_rating(review: Review) -> None:
    """Add a new review that weighs to the counters of its profile."""
    count_on_profile(review.reviewed_id, reviews_count=1, rating_sum=review.rating)
