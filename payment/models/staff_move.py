"""Money that staff move by hand takes two of them: one proposes it, another approves it, and neither is paid by it.

The row is the two people's word, the ledger transaction under its (kind, reference) the deed: a trigger refuses a
posting of these kinds that no approved row of two members of staff stands behind, whoever posts it. What clients and
providers do as well (a job is canceled, a payout comes back) has postings of its own kinds.
W3: `status` changes only along `payment.machines.STAFF_MOVE`, enforced by a trigger.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.models import PayshiftQuerySet
from jobs.models import Job
from payment.models.chargeback import Chargeback
from payment.models.ledger import LedgerTransaction
from payment.models.payment import PaymentAttempt
from payment.models.refund import Refund
from payment.models.withdrawal import Withdrawal


class StaffMoveKind(models.TextChoices):
    """Named as the postings they become. A chargeback's are made by `payment.services.chargebacks`.

    One that is accepted moves nothing yet: the provider is told so, and its verdict is booked.
    """

    STAFF_PAYMENT = "staff_payment", "payment from the platform"
    SUSPENSE_RESOLVED = "suspense_resolved"
    SETTLEMENT = "settlement", "settlement: provider to bank"
    PROVIDER_TOPUP = "provider_topup", "top-up: bank to provider"
    BANK_CHARGE = "bank_charge"
    PROVIDER_ADJUSTMENT = "provider_adjustment"
    CHARGEBACK_FEE = "chargeback_fee"
    CHARGEBACK = "chargeback", "chargeback lost"
    CHARGEBACK_ACCEPTED = "chargeback_accepted", "chargeback accepted"
    CHARGEBACK_WON = "chargeback_won", "chargeback won"
    DEBT_WRITTEN_OFF = "debt_written_off"
    TAX_REMITTED = "tax_remitted", "VAT paid to the state"
    # Of large sums: see `payment.services.staff_acts`.
    JOB_CANCELED = "job_canceled", "job canceled by staff"
    WITHDRAWAL_RETURNED = "withdrawal_returned", "withdrawal returned to the wallet"
    WITHDRAWAL_RELEASED = "withdrawal_released", "wallet released after a payout that failed and was paid"
    REFUND_RETURNED = "refund_returned", "refund returned to the wallet"
    REFUND_LET_GO = "refund_let_go", "refund to a card let go"
    WITHDRAWALS_FREED = "withdrawals_freed", "withdrawals let go"
    PERSON_LET_BACK = "person_let_back", "person let back in"


# Posted as they stand in the row, so that the database can hold the one to the other.
BOOKED_AS_PROPOSED = (
    StaffMoveKind.STAFF_PAYMENT,
    StaffMoveKind.SUSPENSE_RESOLVED,
    StaffMoveKind.SETTLEMENT,
    StaffMoveKind.PROVIDER_TOPUP,
    StaffMoveKind.BANK_CHARGE,
    StaffMoveKind.PROVIDER_ADJUSTMENT,
    StaffMoveKind.CHARGEBACK_FEE,
    StaffMoveKind.TAX_REMITTED,
)
AT_A_PROVIDER = (
    StaffMoveKind.SETTLEMENT,
    StaffMoveKind.PROVIDER_TOPUP,
    StaffMoveKind.PROVIDER_ADJUSTMENT,
    StaffMoveKind.CHARGEBACK_FEE,
)
AT_THE_BANK = (StaffMoveKind.BANK_CHARGE, StaffMoveKind.TAX_REMITTED)
# About all that somebody has with us.
OF_A_PERSON = (StaffMoveKind.WITHDRAWALS_FREED, StaffMoveKind.PERSON_LET_BACK)


class StaffMoveStatus(models.TextChoices):
    PROPOSED = "proposed"
    APPROVED = "approved"
    DECLINED = "declined"


class StaffMove(models.Model):
    kind = models.CharField(max_length=24, choices=StaffMoveKind)
    status = models.CharField(max_length=16, choices=StaffMoveStatus, default=StaffMoveStatus.PROPOSED)
    # Of the posting; with the form that staff fill in, so that sending it twice proposes it once.
    reference = models.CharField(max_length=120)
    # Negative for one thing only: an adjustment by which the provider gave us money.
    amount_kobo = models.BigIntegerField()
    # Whose wallet it goes to; which provider's balance it touches.
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    provider = models.CharField(max_length=16, blank=True)
    # What it is about, by kind: the funding in suspense, the payment that was charged back, the debt.
    came = models.ForeignKey(LedgerTransaction, models.PROTECT, related_name="+", null=True, blank=True, db_index=False)
    attempt = models.ForeignKey(PaymentAttempt, models.PROTECT, related_name="+", null=True, blank=True, db_index=False)
    chargeback = models.ForeignKey(Chargeback, models.PROTECT, related_name="+", null=True, blank=True, db_index=False)
    job = models.ForeignKey(Job, models.PROTECT, related_name="+", null=True, blank=True, db_index=False)
    withdrawal = models.ForeignKey(Withdrawal, models.PROTECT, related_name="+", null=True, blank=True, db_index=False)
    refund = models.ForeignKey(Refund, models.PROTECT, related_name="+", null=True, blank=True, db_index=False)
    reason = models.CharField(max_length=150)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=150, blank=True)

    # What a preview says of it; with the sum where that is the reason.
    asks_for = "Nothing moves yet: a second person approves it first"

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        permissions = [("approve_staffmove", "Can approve money that another member of staff proposed")]
        indexes = [
            models.Index(fields=["reference"], name="payment_staffmove_reference", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["proposed_at"], condition=Q(status="proposed"), name="payment_staffmove_open"),
            models.Index(fields=["decided_at"], condition=Q(status="approved"), name="payment_staffmove_approved"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "reference"], condition=~Q(status="declined"), name="payment_staffmove_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=StaffMoveKind.values), name="payment_staffmove_kind_known"),
            models.CheckConstraint(
                condition=Q(status__in=StaffMoveStatus.values), name="payment_staffmove_status_known"
            ),
            models.CheckConstraint(
                condition=Q(amount_kobo__gt=0) | Q(amount_kobo__lt=0, kind="provider_adjustment"),
                name="payment_staffmove_amount_positive",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="payment_staffmove_has_reason"),
            models.CheckConstraint(
                condition=Q(status="proposed", decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(status="proposed") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="payment_staffmove_decided_by_someone",
            ),
            models.CheckConstraint(
                condition=~Q(status="approved") | ~Q(decided_by=F("proposed_by")), name="payment_staffmove_two_people"
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=True)
                | (~Q(user=F("proposed_by")) & ~Q(status="approved", user=F("decided_by"))),
                name="payment_staffmove_not_to_oneself",
            ),
            models.CheckConstraint(
                condition=Q(kind="staff_payment", user__isnull=False, provider="")
                | Q(kind="suspense_resolved", came__isnull=False, user__isnull=False, provider="")
                | (Q(kind="suspense_resolved", came__isnull=False, user__isnull=True) & ~Q(provider=""))
                | (Q(kind__in=AT_A_PROVIDER, user__isnull=True) & ~Q(provider=""))
                | Q(kind__in=AT_THE_BANK, user__isnull=True, provider="")
                | Q(kind="chargeback", attempt__isnull=False, chargeback__isnull=True, user__isnull=True, provider="")
                | Q(kind="chargeback", attempt__isnull=True, chargeback__isnull=False, user__isnull=True, provider="")
                | Q(
                    kind__in=("chargeback_accepted", "chargeback_won", "debt_written_off"),
                    chargeback__isnull=False,
                    user__isnull=True,
                    provider="",
                )
                | Q(kind="job_canceled", job__isnull=False, user__isnull=False, provider="")
                | Q(
                    kind__in=("withdrawal_returned", "withdrawal_released"),
                    withdrawal__isnull=False,
                    user__isnull=False,
                    provider="",
                )
                | Q(
                    kind__in=("refund_returned", "refund_let_go"),
                    refund__isnull=False,
                    user__isnull=False,
                    provider="",
                )
                | Q(kind__in=OF_A_PERSON, user__isnull=False, provider=""),
                name="payment_staffmove_subject_fits_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display().capitalize()} {self.reference}"
