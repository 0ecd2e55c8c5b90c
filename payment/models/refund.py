"""Refunds. A refund to the wallet comes out of a job's escrow and is processed at once, with its posting.

A refund to the card comes out of the client's wallet and goes back through one provider attempt, never more than that
attempt captured: a trigger keeps `PaymentAttempt.refunded_kobo`, taking the attempt's row lock, and a CHECK refuses.
W3: `status` changes only along `payment.machines.REFUND`, enforced by a trigger.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.models import PayshiftQuerySet
from jobs.models import Job
from payment.models.ledger import CURRENCY
from payment.models.payment import REFERENCE_FORM, PaymentAttempt


class RefundDestination(models.TextChoices):
    WALLET = "wallet"
    CARD = "card"


class RefundStatus(models.TextChoices):
    REQUESTED = "requested"
    PROCESSING = "processing"
    PROCESSED = "processed"
    FAILED = "failed"


REFUNDS_IN_FLIGHT = (RefundStatus.REQUESTED, RefundStatus.PROCESSING)


class Refund(models.Model):
    reference = models.CharField(max_length=50)
    destination = models.CharField(max_length=16, choices=RefundDestination)
    status = models.CharField(max_length=16, choices=RefundStatus, default=RefundStatus.REQUESTED)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="refunds", db_index=False)
    job = models.ForeignKey(Job, models.PROTECT, related_name="refunds")
    attempt = models.ForeignKey(
        PaymentAttempt, models.PROTECT, related_name="refunds", null=True, blank=True, db_index=False
    )
    amount_kobo = models.BigIntegerField()
    # Kept of what went out of the wallet, beside the amount: see `payment.services.card_returns`.
    fee_kobo = models.BigIntegerField(default=0, db_default=0)
    # The refund to the wallet that this one sends on to the card.
    origin = models.ForeignKey("self", models.PROTECT, related_name="sent_on", null=True, blank=True, db_index=False)
    currency = models.CharField(max_length=3, default=CURRENCY)
    provider_id = models.CharField(max_length=64, blank=True)
    message = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    # Staff let this one go although its owner is stopped: see `payment.services.stopping`.
    let_go_at = models.DateTimeField(null=True, blank=True)

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["provider_id"], name="payment_refund_at_provider", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["recipient", "-created_at", "-id"], name="payment_refund_recipient"),
            models.Index(fields=["origin"], condition=Q(origin__isnull=False), name="payment_refund_origin"),
            models.Index(fields=["attempt"], condition=Q(attempt__isnull=False), name="payment_refund_attempt"),
            models.Index(
                fields=["created_at"], condition=Q(status__in=REFUNDS_IN_FLIGHT), name="payment_refund_in_flight"
            ),
        ]
        constraints = [
            # One index for the whole and for its beginning, which is what people read out.
            models.UniqueConstraint(
                fields=["reference"], name="payment_refund_reference_unique", opclasses=["varchar_pattern_ops"]
            ),
            models.CheckConstraint(condition=Q(status__in=RefundStatus.values), name="payment_refund_status_known"),
            models.CheckConstraint(
                condition=Q(destination="wallet", attempt__isnull=True, status="processed")
                | Q(destination="card", attempt__isnull=False),
                name="payment_refund_card_has_attempt",
            ),
            models.CheckConstraint(
                condition=Q(status__in=REFUNDS_IN_FLIGHT, finished_at__isnull=True)
                | (~Q(status__in=REFUNDS_IN_FLIGHT) & Q(finished_at__isnull=False)),
                name="payment_refund_finished_has_time",
            ),
            models.CheckConstraint(condition=Q(amount_kobo__gt=0), name="payment_refund_amount_positive"),
            models.CheckConstraint(
                condition=Q(fee_kobo=0) | Q(fee_kobo__gt=0, destination="card"), name="payment_refund_fee_of_card"
            ),
            models.CheckConstraint(condition=Q(currency=CURRENCY), name="payment_refund_currency_naira"),
            models.CheckConstraint(condition=Q(reference__regex=REFERENCE_FORM), name="payment_refund_reference_form"),
        ]

    def __str__(self) -> str:
        return f"Refund {self.reference}"
