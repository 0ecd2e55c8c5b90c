"""Factories of money. Rows of the books come by posting only, so `fund_wallet` and `fund_escrow` put money in place."""

import hashlib
from typing import Any

import factory
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from factory.django import DjangoModelFactory

from core import clock
from core.actor import Role
from jobs.models import ApplicationStatus, Job, JobStatus
from payment.models import (
    AccountKind,
    Chargeback,
    CreditedTo,
    Deposit,
    Dispute,
    DisputeStatement,
    DisputeStatus,
    IdempotencyKey,
    LedgerAccount,
    LedgerTransaction,
    Payment,
    PaymentAttempt,
    PaymentKind,
    PaymentProvider,
    PaymentStatus,
    Refund,
    RefundDestination,
    RefundStatus,
    Settlement,
    SettlementLine,
    StaffMove,
    StaffMoveKind,
    TransactionKind,
    VirtualAccount,
    Wallet,
    WebhookEvent,
    Withdrawal,
    WithdrawalStatus,
)
from payment.models.dispute import OPEN_DISPUTES
from payment.models.refund import REFUNDS_IN_FLIGHT
from payment.models.withdrawal import WITHDRAWALS_IN_FLIGHT
from payment.services.accounts import (
    AccountKey,
    escrow_account,
    provider_balance,
    wallet_account,
    write_shared_accounts,
)
from payment.services.posting import Move, post
from tests.factories.accounts import UserFactory
from tests.factories.jobs import ApplicationFactory, JobFactory, ShiftAssignmentFactory

PAYSTACK = PaymentProvider.PAYSTACK.value
# The job of payments that are only there to fill a wallet.
TILL = "Paid in"
_references = iter(range(1, 10**9))


def next_reference(prefix: str) -> str:
    return f"{prefix}-{next(_references):020}"


def fund(account: AccountKey, amount_kobo: int, *, job_id: int | None = None) -> LedgerTransaction:
    """Money from outside into an account."""
    with transaction.atomic():
        posted = post(
            kind=TransactionKind.FUNDING,
            reference=next_reference("paystack:pay"),
            moves=[Move(provider_balance(PAYSTACK), account, amount_kobo)],
            job_id=job_id,
        )
    as_at_commit()
    return posted


def as_at_commit() -> None:
    """A test that is one transaction never comes to its COMMIT."""
    if connection.in_atomic_block:
        write_shared_accounts()


def fund_wallet(user_id: int, amount_kobo: int) -> LedgerTransaction:
    return fund(wallet_account(user_id), amount_kobo)


def fund_escrow(job: Job, amount_kobo: int | None = None) -> LedgerTransaction:
    """The job's price into its escrow, unless told otherwise."""
    amount_kobo = job.price_wage_kobo + job.price_fee_kobo if amount_kobo is None else amount_kobo
    return fund(escrow_account(job.pk), amount_kobo, job_id=job.pk)


def pay_in(user_id: int, amount_kobo: int, *, channel: str = "") -> LedgerTransaction:
    """Money into a wallet as a payment of theirs that came late for its job: with the rows that explain it.

    Of an unknown channel it counts as card money, which rests before it may leave to a bank.
    """
    attempt: PaymentAttempt = PaymentAttemptFactory(
        payment__job=Job.objects.filter(title=TILL).first() or JobFactory(title=TILL, status=JobStatus.CANCELED),
        payment__status=PaymentStatus.SUCCEEDED,
        payment__payer=get_user_model().objects.get(pk=user_id),
        payment__amount_kobo=amount_kobo,
        succeeded=True,
        channel=channel,
        credited_to=CreditedTo.WALLET,
    )
    return _post_funding(attempt, wallet_account(user_id))


def pay_in_escrow(job: Job, amount_kobo: int | None = None) -> LedgerTransaction:
    """The job's price, unless told otherwise, as its client's payment: with the rows that explain it."""
    amount_kobo = job.price_wage_kobo + job.price_fee_kobo if amount_kobo is None else amount_kobo
    attempt: PaymentAttempt = PaymentAttemptFactory(
        payment__job=job, payment__status=PaymentStatus.SUCCEEDED, payment__amount_kobo=amount_kobo, succeeded=True
    )
    return _post_funding(attempt, escrow_account(job.pk))


def _post_funding(attempt: PaymentAttempt, account: AccountKey) -> LedgerTransaction:
    with transaction.atomic():
        posted = post(
            kind=TransactionKind.FUNDING,
            reference=f"{attempt.provider}:{attempt.reference}",
            moves=[Move(provider_balance(attempt.provider), account, attempt.captured_kobo)],
            job_id=account.job_id,
        )
    as_at_commit()
    return posted


def balance_of(key: AccountKey) -> int:
    """The stored balance, 0 for an account that was never needed; with what this transaction has posted."""
    as_at_commit()
    owners = {"user_id": key.user_id, "job_id": key.job_id}
    accounts = LedgerAccount.objects.filter(kind=key.kind, provider=key.provider, **owners)
    return accounts.values_list("balance_kobo", flat=True).first() or 0


class LedgerAccountFactory(DjangoModelFactory[LedgerAccount]):
    class Meta:
        model = LedgerAccount

    kind = AccountKind.WALLET
    user = factory.Maybe("is_wallet", factory.SubFactory(UserFactory))
    created_at = factory.LazyFunction(clock.now)

    class Params:
        is_wallet = factory.LazyAttribute(lambda o: o.kind == AccountKind.WALLET)


class LedgerTransactionFactory(DjangoModelFactory[LedgerTransaction]):
    """A balanced one: `amount_kobo` from a provider into the wallet of `user`."""

    class Meta:
        model = LedgerTransaction

    kind = TransactionKind.FUNDING
    reference = factory.LazyFunction(lambda: next_reference("paystack:pay"))
    user = factory.SubFactory(UserFactory)
    amount_kobo = 10_000

    @classmethod
    def _create(cls, model_class: type[LedgerTransaction], *args: Any, **kwargs: Any) -> LedgerTransaction:
        move = Move(
            provider_balance(PAYSTACK), wallet_account(kwargs.pop("user").pk), amount_kobo=kwargs.pop("amount_kobo")
        )
        with transaction.atomic():
            return post(moves=[move], **kwargs)


class WalletFactory(DjangoModelFactory[Wallet]):
    class Meta:
        model = Wallet

    user = factory.SubFactory(UserFactory)
    account = factory.SubFactory(LedgerAccountFactory, user=factory.SelfAttribute("..user"))
    created_at = factory.LazyFunction(clock.now)


class PaymentFactory(DjangoModelFactory[Payment]):
    """A funding by Paystack that waits for its money; `released=True`: a wage that was paid."""

    class Meta:
        model = Payment

    kind = PaymentKind.ESCROW_FUNDING
    status = PaymentStatus.PENDING
    reference = factory.LazyFunction(lambda: next_reference("pay"))
    job = factory.SubFactory(JobFactory)
    payer = factory.SelfAttribute("job.client")
    amount_kobo = factory.LazyAttribute(lambda o: o.job.price_wage_kobo + o.job.price_fee_kobo)
    provider = PaymentProvider.PAYSTACK
    created_at = factory.LazyFunction(clock.now)
    succeeded_at = factory.LazyAttribute(lambda o: o.created_at if o.status == PaymentStatus.SUCCEEDED else None)

    class Params:
        released = factory.Trait(
            kind=PaymentKind.WAGE,
            status=PaymentStatus.SUCCEEDED,
            assignment=factory.SubFactory(ShiftAssignmentFactory, approved=True),
            job=factory.SelfAttribute("assignment.application.job"),
            recipient=factory.SelfAttribute("assignment.worker"),
            amount_kobo=factory.SelfAttribute("assignment.wage_kobo"),
            provider="",
        )


class PaymentAttemptFactory(DjangoModelFactory[PaymentAttempt]):
    class Meta:
        model = PaymentAttempt

    payment = factory.SubFactory(PaymentFactory)
    provider = PaymentProvider.PAYSTACK
    reference = factory.LazyAttribute(lambda o: f"{o.payment.reference}-{next(_references)}")
    amount_kobo = factory.SelfAttribute("payment.amount_kobo")
    authorization_url = "https://checkout.example.com/abc"
    created_at = factory.LazyFunction(clock.now)

    class Params:
        succeeded = factory.Trait(
            status=PaymentStatus.SUCCEEDED,
            captured_kobo=factory.SelfAttribute("amount_kobo"),
            credited_to=CreditedTo.ESCROW,
            succeeded_at=factory.LazyFunction(clock.now),
        )


class RefundFactory(DjangoModelFactory[Refund]):
    """To the card, requested, of a succeeded attempt; `to_wallet=True`: done, without one."""

    class Meta:
        model = Refund

    reference = factory.LazyFunction(lambda: next_reference("rfd"))
    destination = RefundDestination.CARD
    status = RefundStatus.REQUESTED
    attempt = factory.SubFactory(
        PaymentAttemptFactory, succeeded=True, payment=factory.SubFactory(PaymentFactory, status="succeeded")
    )
    job = factory.SelfAttribute("attempt.payment.job")
    recipient = factory.SelfAttribute("job.client")
    amount_kobo = 10_000
    created_at = factory.LazyFunction(clock.now)
    finished_at = factory.LazyAttribute(lambda o: None if o.status in REFUNDS_IN_FLIGHT else o.created_at)

    class Params:
        to_wallet = factory.Trait(
            destination=RefundDestination.WALLET,
            status=RefundStatus.PROCESSED,
            attempt=None,
            job=factory.SubFactory(JobFactory),
        )


class StaffMoveFactory(DjangoModelFactory[StaffMove]):
    """A payment to somebody, proposed."""

    class Meta:
        model = StaffMove

    kind = StaffMoveKind.STAFF_PAYMENT
    reference = factory.LazyFunction(lambda: next_reference("stf"))
    amount_kobo = 5_000
    user = factory.SubFactory(UserFactory)
    reason = "Goodwill"
    proposed_by = factory.SubFactory(UserFactory, role=Role.ADMIN)
    proposed_at = factory.LazyFunction(clock.now)
    decided_by = factory.Maybe("is_decided", factory.SubFactory(UserFactory, role=Role.ADMIN))
    decided_at = factory.LazyAttribute(lambda o: o.proposed_at if o.status != "proposed" else None)
    status = "proposed"

    class Params:
        is_decided = factory.LazyAttribute(lambda o: o.status != "proposed")


class WithdrawalFactory(DjangoModelFactory[Withdrawal]):
    class Meta:
        model = Withdrawal

    wallet = factory.SubFactory(WalletFactory)
    reference = factory.LazyFunction(lambda: next_reference("wdr"))
    status = WithdrawalStatus.REQUESTED
    amount_kobo = 50_000
    provider = PaymentProvider.PAYSTACK
    bank_code = "058"
    bank_name = "Guaranty Trust Bank"
    account_number = "0123456789"
    account_name = "WALE ADEYEMI"
    created_at = factory.LazyFunction(clock.now)
    finished_at = factory.LazyAttribute(lambda o: None if o.status in WITHDRAWALS_IN_FLIGHT else o.created_at)


class ChargebackFactory(DjangoModelFactory[Chargeback]):
    """Open, with nothing held: money is held by services only."""

    class Meta:
        model = Chargeback

    attempt = factory.SubFactory(
        PaymentAttemptFactory, succeeded=True, payment=factory.SubFactory(PaymentFactory, status="succeeded")
    )
    payer = factory.SelfAttribute("attempt.payment.payer")
    provider = factory.SelfAttribute("attempt.provider")
    provider_id = factory.LazyFunction(lambda: str(4_300_000_000 + next(_references)))
    amount_kobo = 10_000
    created_at = factory.LazyFunction(clock.now)


class VirtualAccountFactory(DjangoModelFactory[VirtualAccount]):
    """A client's, with its number."""

    class Meta:
        model = VirtualAccount

    class Params:
        asked = factory.Trait(status="requested", provider_id="", bank_name="", account_number="", account_name="")

    user = factory.SubFactory(UserFactory, role="client")
    provider = "paystack"
    status = "active"
    provider_id = factory.LazyFunction(lambda: str(4_300_000_000 + next(_references)))
    bank_name = "Test Bank"
    account_number = factory.LazyFunction(lambda: f"98{next(_references):08d}")
    account_name = "PAYSHIFT/CHIDI OKAFOR"
    created_at = factory.LazyFunction(clock.now)
    closed_at = factory.LazyAttribute(lambda o: o.created_at if o.status == "closed" else None)


class DepositFactory(DjangoModelFactory[Deposit]):
    """The row alone, without its posting."""

    class Meta:
        model = Deposit

    account = factory.SubFactory(VirtualAccountFactory)
    provider = factory.SelfAttribute("account.provider")
    reference = factory.LazyFunction(lambda: f"{next(_references):015d}")
    provider_id = factory.LazyFunction(lambda: str(4_300_000_000 + next(_references)))
    amount_kobo = 10_000
    created_at = factory.LazyFunction(clock.now)


class SettlementFactory(DjangoModelFactory[Settlement]):
    class Meta:
        model = Settlement

    provider = "paystack"
    provider_id = factory.LazyFunction(lambda: str(3_000_000 + next(_references)))
    status = "success"
    settled_at = factory.LazyFunction(clock.now)
    gross_kobo = 10_000
    fees_kobo = 150
    net_kobo = 9_850
    created_at = factory.LazyFunction(clock.now)


class SettlementLineFactory(DjangoModelFactory[SettlementLine]):
    class Meta:
        model = SettlementLine

    settlement = factory.SubFactory(SettlementFactory)
    provider_id = factory.LazyFunction(lambda: str(4_300_000_000 + next(_references)))
    reference = factory.LazyFunction(lambda: f"{next(_references):015d}")
    amount_kobo = 10_000
    fee_kobo = 150
    books_kobo = 9_850
    outcome = "matched"


class DisputeFactory(DjangoModelFactory[Dispute]):
    """By the worker, about a shift that was checked out."""

    class Meta:
        model = Dispute

    assignment = factory.SubFactory(ShiftAssignmentFactory, checked_out=True)
    client = factory.SelfAttribute("assignment.application.job.client")
    worker = factory.SelfAttribute("assignment.worker")
    opened_by = factory.SelfAttribute("worker")
    status = DisputeStatus.OPEN
    reason = "I worked the whole shift."
    created_at = factory.LazyFunction(clock.now)
    closed_at = factory.LazyAttribute(lambda o: None if o.status in OPEN_DISPUTES else o.created_at)

    class Params:
        resolved = factory.Trait(
            status=DisputeStatus.RESOLVED,
            resolution="worker",
            resolution_note="The gate book shows eight hours.",
            resolved_by=factory.SubFactory(UserFactory, role=Role.ADMIN),
        )


class DisputeStatementFactory(DjangoModelFactory[DisputeStatement]):
    class Meta:
        model = DisputeStatement

    dispute = factory.SubFactory(DisputeFactory)
    author = factory.SelfAttribute("dispute.opened_by")
    body = "Ask the gate man."
    created_at = factory.LazyFunction(clock.now)


class WebhookEventFactory(DjangoModelFactory[WebhookEvent]):
    class Meta:
        model = WebhookEvent

    provider = PaymentProvider.PAYSTACK
    event = "charge.success"
    reference = factory.LazyFunction(lambda: next_reference("pay"))
    body = factory.LazyAttribute(lambda o: f'{{"event":"{o.event}","data":{{"reference":"{o.reference}"}}}}'.encode())
    dedupe_hash = factory.LazyAttribute(lambda o: hashlib.sha256(o.body).hexdigest())
    received_at = factory.LazyFunction(clock.now)


class IdempotencyKeyFactory(DjangoModelFactory[IdempotencyKey]):
    class Meta:
        model = IdempotencyKey

    user = factory.SubFactory(UserFactory)
    operation = "create_payment"
    key = factory.Sequence(lambda n: f"key-{n}")
    body_hash = "0" * 64
    created_at = factory.LazyFunction(clock.now)


def accepted_assignment(job: Job, **values: Any) -> Any:
    """A worker's accepted place on the first shift of a job."""
    application = ApplicationFactory(job=job, status=ApplicationStatus.ACCEPTED)
    return ShiftAssignmentFactory(application=application, **values)
