"""Account numbers that stand for a client's wallet, and the money that came to them.

M6: one provider reference credits once: a deposit's is unique, and so is the ledger transaction `funding` under it.
W3: `status` changes only along `payment.machines.VIRTUAL_ACCOUNT`, enforced by a trigger. A deposit is never changed.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.models import PayshiftQuerySet
from payment.models.ledger import CURRENCY


class VirtualAccountStatus(models.TextChoices):
    REQUESTED = "requested"
    ACTIVE = "active"
    CLOSED = "closed"


LIVING_ACCOUNTS = (VirtualAccountStatus.REQUESTED, VirtualAccountStatus.ACTIVE)


class VirtualAccount(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="virtual_accounts")
    provider = models.CharField(max_length=16)
    status = models.CharField(max_length=16, choices=VirtualAccountStatus, default=VirtualAccountStatus.REQUESTED)
    # Ours, where the provider names money by what the account was asked for under; it stands for one wallet for ever.
    reference = models.CharField(max_length=40, blank=True, db_default="")
    # A request asks the provider for the number just now: nobody else does until then.
    asking_until = models.DateTimeField(null=True, blank=True)
    # The provider's number of the account; with the next three empty until it is there.
    provider_id = models.CharField(max_length=64, blank=True)
    bank_name = models.CharField(max_length=100, blank=True)
    account_number = models.CharField(max_length=20, blank=True)
    account_name = models.CharField(max_length=160, blank=True)
    # Why the provider gives none, in its words.
    message = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["created_at"], condition=Q(status="requested"), name="payment_virtualaccount_asked"),
            # Staff know the beginning of either.
            models.Index(fields=["reference"], name="payment_virtualaccount_ours", opclasses=["varchar_pattern_ops"]),
            models.Index(
                fields=["provider_id"], name="payment_virtualaccount_theirs", opclasses=["varchar_pattern_ops"]
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(status__in=LIVING_ACCOUNTS), name="payment_virtualaccount_one_each"
            ),
            models.UniqueConstraint(
                fields=["provider", "account_number"],
                condition=~Q(account_number=""),
                name="payment_virtualaccount_number_once",
            ),
            models.UniqueConstraint(
                fields=["reference"], condition=~Q(reference=""), name="payment_virtualaccount_reference_once"
            ),
            models.CheckConstraint(
                condition=Q(status__in=VirtualAccountStatus.values), name="payment_virtualaccount_status_known"
            ),
            models.CheckConstraint(
                condition=~Q(status="active") | ~(Q(account_number="") | Q(provider_id="") | Q(bank_name="")),
                name="payment_virtualaccount_active_has_number",
            ),
            models.CheckConstraint(
                condition=Q(status="closed", closed_at__isnull=False)
                | (~Q(status="closed") & Q(closed_at__isnull=True)),
                name="payment_virtualaccount_closed_at",
            ),
        ]

    def __str__(self) -> str:
        return f"Virtual account {self.pk} at {self.provider}"


class Deposit(models.Model):
    """Money that somebody sent to a virtual account, and that is in its owner's wallet."""

    account = models.ForeignKey(VirtualAccount, models.PROTECT, related_name="deposits", db_index=False)
    provider = models.CharField(max_length=16)
    reference = models.CharField(max_length=100)
    # The provider's number of the payment.
    provider_id = models.CharField(max_length=64)
    amount_kobo = models.BigIntegerField()
    currency = models.CharField(max_length=3, default=CURRENCY)
    provider_fee_kobo = models.BigIntegerField(null=True, blank=True)
    paid_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["account", "-created_at", "-id"], name="payment_deposit_account"),
            # Staff know the beginning of either.
            models.Index(fields=["reference"], name="payment_deposit_reference", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["provider_id"], name="payment_deposit_at_provider", opclasses=["varchar_pattern_ops"]),
        ]
        constraints = [
            models.UniqueConstraint(fields=["provider", "reference"], name="payment_deposit_reference_once"),
            models.CheckConstraint(condition=Q(amount_kobo__gt=0), name="payment_deposit_amount_positive"),
            models.CheckConstraint(condition=Q(currency=CURRENCY), name="payment_deposit_currency_naira"),
            models.CheckConstraint(
                condition=Q(provider_fee_kobo__isnull=True)
                | Q(provider_fee_kobo__gte=0, provider_fee_kobo__lte=models.F("amount_kobo")),
                name="payment_deposit_fee_within_amount",
            ),
        ]

    def __str__(self) -> str:
        return f"Deposit {self.provider} {self.reference}"
