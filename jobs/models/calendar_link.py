from django.conf import settings
from django.db import models

from core.models import PayshiftQuerySet


class CalendarLink(models.Model):
    """The secret address at which a calendar program reads somebody's shifts: one per person, kept only as SHA-256."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_link")
    token_sha256 = models.BinaryField(max_length=32, unique=True)
    created_at = models.DateTimeField()

    objects = PayshiftQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Calendar link {self.pk}"
