"""The cached reads of reputation, and what their pages show beside the reviews themselves."""

from core.cache.reads import CachedRead
from core.listings import ListedPage
from core.pagination import PageOut, PageQuery
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


def entities_of(page: ListedPage) -> frozenset[str]:
    """The people whose names and pictures, and the jobs whose titles a page shows."""
    people = {user_id for pair in page.besides for user_id in pair}
    faces = {f"{shown}:{user_id}" for user_id in people for shown in ("user", "avatar-of")}
    return frozenset(faces | {f"title-of-job:{review['job_id']}" for review in page.items})
