"""Core's own tables, and the QuerySet class that every model of Payshift uses."""

from django.db import models

from core.querysets import PayshiftQuerySet

__all__ = ["ClockOffset", "PayshiftQuerySet", "SelfCheck"]


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


class SelfCheck(models.Model):
    """What the last run of one of Payshift's checks of itself found: one row per check, for metrics and for staff."""

    name = models.CharField(max_length=64)
    checked_at = models.DateTimeField()
    took_ms = models.PositiveIntegerField()
    differences = models.PositiveIntegerField()
    # A line for each of the first differences, as a person reads them.
    findings = models.JSONField(default=list, blank=True)
    # Totals that only such a run can afford to add up.
    figures = models.JSONField(default=dict, blank=True)

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name"], name="core_selfcheck_once")]

    def __str__(self) -> str:
        return f"{self.name} at {self.checked_at:%Y-%m-%d %H:%M}"
