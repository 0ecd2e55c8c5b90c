"""Writing reviews and responses. Who may review whom is decided here; the database refuses the second one."""

from django.db import transaction

from accounts.models import NotificationKind
from accounts.services.notifications import notify
from core import clock
from core.actor import Actor
from core.errors import NotFound
from jobs.models import AssignmentStatus, Job, ShiftAssignment
from jobs.services.notices import facts_of
from rating.exceptions import AlreadyResponded, AlreadyReviewed, NotReviewable, ReviewWindowClosed
from rating.models import REVIEW_WINDOW, Review
from rating.services.locks import lock_profile, lock_review_of
from rating.services.weighing import count_rating, weighs_at


@transaction.atomic
def create_review(*, actor: Actor, job_id: int, reviewed_id: int, rating: int, comment: str) -> Review:
    """Review the other side of a job: its client, or a worker with an approved assignment of it that counts.

    Also counts the rating on the reviewed person's profile, unless another of the same reviewer weighs there, and
    notifies them. Approval is final, so nothing that this checks can be undone under it; of two equal reviews at once
    the unique constraint refuses one. Locks the profile of the reviewed, under which it is decided which one weighs.

    Raises `NotFound` (no such job, or the caller had no part in it), `NotReviewable`, `ReviewWindowClosed`,
    `AlreadyReviewed`.
    """
    job = Job.objects.planned().defer("search", "description").filter(pk=job_id).first()
    if job is None:
        raise NotFound("There is no such job.")
    _require_worked_together(actor, job, reviewed_id)
    now = clock.now()
    if now > job.ends_at + REVIEW_WINDOW:
        raise ReviewWindowClosed
    # Also refused by the constraint, which is for the race; asked first so that the refusal is the plain case.
    if Review.objects.filter(job=job, reviewer_id=actor.user_id, reviewed_id=reviewed_id).exists():
        raise AlreadyReviewed
    lock_profile(reviewed_id)
    review = Review.objects.create(
        reviewer_id=actor.user_id,
        reviewed_id=reviewed_id,
        job=job,
        rating=rating,
        comment=comment,
        weighs=weighs_at(now, reviewer_id=actor.user_id, reviewed_id=reviewed_id),
        created_at=now,
    )
    if review.weighs:
        count_rating(review)
    notify(
        user_id=reviewed_id,
        kind=NotificationKind.REVIEW_RECEIVED,
        params={**facts_of(job), "user_id": reviewed_id, "rating": rating},
        dedupe_key=f"review_received:{review.pk}",
    )
    return review


@transaction.atomic
def respond_to_review(*, actor: Actor, review_id: int, response: str) -> Review:
    """Answer a review that one received, once, and notify the reviewer. Locks the review.

    Raises `NotFound` (no such review, somebody else's, or a hidden one) and `AlreadyResponded`.
    """
    review = lock_review_of(review_id=review_id, reviewed_id=actor.user_id)
    if review.responded_at is not None:
        raise AlreadyResponded
    review.response = response
    review.responded_at = clock.now()
    review.save(update_fields=["response", "responded_at"])
    notify(
        user_id=review.reviewer_id,
        kind=NotificationKind.REVIEW_RESPONSE,
        params={**facts_of(review.job), "user_id": review.reviewed_id},
        dedupe_key=f"review_response:{review.pk}",
    )
    return review


def _require_worked_together(actor: Actor, job: Job, reviewed_id: int) -> None:
    """One of the two is the job's client, the other has an approved assignment of it."""
    is_client = actor.user_id == job.client_id
    worker_id = reviewed_id if is_client else actor.user_id
    approved = ShiftAssignment.objects.filter(
        application__job=job, worker_id=worker_id, status=AssignmentStatus.APPROVED, counted=True
    ).exists()
    if not approved and not is_client:
        raise NotFound("There is no such job among those on which a shift of yours was approved.")
    if not approved or job.client_id not in {actor.user_id, reviewed_id}:
        raise NotReviewable
