from datetime import timedelta

from django.db import models
from django.db.models import F, Q

from core.models import PayshiftQuerySet
from jobs.models.job import Job

# With the hour that a night gains when the clocks go back.
LONGEST_SHIFT = timedelta(hours=25)


class Shift(models.Model):
    """One working day of a job. A night shift ends on the next day."""

    # The unique constraint starts with the job and serves the foreign key.
    job = models.ForeignKey(Job, models.PROTECT, related_name="shifts", db_index=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    # Those that are paid: without the job's break.
    minutes = models.PositiveIntegerField()
    # Shown to the client only, who reads it out on site to whoever has no position fix.
    on_site_code = models.CharField(max_length=6)
    canceled_at = models.DateTimeField(null=True, blank=True)
    # Who was taken on for it and has not stepped back: kept by a trigger on assignments, which also bounds it (W1).
    taken_count = models.IntegerField(default=0, db_default=0, editable=False)

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["job", "starts_at"], name="jobs_shift_start_unique"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="jobs_shift_ends_after_start"),
            models.CheckConstraint(condition=Q(minutes__gte=1, minutes__lte=1500), name="jobs_shift_minutes_bounds"),
            models.CheckConstraint(condition=Q(on_site_code__regex=r"^[0-9]{6}$"), name="jobs_shift_code_six_digits"),
        ]

    def __str__(self) -> str:
        return f"Shift {self.pk}"
