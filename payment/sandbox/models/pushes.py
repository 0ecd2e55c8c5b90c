from django.db import models

from core.models import PayshiftQuerySet


class Browser(models.Model):
    """Where a browser's messages go, once somebody sent one or a test said how it answers."""

    name = models.CharField(max_length=100)
    answers = models.PositiveIntegerField(default=201)

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name"], name="sandbox_browser_once")]

    def __str__(self) -> str:
        return f"{self.name}: {self.answers}"


class Push(models.Model):
    """A message as it arrived: still encrypted, since only the browser has the key."""

    browser = models.ForeignKey(Browser, models.CASCADE, related_name="pushes")
    headers = models.JSONField()
    body = models.BinaryField()
    created_at = models.DateTimeField()

    objects = PayshiftQuerySet.as_manager()

    def __str__(self) -> str:
        return f"push {self.pk} to browser {self.browser_id}"
