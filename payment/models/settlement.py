"""What a provider says it settled, and every payment in that, beside what the books have of it."""

from django.db import models
from django.db.models import Q

from core.models import PayshiftQuerySet
from payment.models.ledger import CURRENCY


class SettlementOutcome(models.TextChoices):
    MATCHED = "matched"
    MISSING = "missing", "not in the books"
    DIFFERENT = "different"


class Settlement(models.Model):
    provider = models.CharField(max_length=16)
    provider_id = models.CharField(max_length=64)
    # The provider's word.
    status = models.CharField(max_length=40)
    settled_at = models.DateTimeField()
    gross_kobo = models.BigIntegerField()
    fees_kobo = models.BigIntegerField()
    # What went to the bank or the balance: less than the difference where refunds and chargebacks were deducted.
    net_kobo = models.BigIntegerField()
    currency = models.CharField(max_length=3, default=CURRENCY)
    created_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True, blank=True)
    # When all of its payments were last read.
    compared_at = models.DateTimeField(null=True, blank=True)

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["provider", "-settled_at"], name="payment_settlement_latest")]
        constraints = [
            models.UniqueConstraint(fields=["provider", "provider_id"], name="payment_settlement_once"),
            models.CheckConstraint(condition=Q(currency=CURRENCY), name="payment_settlement_currency_naira"),
        ]

    def __str__(self) -> str:
        return f"Settlement {self.provider} {self.provider_id}"


class SettlementLine(models.Model):
    """One payment in a settlement."""

    settlement = models.ForeignKey(Settlement, models.PROTECT, related_name="lines", db_index=False)
    # The provider's number of the payment.
    provider_id = models.CharField(max_length=64)
    reference = models.CharField(max_length=120)
    amount_kobo = models.BigIntegerField()
    fee_kobo = models.BigIntegerField()
    # What it brought by the books, its fee taken off.
    books_kobo = models.BigIntegerField(null=True, blank=True)
    outcome = models.CharField(max_length=16, choices=SettlementOutcome)
    # Since when the provider does not list it in this settlement any more.
    taken_out_at = models.DateTimeField(null=True, blank=True)

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["reference"], name="payment_settlementline_ref")]
        constraints = [
            models.UniqueConstraint(fields=["settlement", "provider_id"], name="payment_settlementline_once"),
            models.CheckConstraint(
                condition=Q(outcome="missing", books_kobo__isnull=True)
                | (Q(books_kobo__isnull=False) & Q(outcome__in=("matched", "different"))),
                name="payment_settlementline_outcome_fits",
            ),
        ]

    def __str__(self) -> str:
        return f"Payment {self.provider_id}"

    @property
    def net_kobo(self) -> int:
        return self.amount_kobo - self.fee_kobo
