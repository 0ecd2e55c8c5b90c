from django.db import models

from core.models import PayshiftQuerySet
from payment.sandbox.models.provider import Provider

# Transaction ids of the providers are past 32 bits: a client that keeps them in an int4 column must find out here.
PUBLIC_ID_OFFSET = 4_300_000_000
# Between what a number was made with and what tells its payments apart here.
MANY = "#"


class Charge(models.Model):
    """One payment: asked for by `initialize`, made or refused on the checkout page."""

    class Status(models.TextChoices):
        UNSEEN = "unseen"
        ONGOING = "ongoing"
        SUCCESS = "success"
        FAILED = "failed"
        ABANDONED = "abandoned"

    provider = models.CharField(max_length=20, choices=Provider.choices)
    reference = models.CharField(max_length=200)
    access_code = models.CharField(max_length=40)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.UNSEEN)
    # What was asked, and what the customer really paid: they differ under the faults wrong_amount and wrong_currency.
    requested_kobo = models.BigIntegerField()
    requested_currency = models.CharField(max_length=3)
    amount_kobo = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    domain = models.CharField(max_length=4)
    fee_kobo = models.BigIntegerField(default=0)
    email = models.EmailField()
    customer = models.JSONField(default=dict)
    callback_url = models.URLField(max_length=1000, blank=True)
    channels = models.JSONField(default=list)
    metadata = models.JSONField(null=True)
    disabled = models.BooleanField(default=False)
    # Of the settlement that it went to the merchant with.
    settlement_number = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "reference"], name="sandbox_charge_reference"),
            models.UniqueConstraint(fields=["access_code"], name="sandbox_charge_access_code"),
            models.CheckConstraint(condition=models.Q(requested_kobo__gt=0), name="sandbox_charge_amount_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.reference}: {self.status}"

    @property
    def naira(self) -> str:
        return f"{self.amount_kobo / 100:,.2f}"

    @property
    def public_id(self) -> int:
        return PUBLIC_ID_OFFSET + self.pk

    @property
    def tx_ref(self) -> str:
        """What the merchant knows it by: one of many that came to a permanent number has that number's."""
        return self.reference.partition(MANY)[0]


class Refund(models.Model):
    """Money on its way back to the customer's card or account."""

    class Status(models.TextChoices):
        PENDING = "pending"
        PROCESSING = "processing"
        PROCESSED = "processed"
        FAILED = "failed"
        NEEDS_ATTENTION = "needs-attention"

    OPEN = (Status.PENDING, Status.PROCESSING, Status.NEEDS_ATTENTION)

    charge = models.ForeignKey(Charge, models.CASCADE, related_name="refunds")
    amount_kobo = models.BigIntegerField()
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.PENDING)
    # How it ends, where a fault decided that: failed or needs-attention. Empty: processed.
    planned = models.CharField(max_length=20, blank=True)
    customer_note = models.CharField(max_length=500, blank=True)
    merchant_note = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    # In real time: when the courier takes the next step. Null: it waits for the control API.
    due_at = models.DateTimeField(null=True)

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(amount_kobo__gt=0), name="sandbox_refund_amount_positive"),
        ]

    def __str__(self) -> str:
        return f"refund {self.pk} of charge {self.charge_id}: {self.status}"

    @property
    def naira(self) -> str:
        return f"{self.amount_kobo / 100:,.2f}"

    @property
    def public_id(self) -> int:
        return PUBLIC_ID_OFFSET + self.pk


class Chargeback(models.Model):
    """A dispute that the customer's bank opened (Paystack's word is dispute, which in Payshift means another thing)."""

    class Status(models.TextChoices):
        AWAITING = "awaiting-merchant-feedback"
        AWAITING_BANK = "awaiting-bank-feedback"
        RESOLVED = "resolved"

    charge = models.ForeignKey(Charge, models.CASCADE, related_name="chargebacks")
    amount_kobo = models.BigIntegerField()
    status = models.CharField(max_length=40, choices=Status.choices, default=Status.AWAITING)
    category = models.CharField(max_length=40, default="chargeback", db_default="chargeback")
    due_at = models.DateTimeField(null=True)
    resolution = models.CharField(max_length=40, blank=True)
    evidence = models.JSONField(default=dict)
    # Documents that the merchant put here, by the name that they were given: their type, and the content in base64.
    documents = models.JSONField(default=dict, db_default={})
    created_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)

    objects = PayshiftQuerySet.as_manager()

    def __str__(self) -> str:
        return f"chargeback {self.pk} of charge {self.charge_id}: {self.status}"

    @property
    def public_id(self) -> int:
        return PUBLIC_ID_OFFSET + self.pk
