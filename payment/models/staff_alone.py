from django.conf import settings
from django.db import models

from core.models import PayshiftQuerySet


class StaffAlone(models.Model):
    """How much a member of staff moved by nobody's word but their own on the last day on which they did."""

    staff = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # In Lagos. Another one begins at nothing.
    day = models.DateField()
    moved_kobo = models.BigIntegerField(default=0, db_default=0)

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(moved_kobo__gte=0), name="payment_staffalone_not_negative")
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} on {self.day}"
