"""A second factor: a secret shared with an authenticator app (TOTP, RFC 6238), and recovery codes for a lost phone.

P3: a code has exactly one winner. `last_step` moves forward only, by one UPDATE; a recovery code is used up by another.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.models import PayshiftQuerySet

MAX_TRIES = 5


class SecondFactor(models.Model):
    """One per person. Until `confirmed_at` it is only an offer and asks nobody for anything."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="second_factor")
    # Encrypted: unlike a password, it must be read again for every check, so it cannot be hashed.
    encrypted_secret = models.BinaryField(max_length=300)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    # The number of the 30 seconds whose code was used last; neither it nor an older one is taken again.
    last_step = models.BigIntegerField(default=0)
    # Wrong codes in a row.
    tries = models.PositiveSmallIntegerField(default=0)
    last_tried_at = models.DateTimeField(null=True, blank=True)

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(tries__gte=0, tries__lte=MAX_TRIES), name="accounts_secondfactor_tries_bounds"
            )
        ]

    def __str__(self) -> str:
        return f"Second factor {self.pk}"


class RecoveryCode(models.Model):
    """One of ten, each good for one time in place of a code of the app; kept as an HMAC."""

    # The unique constraint starts with the factor.
    factor = models.ForeignKey(SecondFactor, models.CASCADE, related_name="recovery_codes", db_index=False)
    code_hmac = models.BinaryField(max_length=32)
    used_at = models.DateTimeField(null=True, blank=True)

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["factor", "code_hmac"], name="accounts_recoverycode_unique")]

    def __str__(self) -> str:
        return f"Recovery code {self.pk}"
