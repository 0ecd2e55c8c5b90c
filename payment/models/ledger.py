"""The books: accounts, transactions, and entries (positive for a credit, negative for a debit).

M1: every transaction has two or more entries and sums to zero per currency, checked by deferred triggers at COMMIT;
    entries join only a transaction of their own database transaction, checked by a trigger.
M2: transactions and entries are append-only: the application's role cannot update, delete or truncate them.
M3: `payment_ledgeraccount_not_negative` refuses to overdraw a wallet or an escrow, in the statement that moves the
    money, and what is in flight, at COMMIT.
M4: `balance_kobo` is written by the insert trigger on entries and by nothing else: the application's role cannot.
    Accounts that all share are written in the COMMIT, in the order of their ids, so that nobody waits for one longer
    than another's COMMIT takes; all others in the statement.
W4: a trigger refuses entries on an escrow of any kind but those of `ESCROW_IN` and `ESCROW_OUT`.
The triggers are in the migration `ledger_triggers`, the privileges in `payment.apps`.
"""

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from core.models import PayshiftQuerySet
from core.money import in_naira
from jobs.models import Job

CURRENCY = "NGN"


class AccountKind(models.TextChoices):
    # Liabilities and income run positive.
    WALLET = "wallet"
    ESCROW = "escrow"
    PAYOUTS_IN_FLIGHT = "payouts_in_flight"
    REFUNDS_IN_FLIGHT = "refunds_in_flight"
    PLATFORM_FEES = "platform_fees"
    SUSPENSE = "suspense"
    # Card money whose payer's bank wants it back, until that is decided.
    CHARGEBACKS_HELD = "chargebacks_held"
    # The state's share of our fees.
    VAT = "vat", "VAT"
    # What providers took for the state of transfers that we sent: an expense, which runs negative as those below.
    STAMP_DUTY = "stamp_duty"
    # Assets and expenses run negative.
    PROVIDER_BALANCE = "provider_balance"
    PLATFORM_BANK = "platform_bank"
    PROVIDER_FEES = "provider_fees"
    # What a person owes, of a chargeback that found their wallet empty: a wallet itself is never negative.
    RECEIVABLE = "receivable"


# Of one person each.
PERSONAL = (AccountKind.WALLET, AccountKind.RECEIVABLE)

# Other people's money, and what is on its way: never below zero (M3).
NEVER_NEGATIVE = (
    AccountKind.WALLET,
    AccountKind.ESCROW,
    AccountKind.PAYOUTS_IN_FLIGHT,
    AccountKind.REFUNDS_IN_FLIGHT,
    AccountKind.CHARGEBACKS_HELD,
)


class TransactionKind(models.TextChoices):
    """What happened. (kind, reference) is unique, so each of these happens once per reference."""

    # One kind for all money that arrives under a provider's reference, whether it goes to an escrow, to a wallet (late
    # or second money) or to suspense: so the unique constraint is what credits a reference at most once (M6).
    FUNDING = "funding"
    WALLET_FUNDING = "wallet_funding"
    PROVIDER_FEE = "provider_fee"
    WAGE = "wage"
    COMPENSATION = "compensation"
    AWARD = "award", "dispute award"
    REFUND = "refund", "refund to the wallet"
    CARD_REFUND = "card_refund", "refund to card: requested"
    CARD_REFUND_PROCESSED = "card_refund_processed", "refund to card: processed"
    CARD_REFUND_RETURNED = "card_refund_returned", "refund to card: back in the wallet"
    # The provider keeps its fee of a payment that is given back: whoever does that often bears it.
    CARD_REFUND_FEE = "card_refund_fee", "refund to card: the provider's fee"
    WITHDRAWAL = "withdrawal", "withdrawal: requested"
    WITHDRAWAL_PAID = "withdrawal_paid", "withdrawal: paid"
    # One kind for failure and for reversal after "paid": so the exact sum comes back once (M7).
    WITHDRAWAL_RETURNED = "withdrawal_returned", "withdrawal: back in the wallet"
    TRANSFER_FEE = "transfer_fee"
    SUSPENSE_RESOLVED = "suspense_resolved"
    CHARGEBACK_HELD = "chargeback_held"
    CHARGEBACK_RELEASED = "chargeback_released"
    CHARGEBACK = "chargeback", "chargeback: lost"
    CHARGEBACK_WON = "chargeback_won", "chargeback: won after it was lost"
    DEBT_REPAID = "debt_repaid"
    DEBT_WRITTEN_OFF = "debt_written_off"
    TAX_REMITTED = "tax_remitted", "tax paid to the state"
    STAFF_PAYMENT = "staff_payment"
    SETTLEMENT = "settlement", "settlement to the bank"
    PROVIDER_TOPUP = "provider_topup", "top-up of a provider from the bank"
    BANK_CHARGE = "bank_charge"
    # What a provider took or gave for a reason of its own, by its statement.
    PROVIDER_ADJUSTMENT = "provider_adjustment"
    CHARGEBACK_FEE = "chargeback_fee"


# W4: the only ways of money into and out of an escrow.
ESCROW_IN = (TransactionKind.FUNDING, TransactionKind.WALLET_FUNDING)
# What was held back for a chargeback and won: it undoes a way out, so the sum paid in stays what was paid.
ESCROW_RETURNED = (TransactionKind.CHARGEBACK_RELEASED,)
ESCROW_RELEASE = (TransactionKind.WAGE, TransactionKind.COMPENSATION, TransactionKind.AWARD)
ESCROW_BACK = (TransactionKind.REFUND, TransactionKind.CHARGEBACK, TransactionKind.CHARGEBACK_HELD)
ESCROW_OUT = (*ESCROW_RELEASE, *ESCROW_BACK)


class LedgerAccount(models.Model):
    """An account of the books. Whose it is follows from the kind: a user's, a job's, a provider's, or Payshift's."""

    kind = models.CharField(max_length=24, choices=AccountKind)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="ledger_accounts", null=True, blank=True, db_index=False
    )
    job = models.ForeignKey(Job, models.PROTECT, related_name="ledger_accounts", null=True, blank=True, db_index=False)
    provider = models.CharField(max_length=16, blank=True)
    currency = models.CharField(max_length=3, default=CURRENCY)
    balance_kobo = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "currency"], condition=Q(kind="wallet"), name="payment_ledgeraccount_one_wallet"
            ),
            models.UniqueConstraint(
                fields=["user", "currency"], condition=Q(kind="receivable"), name="payment_ledgeraccount_one_receivable"
            ),
            models.UniqueConstraint(
                fields=["job", "currency"], condition=Q(kind="escrow"), name="payment_ledgeraccount_one_escrow"
            ),
            models.UniqueConstraint(
                fields=["kind", "provider", "currency"],
                condition=Q(user__isnull=True, job__isnull=True),
                name="payment_ledgeraccount_one_of_kind",
            ),
            models.CheckConstraint(condition=Q(kind__in=AccountKind.values), name="payment_ledgeraccount_kind_known"),
            models.CheckConstraint(
                condition=Q(kind__in=["wallet", "receivable"], user__isnull=False, job__isnull=True, provider="")
                | Q(kind="escrow", user__isnull=True, job__isnull=False, provider="")
                | (Q(kind="provider_balance", user__isnull=True, job__isnull=True) & ~Q(provider=""))
                | (
                    ~Q(kind__in=["wallet", "receivable", "escrow", "provider_balance"])
                    & Q(user__isnull=True, job__isnull=True, provider="")
                ),
                name="payment_ledgeraccount_subject_fits_kind",
            ),
            models.CheckConstraint(
                condition=Q(balance_kobo__gte=0) | ~Q(kind__in=NEVER_NEGATIVE),
                name="payment_ledgeraccount_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(balance_kobo__lte=0) | ~Q(kind="receivable"),
                name="payment_ledgeraccount_owed_or_nothing",
            ),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"), name="payment_ledgeraccount_currency_form"
            ),
        ]

    def __str__(self) -> str:
        kind = self.get_kind_display().capitalize()
        # Of somebody or some job there are many of the kind.
        return f"{kind}, account {self.pk}" if self.user_id or self.job_id else f"{kind} {self.provider}".rstrip()


class LedgerTransaction(models.Model):
    """One event in the books. Corrections are new transactions."""

    kind = models.CharField(max_length=24, choices=TransactionKind)
    reference = models.CharField(max_length=120)
    job = models.ForeignKey(
        Job, models.PROTECT, related_name="ledger_transactions", null=True, blank=True, db_index=False
    )
    memo = models.CharField(max_length=200, blank=True)
    # What the books are dated by: Payshift's clock, which a trigger holds to the database's (one minute either way).
    created_at = models.DateTimeField()
    # The database's own clock when the row was written, set by the trigger. None: written before there was this.
    recorded_at = models.DateTimeField(null=True, blank=True, editable=False)
    # The database transaction that wrote the row (pg_current_xact_id, which never wraps), set by a trigger: entries
    # of any other are refused (M1).
    xid = models.BigIntegerField(default=0, editable=False)

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["job", "id"], condition=Q(job__isnull=False), name="payment_ledgertx_job"),
            # Rows lie in the order of these, so that a block range of a few bytes finds an hour or a month.
            BrinIndex(fields=["recorded_at"], name="payment_ledgertx_recorded", autosummarize=True),
            BrinIndex(fields=["created_at"], name="payment_ledgertx_created", autosummarize=True),
        ]
        constraints = [
            models.UniqueConstraint(fields=["kind", "reference"], name="payment_ledgertransaction_once"),
            models.CheckConstraint(
                condition=Q(kind__in=TransactionKind.values), name="payment_ledgertransaction_kind_known"
            ),
            models.CheckConstraint(condition=~Q(reference=""), name="payment_ledgertransaction_has_reference"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display().capitalize()} {self.reference}"


class LedgerEntry(models.Model):
    """One side of a transaction: an account has at most one entry in each."""

    # The unique constraint starts with the transaction, the index of an account's history with the account.
    transaction = models.ForeignKey(LedgerTransaction, models.PROTECT, related_name="entries", db_index=False)
    account = models.ForeignKey(LedgerAccount, models.PROTECT, related_name="entries", db_index=False)
    amount_kobo = models.BigIntegerField()

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "ledger entries"
        indexes = [models.Index(fields=["account", "-id"], name="payment_ledgerentry_account")]
        constraints = [
            models.UniqueConstraint(fields=["transaction", "account"], name="payment_ledgerentry_once"),
            models.CheckConstraint(condition=~Q(amount_kobo=0), name="payment_ledgerentry_not_zero"),
        ]

    def __str__(self) -> str:
        return in_naira(self.amount_kobo)
