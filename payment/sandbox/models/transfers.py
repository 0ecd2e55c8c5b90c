from django.db import models

from core.models import PayshiftQuerySet
from payment.sandbox.models.charges import PUBLIC_ID_OFFSET
from payment.sandbox.models.provider import Provider


class Account(models.Model):
    """A bank account whose holder's name was registered; every other number has a name made from it."""

    bank_code = models.CharField(max_length=10)
    account_number = models.CharField(max_length=10)
    account_name = models.CharField(max_length=200)

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bank_code", "account_number"], name="sandbox_account_number"),
        ]

    def __str__(self) -> str:
        return f"{self.bank_code}/{self.account_number}: {self.account_name}"


class Recipient(models.Model):
    """Paystack's name for a bank account that may be paid."""

    code = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    bank_code = models.CharField(max_length=10)
    account_number = models.CharField(max_length=10)
    account_name = models.CharField(max_length=200)
    created_at = models.DateTimeField()

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code"], name="sandbox_recipient_code"),
            models.UniqueConstraint(fields=["bank_code", "account_number"], name="sandbox_recipient_account"),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.name}"


class Transfer(models.Model):
    """A payout. Its money leaves the balance when it is accepted and comes back when it fails or is reversed."""

    class Status(models.TextChoices):
        PENDING = "pending"
        OTP = "otp"
        SUCCESS = "success"
        FAILED = "failed"
        REVERSED = "reversed"
        ABANDONED = "abandoned"
        BLOCKED = "blocked"
        REJECTED = "rejected"

    # The money is back on the balance in each of these.
    RETURNED = (Status.FAILED, Status.REVERSED, Status.ABANDONED, Status.BLOCKED, Status.REJECTED)

    provider = models.CharField(max_length=20, choices=Provider.choices)
    reference = models.CharField(max_length=100)
    code = models.CharField(max_length=40)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.PENDING)
    amount_kobo = models.BigIntegerField()
    fee_kobo = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3, default="NGN")
    recipient = models.ForeignKey(Recipient, models.PROTECT, null=True)
    bank_code = models.CharField(max_length=10)
    account_number = models.CharField(max_length=10)
    account_name = models.CharField(max_length=200)
    reason = models.CharField(max_length=500, blank=True)
    meta = models.JSONField(null=True)
    complete_message = models.CharField(max_length=500, blank=True)
    # How often the reference came again: a caller that retries without looking first shows here.
    repeats = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    transferred_at = models.DateTimeField(null=True)
    # In real time: when the courier settles it, and as what. Null: it waits for the control API.
    due_at = models.DateTimeField(null=True)
    due_status = models.CharField(max_length=20, choices=Status.choices, default=Status.SUCCESS)
    late_reversal = models.BooleanField(default=False)

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "reference"], name="sandbox_transfer_reference"),
            models.CheckConstraint(condition=models.Q(amount_kobo__gt=0), name="sandbox_transfer_amount_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.reference}: {self.status}"

    @property
    def naira(self) -> str:
        return f"{self.amount_kobo / 100:,.2f}"

    @property
    def public_id(self) -> int:
        return PUBLIC_ID_OFFSET + self.pk
