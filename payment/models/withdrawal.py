"""Withdrawals to a bank account.

M7: a withdrawal has one reference and so at most one live transfer, and a wallet has at most one withdrawal in flight:
    `payment_withdrawal_one_in_flight`.
W3: `status` changes only along `payment.machines.WITHDRAWAL`, enforced by a trigger.
"""

from django.db import models
from django.db.models import Q

from core.models import PayshiftQuerySet
from payment.models.ledger import CURRENCY
from payment.models.payment import REFERENCE_FORM
from payment.models.wallet import Wallet


class WithdrawalStatus(models.TextChoices):
    REQUESTED = "requested"
    SENDING = "sending"
    UNKNOWN = "unknown"
    PAID = "paid"
    FAILED = "failed"
    REVERSED = "reversed"


WITHDRAWALS_IN_FLIGHT = (WithdrawalStatus.REQUESTED, WithdrawalStatus.SENDING, WithdrawalStatus.UNKNOWN)


class Withdrawal(models.Model):
    wallet = models.ForeignKey(Wallet, models.PROTECT, related_name="withdrawals", db_index=False)
    reference = models.CharField(max_length=50)
    status = models.CharField(max_length=16, choices=WithdrawalStatus, default=WithdrawalStatus.REQUESTED)
    amount_kobo = models.BigIntegerField()
    currency = models.CharField(max_length=3, default=CURRENCY)
    provider = models.CharField(max_length=16)
    # Where the money goes, as it was when asked for: the bank account may change afterwards.
    bank_code = models.CharField(max_length=16)
    bank_name = models.CharField(max_length=120)
    account_number = models.CharField(max_length=10)
    account_name = models.CharField(max_length=160)
    provider_id = models.CharField(max_length=64, blank=True)
    provider_fee_kobo = models.BigIntegerField(null=True, blank=True)
    # What the provider took for the state beside its fee, which the platform bears.
    duty_kobo = models.BigIntegerField(default=0, db_default=0)
    message = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    # When the provider was last asked how it stands; what reconciliation goes by.
    checked_at = models.DateTimeField(null=True, blank=True)
    # When the last verdict (paid, failed, reversed) came.
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["provider_id"], name="payment_withdrawal_provider", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["wallet", "-created_at", "-id"], name="payment_withdrawal_wallet"),
            models.Index(
                fields=["created_at"],
                condition=Q(status__in=WITHDRAWALS_IN_FLIGHT),
                name="payment_withdrawal_in_flight",
            ),
            # Whether they came back after all is asked for some days.
            models.Index(
                fields=["finished_at"], condition=Q(status=WithdrawalStatus.PAID), name="payment_withdrawal_paid"
            ),
        ]
        constraints = [
            # One index for the whole and for its beginning, which is what people read out.
            models.UniqueConstraint(
                fields=["reference"], name="payment_withdrawal_reference_unique", opclasses=["varchar_pattern_ops"]
            ),
            models.UniqueConstraint(
                fields=["wallet"],
                condition=Q(status__in=WITHDRAWALS_IN_FLIGHT),
                name="payment_withdrawal_one_in_flight",
            ),
            models.CheckConstraint(
                condition=Q(status__in=WithdrawalStatus.values), name="payment_withdrawal_status_known"
            ),
            models.CheckConstraint(
                condition=Q(status__in=WITHDRAWALS_IN_FLIGHT, finished_at__isnull=True)
                | (~Q(status__in=WITHDRAWALS_IN_FLIGHT) & Q(finished_at__isnull=False)),
                name="payment_withdrawal_finished_has_time",
            ),
            models.CheckConstraint(condition=Q(amount_kobo__gt=0), name="payment_withdrawal_amount_positive"),
            models.CheckConstraint(
                condition=Q(duty_kobo=0) | Q(duty_kobo__gt=0, status__in=["paid", "reversed"]),
                name="payment_withdrawal_duty_of_transfer",
            ),
            models.CheckConstraint(condition=Q(currency=CURRENCY), name="payment_withdrawal_currency_naira"),
            models.CheckConstraint(
                condition=Q(account_number__regex=r"^[0-9]{10}$"), name="payment_withdrawal_account_ten_digits"
            ),
            models.CheckConstraint(
                condition=Q(reference__regex=REFERENCE_FORM), name="payment_withdrawal_reference_form"
            ),
        ]

    def __str__(self) -> str:
        return f"Withdrawal {self.reference}"
