"""What attendance is made of: the spells that a worker was there, and every correction of it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.models import PayshiftQuerySet
from jobs.models.assignment import ShiftAssignment


class Spell(models.Model):
    """One stretch of presence, from a check-in to the check-out that ended it. Their sum is what was worked."""

    assignment = models.ForeignKey(ShiftAssignment, models.PROTECT, related_name="spells", db_index=False)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["assignment", "started_at", "id"], name="jobs_spell_time")]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment"], condition=Q(ended_at__isnull=True), name="jobs_spell_one_open"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
                name="jobs_spell_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"Time on site {self.pk}"


class Correction(models.TextChoices):
    CHECKED_IN_AGAIN = "checked_in_again"
    CHECK_OUT_TAKEN_BACK = "check_out_taken_back"
    MINUTES_ASKED = "minutes_asked"
    MINUTES_RAISED = "minutes_raised"
    MINUTES_LOWERED = "minutes_lowered"
    CHECK_IN_CONTESTED = "check_in_contested"
    CONTEST_TAKEN_BACK = "contest_taken_back"
    CONTEST_ANSWERED = "contest_answered"
    NO_SHOW_MARKED = "no_show_marked"
    NO_SHOW_TAKEN_BACK = "no_show_taken_back"
    NO_SHOW_REFUTED = "no_show_refuted"
    ENDED_EARLY = "ended_early"
    EXTRA_TIME_AGREED = "extra_time_agreed"
    DECIDED_IN_DISPUTE = "decided_in_dispute"


class AttendanceLog(models.Model):
    """Who corrected an assignment's attendance, when and why; `changed_by` is empty for what the clock did."""

    assignment = models.ForeignKey(ShiftAssignment, models.PROTECT, related_name="corrections", db_index=False)
    correction = models.CharField(max_length=24, choices=Correction)
    minutes_before = models.PositiveIntegerField(null=True, blank=True)
    minutes_after = models.PositiveIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )
    created_at = models.DateTimeField()

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        verbose_name = "attendance correction"
        indexes = [models.Index(fields=["assignment", "created_at", "id"], name="jobs_attendancelog_time")]
        constraints = [
            models.CheckConstraint(
                condition=Q(correction__in=Correction.values), name="jobs_attendancelog_correction_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_correction_display()}"
