from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.models import PayshiftQuerySet
from jobs.models.job import Job

MAX_REPORT_LENGTH = 1000


class ReportCategory(models.TextChoices):
    SCAM = "scam", "Asks for money, or is a fraud"
    UNTRUE = "untrue", "Is not what it says"
    UNSAFE = "unsafe", "Is not safe"
    ABUSE = "abuse", "Threats, insults or harassment"
    OTHER = "other", "Something else"


class ReportVerdict(models.TextChoices):
    UPHELD = "upheld", "Upheld"
    NOTHING_FOUND = "nothing_found", "Nothing found"


class Report(models.Model):
    """What somebody tells staff about a job or a person. Nobody but staff and its author learns of it."""

    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="reports", db_index=False)
    job = models.ForeignKey(Job, models.PROTECT, related_name="reports", null=True, blank=True, db_index=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="reported_by", null=True, blank=True, db_index=False
    )
    category = models.CharField(max_length=20, choices=ReportCategory)
    # Emptied when its author closes the account.
    text = models.CharField(max_length=MAX_REPORT_LENGTH, blank=True)
    created_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    verdict = models.CharField(max_length=20, choices=ReportVerdict, blank=True)

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["reporter", "-created_at"], name="jobs_report_reporter_newest"),
            models.Index(fields=["job"], condition=Q(job__isnull=False), name="jobs_report_job"),
            models.Index(fields=["user"], condition=Q(user__isnull=False), name="jobs_report_user"),
            # What waits for staff.
            models.Index(fields=["-id"], condition=Q(answered_at__isnull=True), name="jobs_report_open"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["reporter", "job"], condition=Q(answered_at__isnull=True), name="jobs_report_job_once"
            ),
            models.UniqueConstraint(
                fields=["reporter", "user"], condition=Q(answered_at__isnull=True), name="jobs_report_user_once"
            ),
            models.CheckConstraint(
                condition=Q(job__isnull=True, user__isnull=False) | Q(job__isnull=False, user__isnull=True),
                name="jobs_report_about_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=True) | ~Q(reporter=F("user")), name="jobs_report_not_self"
            ),
            models.CheckConstraint(condition=Q(category__in=ReportCategory.values), name="jobs_report_category_known"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, verdict="")
                | Q(answered_at__isnull=False, verdict__in=ReportVerdict.values),
                name="jobs_report_answered_with_verdict",
            ),
        ]

    def __str__(self) -> str:
        return f"Report {self.pk}"
