"""Webhooks, as they came.

M8: an event is stored before it is answered 200. Neither provider numbers its events, so two deliveries of one event
are known by the hash of provider and raw body: the second finds the first.
"""

from django.db import models
from django.db.models import Q

from core.models import PayshiftQuerySet


class WebhookStatus(models.TextChoices):
    RECEIVED = "received"
    PROCESSED = "processed"
    IGNORED = "ignored"
    FAILED = "failed"


OPEN_WEBHOOKS = (WebhookStatus.RECEIVED, WebhookStatus.FAILED)


class WebhookEvent(models.Model):
    provider = models.CharField(max_length=16)
    dedupe_hash = models.CharField(max_length=64)
    body = models.BinaryField()
    # Only those that say something about the event; never the signature or the shared hash.
    headers = models.JSONField(default=dict)
    event = models.CharField(max_length=64, blank=True)
    reference = models.CharField(max_length=120, blank=True)
    status = models.CharField(max_length=16, choices=WebhookStatus, default=WebhookStatus.RECEIVED)
    deliveries = models.PositiveIntegerField(default=1)
    tries = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=1000, blank=True)
    received_at = models.DateTimeField()
    # When it was last tried, or was its turn to be; what the sweep goes by.
    checked_at = models.DateTimeField(null=True, blank=True)
    processed_at = models.DateTimeField(null=True, blank=True)

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["received_at"], condition=Q(status__in=OPEN_WEBHOOKS), name="payment_webhookevent_open"
            ),
            # Staff look events up by the payment or transfer they are about.
            models.Index(fields=["reference"], name="payment_webhook_reference", opclasses=["varchar_pattern_ops"]),
        ]
        constraints = [
            models.UniqueConstraint(fields=["dedupe_hash"], name="payment_webhookevent_once"),
            models.CheckConstraint(
                condition=Q(status__in=WebhookStatus.values), name="payment_webhookevent_status_known"
            ),
            models.CheckConstraint(
                condition=Q(status__in=OPEN_WEBHOOKS, processed_at__isnull=True)
                | (~Q(status__in=OPEN_WEBHOOKS) & Q(processed_at__isnull=False)),
                name="payment_webhookevent_processed_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.event} {self.reference}"
