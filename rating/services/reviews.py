"""Writing reviews and responses. Who may review whom is decided here; the database refuses the second one."""

from typing import TypedDict, cast

from django.db import transaction
from django.db.models import BigIntegerField, Case, Exists, OuterRef, QuerySet, When
from django_stubs_ext import WithAnnotations

from accounts.models import NotificationKind
from accounts.services.notifications import notify
from core import clock
from core.actor import Actor
from core.errors import NotFound
from core.instances import insert, instances
from core.listings import Given
from jobs.models import AssignmentStatus, Job, ShiftAssignment
from jobs.services.notices import facts_of
from rating.exceptions import AlreadyResponded, AlreadyReviewed, NotReviewable, ReviewWindowClosed
from rating.models import REVIEW_WINDOW, Review
from rating.services.locks import lock_profile, lock_review_of
from rating.services.weighing import count_rating, weighs_at


class BetweenThem(TypedDict):
    is_approved: bool
    is_reviewed: bool


type JobOfBoth = WithAnnotations[Job, BetweenThem]


@instances("job_id", "one_id", "other_id")
def _job_of_both(given: Given) -> QuerySet[JobOfBoth]:
    """With what was between the two: whether work of the one who is not its client was approved, and whether the one
    has reviewed the other.
    """
    worker = Case(
        When(client_id=given["one_id"], then=given["other_id"]), default=given["one_id"], output_field=BigIntegerField()
    )
    approved = ShiftAssignment.objects.filter(
        application__job=OuterRef("pk"), worker_id=OuterRef("worker_id"), status=AssignmentStatus.APPROVED, counted=True
    )
    written = Review.objects.filter(job_id=OuterRef("pk"), reviewer_id=given["one_id"], reviewed_id=given["other_id"])
    jobs = Job.objects.planned().defer("description").filter(pk=given["job_id"]).alias(worker_id=worker)
    return cast("QuerySet[JobOfBoth]", jobs.annotate(is_approved=Exists(approved), is_reviewed=Exists(written)))


@transaction.atomic
def create_review(*, actor: Actor, job_id: int, reviewed_id: int, rating: int, comment: str) -> Review:
    """Review the other side of a job: its client, or a worker with an approved assignment of it that counts.

    Also counts the rating on the reviewed person's profile, unless another of the same reviewer weighs there, and
    notifies them. Approval is final, so nothing that this checks can be undone under it; of two equal reviews at once
    the unique constraint refuses one. Locks the profile of the reviewed, under which it is decided which one weighs.

    Raises `NotFound` (no such job, or the caller had no part in it), `NotReviewable`, `ReviewWindowClosed`,
    `AlreadyReviewed`.
    """
    found = _job_of_both.all(job_id=job_id, one_id=actor.user_id, other_id=reviewed_id)
    if not found:
        raise NotFound("There is no such job.")
    job: JobOfBoth = found[0]
    _require_worked_together(actor, job, reviewed_id)
    now = clock.now()
    if now > job.ends_at + REVIEW_WINDOW:
        raise ReviewWindowClosed
    # Also refused by the constraint, which is for the race; asked first so that the refusal is the plain case.
    if job.is_reviewed:
        raise AlreadyReviewed
    lock_profile(reviewed_id)
    review = Review(
        reviewer_id=actor.user_id,
        reviewed_id=reviewed_id,
        job=job,
        rating=rating,
        comment=comment,
        weighs=weighs_at(now, reviewer_id=actor.user_id, reviewed_id=reviewed_id),
        created_at=now,
    )
    insert(review)
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


def _require_worked_together(actor: Actor, job: JobOfBoth, reviewed_id: int) -> None:
    """One of the two is the job's client, the other has an approved assignment of it."""
    is_client = actor.user_id == job.client_id
    if not job.is_approved and not is_client:
        raise NotFound("There is no such job among those on which a shift of yours was approved.")
    if not job.is_approved or job.client_id not in {actor.user_id, reviewed_id}:
        raise NotReviewable
