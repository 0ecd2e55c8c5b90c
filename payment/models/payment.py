"""Payments, and the tries at providers that fund them.

M6: one provider reference credits at most once: an attempt's reference is unique, and so is the ledger transaction of
    kind `funding` under it.
W3: both `status` columns change only along `payment.machines`, enforced by triggers.
W4: one wage, one compensation and one award per assignment: `payment_payment_once_per_assignment`.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.models import PayshiftQuerySet
from jobs.models import Job, ShiftAssignment
from payment.models.ledger import CURRENCY

# Valid at both providers, for payments and for transfers.
REFERENCE_FORM = r"^[a-z0-9-]{16,50}$"

# fee x rate / (1 + rate), rounded half-up, as `payment.services.taxes.split_fee` does it.
VAT_OF_FEE = (F("fee_kobo") * F("vat_bps") * 2 + F("vat_bps") + 10_000) / (F("vat_bps") * 2 + 20_000)


class PaymentKind(models.TextChoices):
    ESCROW_FUNDING = "escrow_funding"
    WAGE = "wage"
    COMPENSATION = "compensation"
    AWARD = "award", "dispute award"


class PaymentStatus(models.TextChoices):
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    ABANDONED = "abandoned"


# Without money, but a provider may settle them yet.
GIVEN_UP = (PaymentStatus.FAILED, PaymentStatus.ABANDONED)


class PaymentProvider(models.TextChoices):
    PAYSTACK = "paystack"
    FLUTTERWAVE = "flutterwave"
    WALLET = "wallet"


class CreditedTo(models.TextChoices):
    ESCROW = "escrow"
    WALLET = "wallet"
    SUSPENSE = "suspense"


class Payment(models.Model):
    """What one person pays: a client into a job's escrow, or out of it to a worker.

    Wage, compensation and award are written succeeded, together with their ledger transaction.
    """

    kind = models.CharField(max_length=16, choices=PaymentKind)
    status = models.CharField(max_length=16, choices=PaymentStatus, default=PaymentStatus.PENDING)
    reference = models.CharField(max_length=50)
    payer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="payments_made", db_index=False)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="payments_received",
        null=True,
        blank=True,
        db_index=False,
    )
    job = models.ForeignKey(Job, models.PROTECT, related_name="payments")
    # The unique constraint starts with the assignment.
    assignment = models.ForeignKey(
        ShiftAssignment, models.PROTECT, related_name="payments", null=True, blank=True, db_index=False
    )
    # What the recipient gets, or what goes into escrow; the fee is what the client pays on top of a wage.
    amount_kobo = models.BigIntegerField()
    fee_kobo = models.BigIntegerField(default=0)
    # What of the fee is VAT, and by which rate.
    vat_kobo = models.BigIntegerField(default=0, db_default=0)
    vat_bps = models.PositiveSmallIntegerField("VAT in hundredths of a per cent", default=0, db_default=0)
    currency = models.CharField(max_length=3, default=CURRENCY)
    # How a funding is paid; empty for what escrow pays out.
    provider = models.CharField(max_length=16, choices=PaymentProvider, blank=True)
    created_at = models.DateTimeField()
    succeeded_at = models.DateTimeField(null=True, blank=True)

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["status", "created_at"], name="payment_payment_status"),
            models.Index(fields=["created_at"], name="payment_payment_created_at"),
            models.Index(fields=["payer", "-created_at", "-id"], name="payment_payment_payer"),
            models.Index(fields=["recipient", "-created_at", "-id"], name="payment_payment_recipient"),
        ]
        constraints = [
            # One index for the whole and for its beginning, which is what people read out.
            models.UniqueConstraint(
                fields=["reference"], name="payment_payment_reference_unique", opclasses=["varchar_pattern_ops"]
            ),
            # At most one open funding per job, so one live attempt per payment and provider is one per job.
            models.UniqueConstraint(
                fields=["job"],
                condition=Q(kind="escrow_funding", status="pending"),
                name="payment_payment_one_pending_funding",
            ),
            models.UniqueConstraint(
                fields=["assignment", "kind"],
                condition=Q(assignment__isnull=False),
                name="payment_payment_once_per_assignment",
            ),
            models.CheckConstraint(condition=Q(kind__in=PaymentKind.values), name="payment_payment_kind_known"),
            models.CheckConstraint(condition=Q(status__in=PaymentStatus.values), name="payment_payment_status_known"),
            models.CheckConstraint(
                condition=Q(
                    kind="escrow_funding",
                    recipient__isnull=True,
                    assignment__isnull=True,
                    provider__in=PaymentProvider.values,
                )
                | Q(
                    kind__in=["wage", "compensation", "award"],
                    recipient__isnull=False,
                    assignment__isnull=False,
                    status="succeeded",
                    provider="",
                ),
                name="payment_payment_parties_fit_kind",
            ),
            models.CheckConstraint(
                condition=Q(succeeded_at__isnull=False, status="succeeded")
                | (Q(succeeded_at__isnull=True) & ~Q(status="succeeded")),
                name="payment_payment_succeeded_has_time",
            ),
            models.CheckConstraint(
                # A fee may be due on a shift of which no minute was approved.
                condition=Q(amount_kobo__gt=0, fee_kobo=0) | Q(amount_kobo__gte=0, fee_kobo__gt=0, kind="wage"),
                name="payment_payment_amount_or_fee",
            ),
            models.CheckConstraint(condition=Q(vat_kobo=VAT_OF_FEE), name="payment_payment_vat_of_fee"),
            models.CheckConstraint(condition=Q(currency=CURRENCY), name="payment_payment_currency_naira"),
            models.CheckConstraint(condition=Q(reference__regex=REFERENCE_FORM), name="payment_payment_reference_form"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display().capitalize()} {self.reference}"


class PaymentAttempt(models.Model):
    """One try at a provider. It stays creditable for ever, under its own reference."""

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="attempts")
    provider = models.CharField(max_length=16, choices=PaymentProvider)
    reference = models.CharField(max_length=50)
    status = models.CharField(max_length=16, choices=PaymentStatus, default=PaymentStatus.PENDING)
    amount_kobo = models.BigIntegerField()
    authorization_url = models.URLField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    # When the provider was last asked how it stands; what reconciliation goes by.
    checked_at = models.DateTimeField(null=True, blank=True)

    # What the provider told when it was verified: its own id, its fee, and the money that really came.
    provider_id = models.CharField(max_length=64, blank=True)
    channel = models.CharField(max_length=32, blank=True)
    provider_fee_kobo = models.BigIntegerField(null=True, blank=True)
    captured_kobo = models.BigIntegerField(default=0)
    credited_to = models.CharField(max_length=16, choices=CreditedTo, blank=True)
    succeeded_at = models.DateTimeField(null=True, blank=True)
    message = models.CharField(max_length=300, blank=True)

    # Kept by a trigger from the refunds to card that did not fail; the application's role cannot write it.
    refunded_kobo = models.BigIntegerField(default=0, editable=False)

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["provider_id"], name="payment_attempt_at_provider", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["created_at"], condition=Q(status="pending"), name="payment_attempt_open"),
            models.Index(
                fields=["created_at"], condition=Q(status__in=["failed", "abandoned"]), name="payment_attempt_given_up"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["provider", "reference"], name="payment_attempt_reference_unique"),
            models.UniqueConstraint(
                fields=["payment", "provider"], condition=Q(status="pending"), name="payment_attempt_one_live"
            ),
            models.CheckConstraint(condition=Q(status__in=PaymentStatus.values), name="payment_attempt_status_known"),
            models.CheckConstraint(
                condition=Q(provider__in=[PaymentProvider.PAYSTACK, PaymentProvider.FLUTTERWAVE]),
                name="payment_attempt_provider_known",
            ),
            models.CheckConstraint(
                condition=Q(amount_kobo__gt=0, captured_kobo__gte=0, refunded_kobo__gte=0),
                name="payment_attempt_amounts_positive",
            ),
            models.CheckConstraint(
                condition=Q(
                    status="succeeded",
                    captured_kobo__gt=0,
                    credited_to__in=CreditedTo.values,
                    succeeded_at__isnull=False,
                )
                | (Q(captured_kobo=0, credited_to="", succeeded_at__isnull=True) & ~Q(status="succeeded")),
                name="payment_attempt_succeeded_is_credited",
            ),
            models.CheckConstraint(
                condition=Q(refunded_kobo__lte=F("captured_kobo")), name="payment_attempt_refunded_within_captured"
            ),
            models.CheckConstraint(condition=Q(reference__regex=REFERENCE_FORM), name="payment_attempt_reference_form"),
        ]

    def __str__(self) -> str:
        return f"{self.get_provider_display()} {self.reference}"
