"""Where a provider's own figures and the books differ: a row for staff, until it is explained or gone."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.models import PayshiftQuerySet


class ProviderDifference(models.Model):
    provider = models.CharField(max_length=16)
    # `balance`, or a line of the provider's ledger: its kind and number.
    subject = models.CharField(max_length=80)
    # Ours, where the books know it.
    reference = models.CharField(max_length=120, blank=True)
    # What each side says that the provider holds, or by how much this changed it.
    books_kobo = models.BigIntegerField()
    provider_kobo = models.BigIntegerField()
    found_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    # None: it went away by itself.
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["found_at"], condition=Q(closed_at__isnull=True), name="payment_difference_open")
        ]
        constraints = [models.UniqueConstraint(fields=["provider", "subject"], name="payment_difference_once")]

    def __str__(self) -> str:
        return f"{self.provider} {self.subject}"

    @property
    def difference_kobo(self) -> int:
        return self.provider_kobo - self.books_kobo
