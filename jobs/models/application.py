"""Applications. W3: `status` changes only along `jobs.machines.APPLICATION`, enforced by a trigger."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.models import PayshiftQuerySet
from jobs.models.job import Job


class ApplicationStatus(models.TextChoices):
    APPLIED = "applied"
    # The job filled before its client answered: offered a place that comes free again.
    STANDING_BY = "standing_by"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"
    COMPLETED = "completed"
    NO_SHOW = "no_show"
    CANCELED = "canceled"


class Application(models.Model):
    job = models.ForeignKey(Job, models.PROTECT, related_name="applications", db_index=False)
    applicant = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="applications", db_index=False)
    status = models.CharField(max_length=16, choices=ApplicationStatus, default=ApplicationStatus.APPLIED)
    note = models.CharField(max_length=1000, blank=True)
    created_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    # What the worker agreed to, see `jobs.fair_terms`; nothing for applications from before it was kept.
    terms = models.JSONField(null=True, blank=True)
    # While it stands by: when a free place was offered to it, and until when it comes before the others.
    offered_at = models.DateTimeField(null=True, blank=True)
    offered_until = models.DateTimeField(null=True, blank=True)
    # The last word before the job, see `jobs.confirmation`. `unconfirmed_told_at`: when its client heard of none.
    confirmation_asked_at = models.DateTimeField(null=True, blank=True)
    confirmation_reminded_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    unconfirmed_told_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    # Taken on for the days that others left: not one of the job's whole places, see `jobs.days_left`.
    fills_in = models.BooleanField(default=False, db_default=False, editable=False)

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        indexes = [
            # By status: one tab of a list, and all that looks for those that wait. By time alone: a list of all.
            models.Index(fields=["job", "status", "created_at", "id"], name="jobs_application_job_status"),
            models.Index(fields=["applicant", "status", "-created_at", "-id"], name="jobs_application_worker_status"),
            models.Index(fields=["job", "created_at", "id"], name="jobs_application_job_time"),
            models.Index(fields=["applicant", "created_at", "id"], name="jobs_application_worker_time"),
            models.Index(fields=["status"], name="jobs_application_status"),
        ]
        constraints = [
            # One per worker and job; again only after one that was never accepted was withdrawn or closed.
            models.UniqueConstraint(
                fields=["job", "applicant"],
                condition=~Q(status__in=["withdrawn", "closed"]) | Q(accepted_at__isnull=False),
                name="jobs_application_once",
            ),
            models.CheckConstraint(
                condition=Q(status__in=ApplicationStatus.values), name="jobs_application_status_known"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["accepted", "completed", "no_show", "canceled"])
                | Q(accepted_at__isnull=False),
                name="jobs_application_accepted_has_time",
            ),
            models.CheckConstraint(
                condition=Q(offered_until__isnull=True)
                | Q(offered_at__isnull=False, offered_until__gt=models.F("offered_at")),
                name="jobs_application_offer_lasts",
            ),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True) | Q(confirmed_at__isnull=True),
                name="jobs_application_released_unconfirmed",
            ),
        ]

    def __str__(self) -> str:
        return f"Application {self.pk}"


class ApplicationStatusLog(models.Model):
    """Who changed an application's status and when; `changed_by` is empty for what the clock did."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="status_log", db_index=False)
    from_status = models.CharField(max_length=16, choices=ApplicationStatus, blank=True)
    to_status = models.CharField(max_length=16, choices=ApplicationStatus)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, db_index=False
    )
    created_at = models.DateTimeField()

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["application", "created_at"], name="jobs_applicationlog_time")]
        constraints = [
            models.CheckConstraint(condition=~Q(from_status=models.F("to_status")), name="jobs_applicationlog_changes")
        ]

    def __str__(self) -> str:
        return f"{self.from_status or 'new'} -> {self.to_status}"
