"""Months of the books that are closed: no posting is dated into one, which a trigger on transactions refuses.

Rows are written once: the application's role cannot open a month again.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.models import PayshiftQuerySet


class ClosedMonth(models.Model):
    # Its first day, in Lagos.
    month = models.DateField()
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )
    closed_at = models.DateTimeField()

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["month"], name="payment_closedmonth_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="payment_closedmonth_first_day"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
