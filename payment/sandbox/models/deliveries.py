from django.db import models

from core.models import PayshiftQuerySet
from payment.sandbox.models.provider import Provider


class Delivery(models.Model):
    """A signed webhook, written in the transaction of its effect, and the tries to send it."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DELIVERED = "delivered"
        GIVEN_UP = "given_up"

    provider = models.CharField(max_length=20, choices=Provider.choices)
    event = models.CharField(max_length=60)
    reference = models.CharField(max_length=200)
    # The exact text that was signed: a re-serialised body would have another signature.
    body = models.TextField()
    headers = models.JSONField()
    state = models.CharField(max_length=20, choices=State.choices, default=State.WAITING)
    # Kept back by the fault reorder_webhooks until the next event of the same provider has left.
    held = models.BooleanField(default=False)
    attempts = models.PositiveIntegerField(default=0)
    last_status = models.PositiveIntegerField(null=True)
    last_error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    # In real time, because a moved clock must not move the retries.
    due_at = models.DateTimeField()

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(state="waiting"), name="sandbox_delivery_due"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.event} {self.reference}: {self.state}"
