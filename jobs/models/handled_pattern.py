from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from core.models import PayshiftQuerySet


class HandledPattern(models.Model):
    """A pattern that staff looked at and need not be shown again, unless its facts change: then its mark is another."""

    # A hash under our key of what was found: bank accounts, devices, reviews or check-ins, of whom.
    mark = models.CharField(max_length=64)
    says = models.CharField(max_length=200)
    people = ArrayField(models.BigIntegerField())
    reason = models.CharField(max_length=150)
    handled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    handled_at = models.DateTimeField()

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mark"], name="jobs_handledpattern_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="jobs_handledpattern_has_reason"),
        ]

    def __str__(self) -> str:
        return self.says
