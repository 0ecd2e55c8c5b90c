"""Which reviews make a person's average: of two people's reviews one way, one in a while, and no hidden one."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F

from accounts.models import Profile
from rating.models import Review


def weighs_at(at: datetime, *, reviewer_id: int, reviewed_id: int) -> bool:
    """Two people who make work for each other do not make each other's rating: no other of theirs weighs near `at`."""
    near = timedelta(days=settings.REVIEW_WEIGHS_ONCE_DAYS)
    others = Review.objects.filter(reviewer_id=reviewer_id, reviewed_id=reviewed_id, weighs=True)
    return not others.filter(created_at__gt=at - near, created_at__lt=at + near).exists()


def count_rating(review: Review, *, times: int) -> None:
    """Add a review that weighs to the counters of its profile (`times` 1), or take it out (-1)."""
    Profile.objects.filter(user_id=review.reviewed_id).update(
        reviews_count=F("reviews_count") + times, rating_sum=F("rating_sum") + times * review.rating
    )
