"""Core's own tables, and the QuerySet class that every model of Payshift uses."""

from django.db import models

from core.querysets import PayshiftQuerySet

__all__ = ["ClockOffset", "PayshiftQuerySet"]


class ClockOffset(models.Model):
    """How far the development clock is ahead of the real one: one row or none."""

    SINGLE_ID = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=SINGLE_ID)
    offset = models.DurationField()

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="core_clockoffset_single_row"),
        ]

    def __str__(self) -> str:
        return str(self.offset)
