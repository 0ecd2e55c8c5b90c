"""The cached reads of reputation, and what their pages show beside the reviews themselves."""

from collections.abc import Iterable

from core.cache.reads import CachedRead
from core.pagination import PageOut, PageQuery
from rating.models import Review
from rating.schemas import ReceivedReviewsOut, ReviewOut

PAGE_KEY = "{user_id}:{limit}:{cursor}"
RECEIVED = CachedRead(
    operation="list_reviews_received",
    path="/reviews/{int:user_id}",
    ttl_seconds=1800,
    key=PAGE_KEY,
    query=PageQuery,
    shows=ReceivedReviewsOut,
)
GIVEN = CachedRead(
    operation="list_reviews_given",
    path="/ratings/reviewer_{int:user_id}/",
    ttl_seconds=1800,
    key=PAGE_KEY,
    query=PageQuery,
    shows=PageOut[ReviewOut],
)


def entities_of(reviews: Iterable[Review]) -> frozenset[str]:
    """The people whose names and pictures, and the jobs whose titles a page shows."""
    return frozenset(
        entity
        for review in reviews
        for entity in (f"user:{review.reviewer_id}", f"user:{review.reviewed_id}", f"job:{review.job_id}")
    )
