"""Devices: one row for each place where a person is logged in, with the hashes of its two tokens."""

from django.conf import settings
from django.db import models

from core.models import PayshiftQuerySet


class Device(models.Model):
    """P3: a refresh token has exactly one winner; the row's lock and the unique hash decide which."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="devices")
    name = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField()
    # However often it is refreshed, a log-in ends here.
    expires_at = models.DateTimeField()
    access_sha256 = models.BinaryField(max_length=32, unique=True)
    access_expires_at = models.DateTimeField()
    refresh_sha256 = models.BinaryField(max_length=32, unique=True)
    refresh_expires_at = models.DateTimeField()
    # How often it was refreshed, and when last: a refresh token carries its generation.
    generation = models.PositiveIntegerField(default=0)
    # When the present pair was handed out, last.
    rotated_at = models.DateTimeField()
    # The present pair follows from the refresh token before it and from this; NULL as soon as one of the pair was used.
    successor_seed = models.BinaryField(max_length=32, null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    # An HMAC of the network where it was opened: from there its owner is no stranger.
    origin = models.BinaryField(max_length=32, null=True, blank=True)

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")), name="accounts_device_expires_later"
            )
        ]

    def __str__(self) -> str:
        return self.name or f"Device {self.pk}"


class EarlierAccess(models.Model):
    """An access token from before a refresh, good for the minutes that it had left: another tab may hold it."""

    device = models.ForeignKey(Device, models.CASCADE, related_name="earlier_access")
    sha256 = models.BinaryField(max_length=32, unique=True)
    expires_at = models.DateTimeField()

    objects = PayshiftQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Access {self.pk}"
