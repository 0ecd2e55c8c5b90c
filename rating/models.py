"""Reviews: one per (reviewer, reviewed, job), from 1 to 5, nobody on themselves; the constraints below refuse the rest.

The sum and the number of the reviews that a person received, and that weigh, are counters on their Profile, written by
`rating.services.reviews` in the transaction that writes the review.
"""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.models import PayshiftQuerySet
from jobs.models import Job

REVIEW_WINDOW = timedelta(days=30)
LOWEST_RATING = 1
HIGHEST_RATING = 5
MAX_TEXT_LENGTH = 2000


class Review(models.Model):
    # Each foreign key is the first column of one index or constraint below.
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="reviews_given", db_index=False)
    reviewed = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="reviews_received", db_index=False
    )
    job = models.ForeignKey(Job, models.PROTECT, related_name="reviews", db_index=False)
    rating = models.PositiveSmallIntegerField()
    comment = models.CharField(max_length=MAX_TEXT_LENGTH, blank=True)
    # Whether it counts on the profile and in the average: of one pair's, the first in a while does.
    weighs = models.BooleanField(default=True, db_default=True)
    # By staff: nobody else reads it, and it does not weigh. Why, the history of staff's acts says.
    is_hidden = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField()
    response = models.CharField(max_length=MAX_TEXT_LENGTH, blank=True)
    responded_at = models.DateTimeField(null=True, blank=True)

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        indexes = [
            # The keyset order of both lists. The histogram of a person's ratings is read from the first one alone.
            models.Index(
                fields=["reviewed", "-created_at", "-id"], include=["rating", "weighs"], name="rating_review_weighed"
            ),
            models.Index(fields=["reviewer", "-created_at", "-id"], name="rating_review_given"),
            models.Index(fields=["created_at"], name="rating_review_created"),
            models.Index(fields=["id"], condition=Q(is_hidden=True), name="rating_review_hidden"),
        ]
        constraints = [
            # The job comes first, so that this serves the job too, and the lists' indexes serve the two people.
            models.UniqueConstraint(fields=["job", "reviewer", "reviewed"], name="rating_review_once"),
            models.CheckConstraint(
                condition=Q(rating__gte=LOWEST_RATING, rating__lte=HIGHEST_RATING), name="rating_review_rating_bounds"
            ),
            models.CheckConstraint(condition=~Q(reviewer=F("reviewed")), name="rating_review_not_self"),
            models.CheckConstraint(
                condition=Q(is_hidden=False) | Q(weighs=False), name="rating_review_hidden_weighs_nothing"
            ),
            models.CheckConstraint(
                condition=Q(response="", responded_at__isnull=True) | ~Q(response="") & Q(responded_at__isnull=False),
                name="rating_review_response_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"Review {self.pk}: {self.rating} of 5"
