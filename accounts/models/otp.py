"""One-time codes. P3: a code has exactly one winner; tries are counted by one UPDATE, whatever the parallelism."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.models import PayshiftQuerySet

MAX_TRIES = 5
# Of codes that anybody may try: so many from where the owner never was, and then still five from where the owner was.
STRANGERS_TRIES = 20
HARD_TRIES = STRANGERS_TRIES + MAX_TRIES


class OTPPurpose(models.TextChoices):
    VERIFY_EMAIL = "verify_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105  # a purpose, not a password
    CHANGE_EMAIL = "change_email"
    CONFIRM_IDENTITY = "confirm_identity"


class OTP(models.Model):
    """A code of six digits, kept as an HMAC bound to its user and purpose."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="codes", db_index=False)
    purpose = models.CharField(max_length=20, choices=OTPPurpose)
    code_hmac = models.BinaryField(max_length=32)
    # The address that the code was sent to: a change of e-mail proves the new one.
    sent_to = models.EmailField(max_length=254)
    # The origin of whoever asked for it, as an HMAC; empty for somebody who is logged in.
    asked_from = models.BinaryField(max_length=32, default=b"", db_default=b"", blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    last_tried_at = models.DateTimeField(null=True, blank=True)
    is_verified = models.BooleanField(default=False)
    # Superseded by a newer code of the same purpose.
    is_live = models.BooleanField(default=True)

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        verbose_name = "one-time code"
        indexes = [
            models.Index(fields=["user", "is_verified"], name="accounts_otp_user_verified"),
            models.Index(fields=["is_verified"], name="accounts_otp_verified"),
            models.Index(fields=["created_at"], name="accounts_otp_created"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "purpose"], condition=Q(is_live=True), name="accounts_otp_one_live_per_purpose"
            ),
            models.CheckConstraint(condition=Q(tries__lte=HARD_TRIES), name="accounts_otp_tries_bounds"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="accounts_otp_expires_later"),
            models.CheckConstraint(condition=Q(purpose__in=OTPPurpose.values), name="accounts_otp_purpose_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()}, code {self.pk}"
