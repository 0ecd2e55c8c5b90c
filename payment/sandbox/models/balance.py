from django.db import models

from core.models import PayshiftQuerySet
from payment.sandbox.models.provider import Provider


class Balance(models.Model):
    """What the provider holds for the merchant. May go negative by refunds and chargebacks, never by a transfer."""

    provider = models.CharField(max_length=20, choices=Provider.choices, primary_key=True)
    balance_kobo = models.BigIntegerField(default=0)

    objects = PayshiftQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.provider}: {self.balance_kobo}"


class BalanceMove(models.Model):
    """One change of a balance, and why: what `GET /balance/ledger` lists."""

    class Cause(models.TextChoices):
        TRANSACTION = "Transaction"
        TRANSFER = "Transfer"
        REFUND = "Refund"
        DISPUTE = "Dispute"
        TOP_UP = "Topup"

    provider = models.CharField(max_length=20, choices=Provider.choices)
    difference_kobo = models.BigIntegerField()
    balance_kobo = models.BigIntegerField()
    cause = models.CharField(max_length=20, choices=Cause.choices)
    cause_id = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()

    objects = PayshiftQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.provider} {self.difference_kobo:+} {self.cause}"
