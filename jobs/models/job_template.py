from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from core.models import PayshiftQuerySet


class JobTemplate(models.Model):
    """The terms of a posting without its days, kept by a client under a name. Nothing follows from one: what is posted
    of it is sent, checked and priced as any other posting."""

    client = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="job_templates", db_index=False)
    name = models.CharField(max_length=60)
    # In the fields of `POST /jobs`.
    terms = models.JSONField()
    created_at = models.DateTimeField()

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["client", "-created_at", "-id"], name="jobs_jobtemplate_client_newest")]
        constraints = [
            models.UniqueConstraint(Lower("name"), "client", name="jobs_jobtemplate_name_once"),
            models.CheckConstraint(
                condition=Q(terms__has_keys=["title", "industry", "start_time", "end_time", "rate_kobo"])
                & ~Q(terms__has_any_keys=["date", "end_date"]),
                name="jobs_jobtemplate_terms_without_days",
            ),
        ]

    def __str__(self) -> str:
        return f"Template {self.name}"
