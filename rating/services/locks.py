"""The one place where reviews are locked."""

from core.errors import NotFound
from rating.models import Review


def lock_review_of(*, review_id: int, reviewed_id: int) -> Review:
    """Lock a review that this person received; anybody else's does not exist for them (`NotFound`)."""
    review = (
        Review.objects.planned()
        .select_for_update(no_key=True, of=("self",))
        .select_related("reviewed", "job")
        .filter(pk=review_id, reviewed_id=reviewed_id)
        .first()
    )
    if review is None:
        raise NotFound("There is no such review among those you received.")
    return review
