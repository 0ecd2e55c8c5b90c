"""Weekly series. Each week of one is made, or left out, once: `jobs_seriesoccurrence_once` holds it, whoever tries."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.models import PayshiftQuerySet
from jobs.models.job import Job


class SeriesEnd(models.TextChoices):
    """Who ended it: its client, or that there is no such client any more."""

    CLIENT = "client"
    ACCOUNT = "account"


class JobSeries(models.Model):
    """The terms of a job, to be posted again each week. `terms` are those of week 0, as `services.recurrence` reads."""

    client = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="job_series", db_index=False)
    terms = models.JSONField()
    # The last day that a job of it may have; NULL: it goes on until it is ended.
    until = models.DateField(null=True, blank=True)
    # When the clock looks at it next; NULL when nothing more is to be made.
    due_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=16, choices=SeriesEnd, blank=True, default="")

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "job series"
        indexes = [
            models.Index(fields=["client", "-created_at", "-id"], name="jobs_jobseries_client_newest"),
            models.Index(fields=["due_at"], name="jobs_jobseries_due", condition=Q(due_at__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by="")
                | Q(ended_at__isnull=False, due_at__isnull=True, ended_by__in=SeriesEnd.values),
                name="jobs_jobseries_ended_rests",
            ),
        ]

    def __str__(self) -> str:
        return f"Series {self.pk}"


class SeriesOccurrence(models.Model):
    """A week of a series: its job, or why there is none. Week 0 is the job that the series was made from."""

    # The unique constraint starts with the series and serves the foreign key.
    series = models.ForeignKey(JobSeries, models.CASCADE, related_name="occurrences", db_index=False)
    number = models.PositiveIntegerField()
    job = models.OneToOneField(Job, models.PROTECT, related_name="occurrence", null=True, blank=True)
    # The code of the rule that refused it.
    left_out = models.CharField(max_length=40, blank=True, default="")
    # When its client edited this one: a change of the series leaves it as it is.
    changed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "number"], name="jobs_seriesoccurrence_once"),
            models.CheckConstraint(
                condition=Q(job__isnull=False, left_out="") | Q(job__isnull=True) & ~Q(left_out=""),
                name="jobs_seriesoccurrence_made_or_left_out",
            ),
        ]

    def __str__(self) -> str:
        return f"Week {self.number} of a series"
