"""Staff take a review out of what people read, put it back, or reword it. Nothing is deleted, no star is changed."""

from django.db import transaction

from accounts.models import NotificationKind
from accounts.services.notifications import Notice, notify_all
from core import clock
from core.errors import InvalidState
from jobs.services.notices import facts_of
from rating.models import Review
from rating.services.locks import lock_review_and_profile
from rating.services.weighing import recount_ratings, weighs_at


@transaction.atomic
def hide_review(*, review_id: int, reason: str) -> Review:
    """Nobody but staff reads it any more, the average goes without it, and its author and the reviewed learn why.

    A later review by the same author that did not weigh beside this one does not begin to. The average is counted anew:
    where its counters were wrong, they are right afterwards. Locks the profile of the
    reviewed, then the review. Raises `NotFound` and `InvalidState` (it is hidden).
    """
    review = lock_review_and_profile(review_id)
    if review.is_hidden:
        raise InvalidState("This review is hidden already.")
    review.is_hidden, review.weighs = True, False
    review.save(update_fields=["is_hidden", "weighs"])
    recount_ratings(review.reviewed_id)
    _tell_both(review, NotificationKind.REVIEW_HIDDEN, reason)
    return review


@transaction.atomic
def restore_review(*, review_id: int, reason: str) -> Review:
    """Show a hidden review again, count it unless another of the same author weighs by now, and tell both people.

    Locks the profile of the reviewed, then the review. Raises `NotFound` and `InvalidState` (it is not hidden).
    """
    review = lock_review_and_profile(review_id)
    if not review.is_hidden:
        raise InvalidState("This review is not hidden.")
    review.is_hidden = False
    review.weighs = weighs_at(review.created_at, reviewer_id=review.reviewer_id, reviewed_id=review.reviewed_id)
    review.save(update_fields=["is_hidden", "weighs"])
    recount_ratings(review.reviewed_id)
    _tell_both(review, NotificationKind.REVIEW_RESTORED, reason)
    return review


@transaction.atomic
def reword_review(*, review_id: int, comment: str, response: str, reason: str) -> Review:
    """Other words in place of those that nobody should read; what was not answered stays so. Both people learn why.

    Locks the profile of the reviewed, then the review. Raises `NotFound`, and `InvalidState` where a response would
    come to be or would be emptied, or where the words are those that are there.
    """
    review = lock_review_and_profile(review_id)
    if bool(review.responded_at) != bool(response):
        raise InvalidState("A response is neither made nor emptied by staff.")
    if (review.comment, review.response) == (comment, response):
        raise InvalidState("These are the words that are there.")
    review.comment, review.response = comment, response
    review.save(update_fields=["comment", "response"])
    _tell_both(review, NotificationKind.REVIEW_REWORDED, reason)
    return review


def _tell_both(review: Review, kind: NotificationKind, reason: str) -> None:
    facts = {**facts_of(review.job), "user_id": review.reviewed_id, "reason": reason}
    # It may be hidden and shown more than once.
    key = f"{kind}:{review.pk}:{clock.now():%Y%m%d%H%M%S%f}"
    both = ((review.reviewer_id, "Your review"), (review.reviewed_id, "A review of you"))
    notify_all(Notice(user_id, kind, {**facts, "whose": whose}, key) for user_id, whose in both)
