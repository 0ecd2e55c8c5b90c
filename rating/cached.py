"""What cached answers show of reviews; see `core.cache`."""

from core.cache.coherence import shown_as
from rating.models import Review


def declare() -> None:
    shown_as(Review, "reviews-of:{reviewed_id}", "reviews-by:{reviewer_id}")
