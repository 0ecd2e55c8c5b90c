from django.db import models

from core.models import PayshiftQuerySet


class Identity(models.Model):
    """Somebody in a register of the state."""

    kind = models.CharField(max_length=8)
    number = models.CharField(max_length=11)
    first_name = models.CharField(max_length=60)
    last_name = models.CharField(max_length=60)
    blocked = models.BooleanField(default=False)

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "number"], name="sandbox_identity_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"
