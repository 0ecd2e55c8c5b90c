"""Where notices may be shown without the app open, and when they may not."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from accounts.models.device import Device
from core.models import PayshiftQuerySet


class PushSubscription(models.Model):
    """A device that was opted in. A trigger deletes it as its device is logged out, however that comes about."""

    device = models.OneToOneField(Device, models.CASCADE, related_name="push_subscription")
    endpoint = models.CharField(max_length=1000)
    # What the browser reads messages with: a point of P-256, and a secret.
    public_key = models.BinaryField(max_length=65)
    auth_secret = models.BinaryField(max_length=16)
    created_at = models.DateTimeField()

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        constraints = [
            # Of a browser: whoever logs in there next takes it over, and the one before is told nothing there any more.
            models.UniqueConstraint(fields=["endpoint"], name="accounts_push_endpoint_once"),
            models.CheckConstraint(
                condition=Exact(Length("public_key"), 65) & Exact(Length("auth_secret"), 16),
                name="accounts_push_keys_of_a_browser",
            ),
        ]

    def __str__(self) -> str:
        return f"Push to a device {self.pk}"


class QuietHours(models.Model):
    """When nothing is pushed, in the person's zone; the same time twice is never. Without a row the settings say."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="quiet_hours")
    start_time = models.TimeField()
    end_time = models.TimeField()
    time_zone = models.CharField(max_length=64)

    objects = PayshiftQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.start_time:%H:%M} to {self.end_time:%H:%M} {self.time_zone}"
