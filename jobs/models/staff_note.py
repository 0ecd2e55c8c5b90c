import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.models import PayshiftQuerySet
from jobs.models.job import Job

MAX_NOTE_LENGTH = 2000


class StaffNote(models.Model):
    """What staff want the next of them to know of a job or of a person. It is never rewritten: the application's role
    cannot update it. Notes about a person go with the person."""

    job = models.ForeignKey(Job, models.PROTECT, related_name="staff_notes", null=True, blank=True, db_index=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="staff_notes", null=True, blank=True, db_index=False
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.CharField(max_length=MAX_NOTE_LENGTH)
    # Comes with the form: sent twice, it is one note.
    key = models.UUIDField(default=uuid.uuid4)
    created_at = models.DateTimeField()

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        verbose_name = "note of staff"
        verbose_name_plural = "notes of staff"
        indexes = [
            models.Index(
                fields=["job", "-created_at", "-id"], condition=Q(job__isnull=False), name="jobs_staffnote_job"
            ),
            models.Index(
                fields=["user", "-created_at", "-id"], condition=Q(user__isnull=False), name="jobs_staffnote_user"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["key"], name="jobs_staffnote_once"),
            models.CheckConstraint(condition=~Q(text=""), name="jobs_staffnote_not_empty"),
            models.CheckConstraint(
                condition=Q(job__isnull=True, user__isnull=False) | Q(job__isnull=False, user__isnull=True),
                name="jobs_staffnote_about_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"Note {self.pk} of staff"
