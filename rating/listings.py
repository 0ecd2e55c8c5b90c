"""The lists of reviews that are answered from rows; see `core.listings`."""

from core.details import Detail
from core.listings import ListedPage, Listing
from core.pagination import PageQuery
from rating.models import Review
from rating.schemas import ReviewOut
from rating.selectors import one_review, refuse_nobody, reviews_given, reviews_received

NEWEST_FIRST = ("-created_at", "-id")
PEOPLE = ("reviewer_id", "reviewed_id")
RECEIVED_REVIEWS = Listing(Review, "received", ReviewOut, reviews_received, order=NEWEST_FIRST, besides=PEOPLE)
GIVEN_REVIEWS = Listing(Review, "given", ReviewOut, reviews_given, order=NEWEST_FIRST, besides=PEOPLE)


WHOLE_REVIEW = Detail(ReviewOut, one_review, given=("review_id",))


def review_shown(review_id: int) -> bytes:
    """A review that was written or answered just now."""
    review = WHOLE_REVIEW.read(review_id=review_id)
    assert review is not None  # noqa: S101  (nobody deletes one)
    return review.to_json()


def received_by(user_id: int, *, page: PageQuery) -> ListedPage:
    return RECEIVED_REVIEWS.page({"user_id": user_id}, page=page, owner=user_id)


def given_by(user_id: int, *, page: PageQuery) -> ListedPage:
    """Raises `NotFound` when there is no such person."""
    refuse_nobody(user_id)
    return GIVEN_REVIEWS.page({"user_id": user_id}, page=page, owner=user_id)
