"""The one place where reviews are locked."""

from django.db.models import QuerySet

from accounts.models import Profile
from core.errors import NotFound
from core.instances import instances
from core.listings import Given
from rating.models import Review


@instances("user_id")
def _lock_profile(given: Given) -> QuerySet[Profile]:
    profiles = Profile.objects.select_for_update(no_key=True, of=("self",))
    return profiles.filter(user_id=given["user_id"]).only("pk")


def lock_profile(user_id: int) -> None:
    """Of two reviews of one person at once, the second sees whether the first weighs. Every user has this row."""
    _lock_profile.all(user_id=user_id)


def lock_review_of(*, review_id: int, reviewed_id: int) -> Review:
    """Lock a review that this person received; anybody else's, or a hidden one, is none for them (`NotFound`)."""
    review = (
        Review.objects.planned()
        .select_for_update(no_key=True, of=("self",))
        .select_related("reviewed", "job")
        .filter(pk=review_id, reviewed_id=reviewed_id, is_hidden=False)
        .first()
    )
    if review is None:
        raise NotFound("There is no such review among those you received.")
    return review


def lock_review_and_profile(review_id: int) -> Review:
    """Lock the profile on which it weighs or not, as who writes a review does, and then the review (or `NotFound`)."""
    reviewed_id = Review.objects.filter(pk=review_id).values_list("reviewed_id", flat=True).first()
    if reviewed_id is None:
        raise NotFound("There is no such review.")
    lock_profile(reviewed_id)
    return (
        Review.objects.planned()
        .select_for_update(no_key=True, of=("self",))
        .select_related("reviewed", "job")
        .get(pk=review_id)
    )
