"""A closed month by every way that posts: each is refused clearly, loses nothing, and is done in the month after."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from django.db import models, transaction
from time_machine import TimeMachineFixture

from accounts.models import BankAccount, CustomUser
from core import clock
from core.actor import Role
from core.errors import InvalidState
from core.self_checks import record_check
from jobs.models import Job
from jobs.ports import Compensation, Price
from payment.models import (
    AccountKind,
    Chargeback,
    Deposit,
    LedgerAccount,
    LedgerEntry,
    LedgerTransaction,
    Payment,
    PaymentAttempt,
    Refund,
    StaffMove,
    StaffMoveKind,
    TransactionKind,
    WebhookEvent,
    Withdrawal,
)
from payment.providers.base import Charge, ChargebackOutcome, ChargeStatus, DisputedCharge, Payout, PayoutStatus
from payment.services.accounts import escrow_account, provider_balance, system_account, wallet_account
from payment.services.card_returns import return_to_card
from payment.services.chargebacks import apply_chargeback
from payment.services.closing import close_month
from payment.services.debts import repay
from payment.services.deposits import apply_deposit
from payment.services.escrow import LedgerEscrow, pay_award, refund_to_wallet
from payment.services.ledger_check import BOOKS, check_books
from payment.services.payments import apply_verified_payment
from payment.services.payouts import apply_payout
from payment.services.posting import Move, post
from payment.services.refunds import return_refund
from payment.services.staff_moves import approve_move, propose_move
from payment.services.webhooks import process_event
from payment.services.withdrawals import withdraw
from tests.factories.accounts import BankAccountFactory, UserFactory
from tests.factories.jobs import JobFactory
from tests.factories.payment import VirtualAccountFactory, accepted_assignment, balance_of, pay_in, pay_in_escrow
from tests.payment.conftest import Till
from tests.support.api_client import ApiClient
from tests.support.jobs import RunJobs

pytestmark = pytest.mark.django_db(transaction=True)

OCTOBER, NOVEMBER = datetime(2026, 10, 31, 12, tzinfo=UTC), datetime(2026, 11, 2, 9, tzinfo=UTC)
KEPT: tuple[type[models.Model], ...] = (
    *(LedgerTransaction, LedgerEntry, LedgerAccount, Payment, PaymentAttempt, Refund, Withdrawal, Chargeback),
    *(Deposit, StaffMove),
)
type Act = Callable[[], object]


@dataclass(frozen=True)
class World:
    client: CustomUser
    worker: CustomUser
    staff: CustomUser
    job: Job


@pytest.fixture
def october(time_machine: TimeMachineFixture) -> TimeMachineFixture:
    time_machine.move_to(OCTOBER, tick=False)
    return time_machine


@pytest.fixture
def world(october: TimeMachineFixture, chidi: CustomUser, wale: CustomUser, bisi: CustomUser) -> World:
    """On the last of October: a job that is paid, and money in two wallets."""
    job: Job = JobFactory.create(client=chidi)
    pay_in_escrow(job)
    pay_in(chidi.pk, 9_000_000)
    pay_in(wale.pk, 5_000_000, channel="bank_transfer")
    longer_ago = clock.now() - timedelta(days=60)
    BankAccountFactory(user=wale, verified_at=longer_ago, changed_at=longer_ago)
    return World(chidi, wale, bisi, job)


def close_october(clock_at: TimeMachineFixture) -> None:
    """In November; the clock goes back afterwards, as that of a machine which is wrong."""
    clock_at.move_to(NOVEMBER, tick=False)
    record_check(name=BOOKS, checked_at=NOVEMBER, took_ms=1, findings=(), figures={"sum_kobo": 0})
    close_month(month=date(2026, 10, 1), staff_id=None)
    clock_at.move_to(OCTOBER + timedelta(hours=1), tick=False)


def in_transaction(act: Act) -> Act:
    return transaction.atomic(act)


def charge(reference: str, amount_kobo: int, **facts: object) -> Charge:
    return Charge(
        reference=reference,
        provider_id="9",
        status=ChargeStatus.SUCCEEDED,
        amount_kobo=amount_kobo,
        currency="NGN",
        live=False,
        fee_kobo=100,
        **facts,  # type: ignore[arg-type]
    )


def withdrawal(world: World) -> Act:
    return partial(withdraw, user_id=world.worker.pk, amount_kobo=10_000)


def sent(world: World) -> Withdrawal:
    row = withdraw(user_id=world.worker.pk, amount_kobo=10_000)
    Withdrawal.objects.filter(pk=row.pk).update(status="sending", sent_at=clock.now())
    return row


def payout(world: World, status: PayoutStatus) -> Act:
    row = sent(world)
    told = Payout(row.reference, "7", status, row.amount_kobo, "NGN", fee_kobo=1_000)
    return partial(apply_payout, withdrawal_id=row.pk, payout=told)


def wage(world: World) -> Act:
    assignment = accepted_assignment(world.job, checked_out=True)
    of = {"assignment_id": assignment.pk, "job_id": world.job.pk, "client_id": world.client.pk}
    price = Price(wage_kobo=60_000, fee_kobo=6_000)
    return in_transaction(partial(LedgerEscrow().pay_assignment, worker_id=assignment.worker_id, price=price, **of))


def award(world: World) -> Act:
    assignment = accepted_assignment(world.job, checked_out=True)
    of = {"assignment_id": assignment.pk, "job_id": world.job.pk, "client_id": world.client.pk}
    return in_transaction(partial(pay_award, worker_id=assignment.worker_id, amount_kobo=5_000, **of))


def compensations(world: World) -> Act:
    assignments = [accepted_assignment(world.job) for _ in range(2)]
    owed = [Compensation(assignment.pk, assignment.worker_id, 10_000) for assignment in assignments]
    of = {"job_id": world.job.pk, "client_id": world.client.pk}
    return in_transaction(partial(LedgerEscrow().pay_compensations, owed=owed, **of))


def from_the_wallet(world: World) -> Act:
    unpaid = JobFactory.create(client=world.client, status="pending")
    return in_transaction(partial(LedgerEscrow().pay_from_wallet, job_id=unpaid.pk))


def back_to_the_wallet(world: World) -> Act:
    of = {"job_id": world.job.pk, "client_id": world.client.pk}
    return in_transaction(partial(refund_to_wallet, amount_kobo=100_000, **of))


def came_back(world: World) -> Refund:
    refund = back_to_the_wallet(world)()
    assert isinstance(refund, Refund)
    return refund


def on_to_the_card(world: World) -> Act:
    return partial(return_to_card, refund_id=came_back(world).pk)


def refund_returned(world: World) -> Act:
    return_to_card(refund_id=came_back(world).pk)
    refund = Refund.objects.get(destination="card")
    return partial(return_refund, refund_id=refund.pk, message="Returned by staff")


def dispute(world: World, outcome: ChargebackOutcome) -> Act:
    attempt = PaymentAttempt.objects.get(payment__job=world.job)
    told = DisputedCharge("77", attempt.reference, outcome, attempt.captured_kobo, "NGN")
    return partial(apply_chargeback, provider="paystack", told=told)


def lost(world: World) -> Act:
    dispute(world, ChargebackOutcome.OPEN)()
    return dispute(world, ChargebackOutcome.LOST)


def debt(world: World) -> Act:
    """Somebody owes, and money came that was not collected yet."""
    attempt = PaymentAttempt.objects.get(payment__payer=world.worker)
    with transaction.atomic():
        post(
            kind=TransactionKind.WITHDRAWAL,
            reference="spent",
            moves=[Move(wallet_account(world.worker.pk), system_account(AccountKind.PAYOUTS_IN_FLIGHT), 5_000_000)],
        )
    told = DisputedCharge("78", attempt.reference, ChargebackOutcome.LOST, attempt.captured_kobo, "NGN")
    apply_chargeback(provider="paystack", told=told)
    pay_in(world.worker.pk, 1_000)
    return partial(repay, user_id=world.worker.pk)


def deposit(world: World) -> Act:
    account = VirtualAccountFactory.create(user=world.client)
    return partial(apply_deposit, account_id=account.pk, charge=charge("dep-1", 4_000))


def money_of_nobody(world: World) -> Act:
    return partial(apply_verified_payment, provider="paystack", charge=charge("unasked-1", 4_000))


def staff_payment(world: World) -> Act:
    """Proposed in the month that is closed, approved after it."""
    move = propose_move(
        staff_id=world.staff.pk,
        kind=StaffMoveKind.STAFF_PAYMENT,
        amount_kobo=5_000,
        reason="Goodwill",
        reference="stf-1",
        user_id=world.worker.pk,
    )
    checker: CustomUser = UserFactory.create(role=Role.ADMIN)
    return partial(approve_move, staff_id=checker.pk, move_id=move.pk)


WAYS: dict[str, Callable[[World], Act]] = {
    "withdrawal": withdrawal,
    "withdrawal paid": partial(payout, status=PayoutStatus.SUCCEEDED),
    "withdrawal failed": partial(payout, status=PayoutStatus.FAILED),
    "wage": wage,
    "award": award,
    "compensations": compensations,
    "job paid from the wallet": from_the_wallet,
    "refund to the wallet": back_to_the_wallet,
    "refund to the card": on_to_the_card,
    "refund returned": refund_returned,
    "chargeback": partial(dispute, outcome=ChargebackOutcome.OPEN),
    "chargeback lost": lost,
    "debt repaid": debt,
    "deposit": deposit,
    "money of nobody": money_of_nobody,
    "staff payment": staff_payment,
}


def rows() -> dict[str, list[dict[str, object]]]:
    return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in KEPT}


@pytest.mark.parametrize("way", WAYS)
def test_every_way_that_posts_is_refused_in_a_closed_month_and_done_in_the_next(
    way: str, world: World, october: TimeMachineFixture
) -> None:
    act = WAYS[way](world)
    close_october(october)
    before = rows()

    with pytest.raises(InvalidState, match="is closed"):
        act()

    assert rows() == before
    october.move_to(NOVEMBER, tick=False)
    act()
    posted = LedgerTransaction.objects.exclude(pk__in=[row["id"] for row in before["LedgerTransaction"]])
    assert {at.date() for at in posted.values_list("created_at", flat=True)} == {NOVEMBER.date()}
    if way != "debt repaid":
        assert [str(finding) for finding in check_books().findings] == []


@pytest.mark.parametrize("kind", TransactionKind)
def test_no_kind_of_posting_is_dated_into_a_closed_month(
    kind: TransactionKind, world: World, october: TimeMachineFixture
) -> None:
    close_october(october)
    before = rows()

    with pytest.raises(InvalidState, match="is closed"), transaction.atomic():
        post(
            kind=kind, reference="late", moves=[Move(provider_balance("paystack"), wallet_account(world.client.pk), 5)]
        )

    assert rows() == before


def test_webhook_of_a_payment_of_a_closed_month_is_kept_and_posted_today(
    october: TimeMachineFixture, till: Till, chidi: CustomUser, bank_account: BankAccount, run_jobs: RunJobs
) -> None:
    """Paid on the last of October; whoever hears of it first has a clock that is wrong."""
    job: Job = JobFactory.create(client=chidi, status="pending", date=date(2026, 11, 20))
    checkout = till.start(ApiClient(chidi), job)
    close_october(october)
    till.pay(checkout)
    till.webhook(checkout)
    event = WebhookEvent.objects.get()

    with pytest.raises(InvalidState, match="is closed"):
        process_event(event_id=event.pk)

    event.refresh_from_db()
    assert (event.status, event.tries, "closed" in event.error) == ("failed", 1, True)
    assert PaymentAttempt.objects.get().status == "pending"
    assert balance_of(escrow_account(job.pk)) == 0
    october.move_to(NOVEMBER, tick=False)
    process_event(event_id=event.pk)
    event.refresh_from_db()
    assert event.status == "processed"
    assert balance_of(escrow_account(job.pk)) == checkout.amount_kobo
    came = LedgerTransaction.objects.get(kind="funding")
    assert came.created_at.date() == NOVEMBER.date()
    assert check_books().findings == []
