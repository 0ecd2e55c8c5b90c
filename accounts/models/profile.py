"""The public face of a person, and the counters that other apps keep on it."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from accounts.faces import average_rating, reliability
from core.models import PayshiftQuerySet


class Profile(models.Model):
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="profile")
    joined_at = models.DateTimeField()
    bio = models.TextField(max_length=1000, blank=True)
    phone = models.CharField(max_length=16, blank=True)
    location = models.CharField(max_length=200, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    # Slugs of industries and subcategories.
    skills = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    avatar = models.ImageField(upload_to="avatars/", blank=True)

    # Written by rating, in the transaction of the review.
    reviews_count = models.PositiveIntegerField(default=0)
    rating_sum = models.PositiveIntegerField(default=0)
    # Written by jobs, in the transaction that settles the assignment.
    approved_count = models.PositiveIntegerField(default=0)
    no_show_count = models.PositiveIntegerField(default=0)
    late_cancel_count = models.PositiveIntegerField(default=0)
    # The same of who gave the work: shifts approved for others, and shifts called off so late that it was paid for.
    given_count = models.PositiveIntegerField(default=0, db_default=0)
    called_off_count = models.PositiveIntegerField(default=0, db_default=0)

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["joined_at"], name="accounts_profile_joined"),
            models.Index(fields=["phone"], name="accounts_profile_phone"),
            # Whom a new job suits.
            GinIndex(fields=["skills"], name="accounts_profile_skills"),
        ]
        constraints = [
            models.CheckConstraint(
                # Both or none must be said: a comparison with NULL is unknown, which a CHECK lets pass.
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__gte=-90,
                    latitude__lte=90,
                    longitude__gte=-180,
                    longitude__lte=180,
                ),
                name="accounts_profile_position_on_earth",
            ),
            models.CheckConstraint(
                condition=Q(rating_sum__gte=F("reviews_count")) & Q(rating_sum__lte=F("reviews_count") * 5),
                name="accounts_profile_rating_sum_bounds",
            ),
            models.CheckConstraint(
                condition=Q(phone="") | Q(phone__regex=r"^\+[1-9][0-9]{6,14}$"), name="accounts_profile_phone_e164"
            ),
        ]

    def __str__(self) -> str:
        return f"Profile {self.pk}"

    @property
    def rating(self) -> float | None:
        """The average of the reviews received, to two digits; None without any."""
        return average_rating(self.rating_sum, self.reviews_count)

    @property
    def reliability(self) -> float | None:
        """See `faces.reliability`."""
        return reliability(self.approved_count, self.no_show_count, self.late_cancel_count)
