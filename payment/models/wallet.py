from django.conf import settings
from django.db import models

from core.models import PayshiftQuerySet
from payment.models.ledger import LedgerAccount


class Wallet(models.Model):
    """A user's wallet. It has no balance of its own: the ledger account has it."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="wallet")
    account = models.OneToOneField(LedgerAccount, models.PROTECT, related_name="wallet")
    created_at = models.DateTimeField()
    # Set by staff: nothing is sent to a bank meanwhile.
    held_at = models.DateTimeField(null=True, blank=True)
    hold_reason = models.CharField(max_length=200, blank=True, default="", db_default="")

    objects = PayshiftQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Wallet {self.pk}"
