"""Chargebacks: a payer's bank takes card money back. Providers say "dispute", which here is of client and worker.

While one is open, what is left of its money is in the account `chargebacks_held`: nobody can withdraw, refund or earn
it. Lost, it goes to the provider, and what was no longer there is owed by the payer (`receivable`); won, it goes back.
W3: `status` changes only along `payment.machines.CHARGEBACK`, enforced by a trigger.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.models import PayshiftQuerySet
from payment.models.ledger import CURRENCY
from payment.models.payment import PaymentAttempt


class ChargebackStatus(models.TextChoices):
    OPEN = "open"
    ANSWERED = "answered", "contested"
    WON = "won"
    LOST = "lost"


OPEN_CHARGEBACKS = (ChargebackStatus.OPEN, ChargebackStatus.ANSWERED)


class ChargebackAnswer(models.TextChoices):
    """What staff tell the payer's bank through the provider."""

    ACCEPT = "accept", "accepted: the payer gets it back"
    CONTEST = "contest", "contested with evidence"


class Chargeback(models.Model):
    attempt = models.ForeignKey(PaymentAttempt, models.PROTECT, related_name="chargebacks")
    payer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="chargebacks", db_index=False)
    provider = models.CharField(max_length=16)
    # The provider's number of it; staff's own reference for one that a provider told by mail only.
    provider_id = models.CharField(max_length=64)
    # The provider's number of one that staff had entered before the provider told it.
    told_as = models.CharField(max_length=64, blank=True, default="", db_default="")
    status = models.CharField(max_length=16, choices=ChargebackStatus, default=ChargebackStatus.OPEN)
    category = models.CharField(max_length=40, blank=True)
    amount_kobo = models.BigIntegerField()
    currency = models.CharField(max_length=3, default=CURRENCY)
    # Without an answer by then the provider accepts it in our name.
    due_at = models.DateTimeField(null=True, blank=True)
    evidence = models.TextField(max_length=4000, blank=True)
    # The name of a file for the payer's bank, in the storage of files.
    document = models.CharField(max_length=100, blank=True, default="", db_default="")
    evidence_sent_at = models.DateTimeField(null=True, blank=True)
    # What staff decided, which of the sum they give up, and since when the provider has their word. Empty again when
    # the provider refused it.
    answer = models.CharField(max_length=8, choices=ChargebackAnswer, blank=True, default="", db_default="")
    answer_kobo = models.BigIntegerField(default=0, db_default=0)
    answer_reason = models.CharField(max_length=150, blank=True, default="", db_default="")
    answer_asked_at = models.DateTimeField(null=True, blank=True)
    answer_sent_at = models.DateTimeField(null=True, blank=True)
    # How often staff were told that the time to answer runs out.
    reminders = models.PositiveSmallIntegerField(default=0, db_default=0)
    # What the provider last said of it.
    message = models.CharField(max_length=300, blank=True)
    # What of it is in `chargebacks_held` now, of that out of the job's escrow, and by how many postings it got there.
    held_kobo = models.BigIntegerField(default=0)
    escrow_held_kobo = models.BigIntegerField(default=0)
    postings = models.PositiveIntegerField(default=0)
    # Once lost: what the provider took, and of that what the payer was left owing and what staff gave up on.
    taken_kobo = models.BigIntegerField(default=0)
    owed_kobo = models.BigIntegerField(default=0)
    written_off_kobo = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["payer", "-created_at", "-id"], name="payment_chargeback_payer"),
            models.Index(
                fields=["payer"], condition=Q(status__in=OPEN_CHARGEBACKS), name="payment_chargeback_open_payer"
            ),
            models.Index(fields=["due_at"], condition=Q(status__in=OPEN_CHARGEBACKS), name="payment_chargeback_open"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["provider", "provider_id"], name="payment_chargeback_once"),
            models.UniqueConstraint(
                fields=["provider", "told_as"], condition=~Q(told_as=""), name="payment_chargeback_told_once"
            ),
            models.CheckConstraint(
                condition=Q(status__in=ChargebackStatus.values), name="payment_chargeback_status_known"
            ),
            models.CheckConstraint(condition=~Q(provider_id=""), name="payment_chargeback_has_id"),
            models.CheckConstraint(condition=Q(currency=CURRENCY), name="payment_chargeback_currency_naira"),
            models.CheckConstraint(
                condition=Q(amount_kobo__gt=0, escrow_held_kobo__gte=0)
                & Q(held_kobo__gte=F("escrow_held_kobo"), held_kobo__lte=F("amount_kobo")),
                name="payment_chargeback_held_within_amount",
            ),
            models.CheckConstraint(
                condition=Q(written_off_kobo__gte=0, owed_kobo__gte=F("written_off_kobo"))
                & Q(taken_kobo__gte=F("owed_kobo"), taken_kobo__lte=F("amount_kobo")),
                name="payment_chargeback_owed_within_taken",
            ),
            models.CheckConstraint(
                condition=Q(status__in=OPEN_CHARGEBACKS, closed_at__isnull=True, taken_kobo=0)
                | (
                    ~Q(status__in=OPEN_CHARGEBACKS)
                    & Q(closed_at__isnull=False, held_kobo=0)
                    & (Q(taken_kobo__gt=0) | ~Q(status="lost"))
                ),
                name="payment_chargeback_closed_holds_nothing",
            ),
            models.CheckConstraint(
                condition=Q(answer="", answer_kobo=0, answer_asked_at__isnull=True, answer_sent_at__isnull=True)
                | (Q(answer="contest", answer_kobo=0, answer_asked_at__isnull=False) & ~Q(evidence=""))
                | Q(answer="accept", answer_kobo__gt=0, answer_asked_at__isnull=False),
                name="payment_chargeback_answer_complete",
            ),
            models.CheckConstraint(
                condition=Q(document="") | Q(document__regex=r"^evidence/[0-9a-f]{32}\.(pdf|png|jpg)$"),
                name="payment_chargeback_document_named",
            ),
        ]

    def __str__(self) -> str:
        return f"Chargeback {self.provider} {self.provider_id}"

    @property
    def number(self) -> str:
        """What the provider knows it by, as far as that is known."""
        return self.told_as or self.provider_id

    @property
    def short_kobo(self) -> int:
        """What is disputed and was no longer there to hold."""
        return self.amount_kobo - self.held_kobo
