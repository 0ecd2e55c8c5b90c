from django.contrib.postgres.fields import ArrayField
from django.db import models

from core.models import PayshiftQuerySet
from payment.sandbox.models.charges import PUBLIC_ID_OFFSET
from payment.sandbox.models.provider import Provider


class Settlement(models.Model):
    """Payments that were settled together. `kept_kobo` is what the provider kept of one beyond the fee that it told."""

    provider = models.CharField(max_length=20, choices=Provider.choices)
    kept_kobo = models.BigIntegerField(default=0)
    # Charges in it by mistake: they are in an earlier one.
    repeated = ArrayField(models.BigIntegerField(), default=list, db_default=[])
    created_at = models.DateTimeField()

    objects = PayshiftQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.provider} settlement {self.pk}"

    @property
    def public_id(self) -> int:
        return PUBLIC_ID_OFFSET + self.pk
