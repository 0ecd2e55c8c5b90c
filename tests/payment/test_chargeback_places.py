"""A chargeback finds its money wherever that is by then, and what is owed is taken out of whatever comes in next."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from pytest_django import Settings

from accounts.models import CustomUser
from core import clock
from core.actor import Role
from jobs.models import Job, JobStatus, ShiftAssignment
from jobs.ports import Compensation, Price
from jobs.services.settlement import settle_difference
from payment.models import (
    AccountKind,
    Chargeback,
    PaymentAttempt,
    Refund,
    StaffMoveKind,
    TransactionKind,
    Withdrawal,
)
from payment.providers.base import Charge, ChargebackOutcome, ChargeStatus, DisputedCharge
from payment.services.accounts import (
    AccountKey,
    escrow_account,
    provider_balance,
    receivable_account,
    system_account,
    wallet_account,
)
from payment.services.card_returns import return_to_card
from payment.services.chargeback_sweep import sweep_chargebacks
from payment.services.chargebacks import apply_chargeback
from payment.services.debts import collect_owed
from payment.services.deposits import apply_deposit
from payment.services.escrow import LedgerEscrow, pay_award
from payment.services.ledger_check import check_books
from payment.services.payouts import FOR_STAFF, NOT_SENT
from payment.services.posting import Move, post
from payment.services.staff_moves import approve_move, propose_move
from payment.services.withdrawals import withdraw
from tests.factories.accounts import PASSWORD, BankAccountFactory, UserFactory
from tests.factories.jobs import ApplicationFactory, JobFactory, ShiftAssignmentFactory
from tests.factories.payment import (
    ChargebackFactory,
    VirtualAccountFactory,
    balance_of,
    fund_escrow,
    fund_wallet,
    next_reference,
    pay_in,
)
from tests.payment.called_off import PRICE, called_off, give_back
from tests.payment.conftest import Checkout, Till, alerts, new_key
from tests.payment.test_resting import placed
from tests.support.api_client import ApiClient
from tests.support.gateway import Gateway
from tests.support.jobs import RunJobs
from tests.support.races import race

pytestmark = pytest.mark.django_db(transaction=True)

HELD = system_account(AccountKind.CHARGEBACKS_HELD)
PAYSTACK = provider_balance("paystack")
DEBT, INCOME = 50_000, 80_000


def told(
    reference: str, outcome: ChargebackOutcome, amount_kobo: int, *, currency: str = "NGN", number: str = "77"
) -> Chargeback | None:
    return apply_chargeback(
        provider="paystack",
        told=DisputedCharge(
            provider_id=number,
            charge_reference=reference,
            outcome=outcome,
            amount_kobo=amount_kobo,
            currency=currency,
            message=str(outcome),
        ),
    )


def balances(*keys: AccountKey) -> list[int]:
    return [balance_of(key) for key in keys]


# Where the money is


@pytest.fixture
def approved(paid: Checkout, job: Job, wale: CustomUser) -> ShiftAssignment:
    """Half a day of Wale's was approved: half of its price is in his wallet, half may still be disputed."""
    # Others' money: the provider keeps its fees, and never holds less than nothing.
    pay_in(UserFactory.create().pk, 500_000)
    Job.objects.filter(pk=job.pk).update(status=JobStatus.ONGOING)
    application = ApplicationFactory.create(job=job, applicant=wale, status="accepted")
    assignment: ShiftAssignment = ShiftAssignmentFactory.create(
        application=application,
        approved=True,
        approved_minutes=240,
        lowered_reason="Left early.",
        paid_wage_kobo=600_000,
        paid_fee_kobo=60_000,
        withheld_kobo=660_000,
        withheld_until=clock.now() + timedelta(days=2),
    )
    with transaction.atomic():
        LedgerEscrow().pay_assignment(
            assignment_id=assignment.pk,
            job_id=job.pk,
            client_id=job.client_id,
            worker_id=wale.pk,
            price=Price(wage_kobo=600_000, fee_kobo=60_000),
        )
    return assignment


def test_what_may_still_be_disputed_is_held_and_the_wage_stays_earned(
    approved: ShiftAssignment, paid: Checkout, job: Job, wale: CustomUser
) -> None:
    told(paid.attempt_reference, ChargebackOutcome.OPEN, paid.amount_kobo)

    left = paid.amount_kobo - 660_000
    assert balances(HELD, escrow_account(job.pk), wallet_account(wale.pk)) == [left, 0, 600_000]
    settle_difference(assignment_id=approved.pk)
    assert balances(escrow_account(job.pk), wallet_account(job.client_id)) == [0, 0]

    told(paid.attempt_reference, ChargebackOutcome.LOST, paid.amount_kobo)

    assert balances(HELD, receivable_account(job.client_id), wallet_account(wale.pk)) == [0, -660_000, 600_000]
    assert check_books().findings == []


def test_award_of_a_dispute_waits_for_money_that_is_held(
    approved: ShiftAssignment, paid: Checkout, job: Job, wale: CustomUser
) -> None:
    told(paid.attempt_reference, ChargebackOutcome.OPEN, paid.amount_kobo)

    with pytest.raises(Exception, match="not enough money"), transaction.atomic():
        award(wale, job, approved, 100_000)
    told(paid.attempt_reference, ChargebackOutcome.WON, paid.amount_kobo)
    with transaction.atomic():
        award(wale, job, approved, 100_000)

    assert balances(wallet_account(wale.pk), HELD) == [700_000, 0]


def award(worker: CustomUser, job: Job, assignment: ShiftAssignment, amount_kobo: int) -> None:
    pay_award(
        assignment_id=assignment.pk,
        job_id=job.pk,
        client_id=job.client_id,
        worker_id=worker.pk,
        amount_kobo=amount_kobo,
    )


@pytest.mark.parametrize(
    ("status", "row", "recalled"),
    [
        ("requested", {}, True),
        ("sending", {"message": f"{NOT_SENT}limited"}, True),
        ("sending", {"message": ""}, False),
        ("sending", {"message": f"{NOT_SENT}limited", "provider_id": "TRF_1"}, False),
        ("unknown", {"message": "cut line"}, False),
        # Nobody knows whether it left: that staff decide, and no bank.
        ("unknown", {"message": FOR_STAFF}, False),
    ],
)
def test_withdrawal_is_called_back_only_where_it_conclusively_was_not_sent(
    status: str, row: dict[str, str], recalled: bool, chidi: CustomUser, settings: Settings, gateway: Gateway
) -> None:
    settings.CARD_MONEY_RESTS_DAYS = 0
    longer_ago = clock.now() - timedelta(hours=25)
    BankAccountFactory(user=chidi, verified_at=longer_ago, changed_at=longer_ago)
    give_back(called_off(chidi))
    withdrawal = withdraw(user_id=chidi.pk, amount_kobo=PRICE)
    for step in {"unknown": ["sending", "unknown"], "sending": ["sending"]}.get(status, []):
        Withdrawal.objects.filter(pk=withdrawal.pk).update(status=step, sent_at=clock.now())
    Withdrawal.objects.filter(pk=withdrawal.pk).update(**row)

    told(PaymentAttempt.objects.get().reference, ChargebackOutcome.OPEN, PRICE)

    withdrawal.refresh_from_db()
    assert (withdrawal.status == "failed", balance_of(HELD)) == (recalled, PRICE if recalled else 0)


def test_money_that_staff_placed_out_of_suspense_is_held_in_its_payers_wallet(chidi: CustomUser) -> None:
    attempt = placed(chidi, channel="card")

    told(attempt.reference, ChargebackOutcome.OPEN, attempt.captured_kobo)
    held = balances(HELD, wallet_account(chidi.pk))
    told(attempt.reference, ChargebackOutcome.LOST, attempt.captured_kobo)

    assert held == [attempt.captured_kobo, 0]
    assert balances(HELD, wallet_account(chidi.pk), receivable_account(chidi.pk), PAYSTACK) == [0, 0, 0, 0]


def test_what_was_placed_with_somebody_else_is_not_held(chidi: CustomUser, wale: CustomUser) -> None:
    attempt = placed(chidi, channel="card", to=wale)

    assert told(attempt.reference, ChargebackOutcome.OPEN, attempt.captured_kobo) is None
    assert balances(HELD, wallet_account(wale.pk)) == [0, attempt.captured_kobo]


# What the provider says, and when


def test_word_of_a_chargeback_that_comes_before_its_payment_is_applied_by_the_sweep(
    till: Till, chidi: CustomUser, job: Job, gateway: Gateway, run_jobs: RunJobs
) -> None:
    gateway.set_balance(100_000_000)
    checkout = till.start(ApiClient(chidi), job)
    till.pay(checkout)
    gateway.charge_back(checkout.attempt_reference)
    of_chargeback = gateway.deliveries(event="charge.dispute.create")

    for delivery in of_chargeback:
        gateway.post_webhook(Client(), delivery)
    run_jobs()
    assert (Chargeback.objects.count(), alerts()) == (0, ["chargeback"])
    for delivery in gateway.deliveries(event="charge.success"):
        gateway.post_webhook(Client(), delivery)
    run_jobs()
    assert balance_of(escrow_account(job.pk)) == checkout.amount_kobo
    sweep_chargebacks()

    assert balances(HELD, escrow_account(job.pk)) == [checkout.amount_kobo, 0]
    job.refresh_from_db()
    assert job.status == JobStatus.PENDING


@pytest.mark.parametrize("currency", ["USD", ""])
def test_chargeback_in_another_currency_moves_nothing(currency: str, paid: Checkout, job: Job) -> None:
    assert told(paid.attempt_reference, ChargebackOutcome.LOST, paid.amount_kobo, currency=currency) is None

    assert balances(HELD, escrow_account(job.pk)) == [0, paid.amount_kobo]


def test_far_more_than_was_paid_is_held_as_what_was_paid_and_left_to_staff(
    paid: Checkout, job: Job, chidi: CustomUser
) -> None:
    """As if naira were told as kobo: nothing else of the payer's is frozen, and nothing is owed."""
    pay_in(chidi.pk, 500_000)
    told(paid.attempt_reference, ChargebackOutcome.OPEN, paid.amount_kobo * 100)

    chargeback = told(paid.attempt_reference, ChargebackOutcome.LOST, paid.amount_kobo * 100)

    assert chargeback is not None
    assert (chargeback.status, chargeback.held_kobo) == ("open", paid.amount_kobo)
    assert balances(wallet_account(chidi.pk), receivable_account(chidi.pk)) == [500_000, 0]
    assert alerts() == ["chargeback", "chargeback_unclear"]
    assert check_books().findings == []


def test_fee_that_the_payer_bore_is_part_of_what_is_taken(paid: Checkout, chidi: CustomUser) -> None:
    taken = paid.amount_kobo + 40_000

    chargeback = told(paid.attempt_reference, ChargebackOutcome.LOST, taken)

    assert chargeback is not None
    assert (chargeback.status, chargeback.taken_kobo, chargeback.owed_kobo) == ("lost", taken, 40_000)


def test_one_payment_is_not_taken_twice_under_two_numbers(paid: Checkout, job: Job, chidi: CustomUser) -> None:
    pay_in(chidi.pk, 500_000)
    told(paid.attempt_reference, ChargebackOutcome.OPEN, paid.amount_kobo, number="77")

    assert told(paid.attempt_reference, ChargebackOutcome.OPEN, paid.amount_kobo, number="78") is None
    told(paid.attempt_reference, ChargebackOutcome.LOST, paid.amount_kobo, number="77")
    assert told(paid.attempt_reference, ChargebackOutcome.LOST, paid.amount_kobo, number="78") is None

    assert balances(HELD, wallet_account(chidi.pk), receivable_account(chidi.pk)) == [0, 500_000, 0]
    assert check_books().findings == []


def test_second_number_holds_and_takes_what_the_first_left(paid: Checkout, chidi: CustomUser) -> None:
    part = paid.amount_kobo // 4
    told(paid.attempt_reference, ChargebackOutcome.LOST, part, number="77")

    second = told(paid.attempt_reference, ChargebackOutcome.OPEN, paid.amount_kobo, number="78")

    assert second is not None
    assert (second.held_kobo, balance_of(HELD)) == (paid.amount_kobo - part, paid.amount_kobo - part)
    told(paid.attempt_reference, ChargebackOutcome.WON, part, number="77")
    won = told(paid.attempt_reference, ChargebackOutcome.LOST, paid.amount_kobo, number="78")
    assert won is not None
    assert (won.status, won.taken_kobo) == ("lost", paid.amount_kobo)


# What is owed


def wage(user: CustomUser) -> None:
    application = ApplicationFactory.create(applicant=user, status="accepted")
    assignment = ShiftAssignmentFactory.create(application=application)
    fund_escrow(application.job)
    price = Price(wage_kobo=INCOME, fee_kobo=8_000)
    job = application.job
    with transaction.atomic():
        LedgerEscrow().pay_assignment(
            assignment_id=assignment.pk, job_id=job.pk, client_id=job.client_id, worker_id=user.pk, price=price
        )


def compensation(user: CustomUser) -> None:
    application = ApplicationFactory.create(applicant=user, status="accepted")
    assignment = ShiftAssignmentFactory.create(application=application)
    fund_escrow(application.job)
    owed = [Compensation(assignment.pk, user.pk, INCOME)]
    with transaction.atomic():
        LedgerEscrow().pay_compensations(job_id=application.job_id, client_id=application.job.client_id, owed=owed)


def dispute_award(user: CustomUser) -> None:
    application = ApplicationFactory.create(applicant=user, status="accepted")
    assignment = ShiftAssignmentFactory.create(application=application)
    fund_escrow(application.job)
    with transaction.atomic():
        award(user, application.job, assignment, INCOME)


def refund(user: CustomUser) -> None:
    job = JobFactory.create(client=user)
    fund_escrow(job, INCOME)
    give_back(job)


def payment_from_staff(user: CustomUser) -> None:
    maker, checker = (UserFactory.create(role=Role.ADMIN) for _ in range(2))
    move = propose_move(
        staff_id=maker.pk,
        kind=StaffMoveKind.STAFF_PAYMENT,
        amount_kobo=INCOME,
        reason="Goodwill",
        reference=next_reference("stf"),
        user_id=user.pk,
    )
    approve_move(staff_id=checker.pk, move_id=move.pk)


@transaction.atomic
def deposit(user: CustomUser) -> None:
    account = VirtualAccountFactory.create(user=user)
    charge = Charge(
        reference=next_reference("dep"),
        provider_id="1",
        status=ChargeStatus.SUCCEEDED,
        amount_kobo=INCOME,
        currency="NGN",
        live=False,
        channel="dedicated_nuban",
    )
    assert apply_deposit(account_id=account.pk, charge=charge) is not None


def late_payment(user: CustomUser) -> None:
    pay_in(user.pk, INCOME, channel="card")


INCOMES = pytest.mark.parametrize(
    "income", [wage, compensation, dispute_award, refund, payment_from_staff, deposit, late_payment]
)


def owing(user: CustomUser) -> None:
    """A bank took back what was spent: others' money covers it at the provider."""
    fund_wallet(UserFactory.create().pk, 10 * INCOME)
    with transaction.atomic():
        moves = [Move(receivable_account(user.pk), PAYSTACK, DEBT)]
        post(kind=TransactionKind.CHARGEBACK, reference=next_reference("paystack:77"), moves=moves)


@INCOMES
def test_whatever_comes_in_repays(income: Callable[[CustomUser], None], chidi: CustomUser, run_jobs: RunJobs) -> None:
    owing(chidi)

    income(chidi)
    run_jobs()

    assert balances(receivable_account(chidi.pk), wallet_account(chidi.pk)) == [0, INCOME - DEBT]


@INCOMES
def test_whatever_comes_in_is_held_for_a_chargeback_that_found_too_little(
    income: Callable[[CustomUser], None], chidi: CustomUser, run_jobs: RunJobs
) -> None:
    chargeback = ChargebackFactory.create(attempt__payment__job__client=chidi, amount_kobo=DEBT)

    income(chidi)
    run_jobs()

    chargeback.refresh_from_db()
    assert (chargeback.held_kobo, balance_of(wallet_account(chidi.pk))) == (DEBT, INCOME - DEBT)


def test_job_that_gives_back_repays_before_its_card_gets_anything(
    chidi: CustomUser, gateway: Gateway, run_jobs: RunJobs
) -> None:
    """Both are jobs of the same transaction: in whichever order they run."""
    for order in (return_to_card, None):
        debtor = chidi if order else UserFactory.create(role="client")
        owing(debtor)
        came = give_back(called_off(debtor))
        if order:
            order(refund_id=came.pk)
        run_jobs()

        assert balances(receivable_account(debtor.pk), wallet_account(debtor.pk)) == [0, 0]
        assert Refund.objects.get(origin=came).amount_kobo == PRICE - DEBT


def test_both_at_once_take_no_more_than_there_is(chidi: CustomUser, gateway: Gateway, run_jobs: RunJobs) -> None:
    owing(chidi)
    came = give_back(called_off(chidi))

    race(lambda: return_to_card(refund_id=came.pk), lambda: collect_owed(user_id=chidi.pk))
    run_jobs()

    assert balances(receivable_account(chidi.pk), wallet_account(chidi.pk)) == [0, 0]


def test_job_that_gives_back_leaves_what_another_chargeback_lacks(
    chidi: CustomUser, gateway: Gateway, run_jobs: RunJobs
) -> None:
    chargeback = ChargebackFactory.create(attempt__payment__job__client=chidi, amount_kobo=DEBT)
    came = give_back(called_off(chidi))

    assert return_to_card(refund_id=came.pk) == PRICE - DEBT
    run_jobs()

    chargeback.refresh_from_db()
    assert (chargeback.held_kobo, balance_of(wallet_account(chidi.pk))) == (DEBT, 0)


@pytest.mark.parametrize("code", ["wallet_owes", "money_disputed"])
def test_nothing_goes_to_a_card_before_what_is_owed(
    code: str, paid: Checkout, job: Job, chidi: CustomUser, settings: Settings
) -> None:
    settings.CARD_MONEY_GOES_BACK = False
    payer = ApiClient(chidi)
    payer.post(f"/jobs/{job.pk}/cancel")
    if code == "wallet_owes":
        owing(chidi)
    else:
        ChargebackFactory.create(attempt__payment__job__client=chidi, amount_kobo=1)

    answer = payer.post(f"/payments/{paid.reference}/refund-to-card", {}, Idempotency_Key=new_key())

    assert (answer.status_code, answer.json()["code"]) == (409, code)
    assert balance_of(wallet_account(chidi.pk)) == paid.amount_kobo
    assert not Refund.objects.filter(destination="card").exists()


def test_wallet_that_owes_sends_nothing_to_a_bank(chidi: CustomUser) -> None:
    longer_ago = clock.now() - timedelta(hours=25)
    BankAccountFactory(user=chidi, verified_at=longer_ago, changed_at=longer_ago)
    fund_wallet(chidi.pk, INCOME)
    owing(chidi)
    chidi.set_password(PASSWORD)
    chidi.save(update_fields=["password"])
    proof = {"password": PASSWORD}

    for path, body in (("/wallet/withdrawals", {"amount_kobo": 10_000, **proof}), ("/me/final-withdrawal", proof)):
        with time_machine.travel(clock.now() + timedelta(days=40)):
            answer = ApiClient(chidi).post(path, body, Idempotency_Key=new_key())
        assert (answer.status_code, answer.json()["code"]) == (409, "wallet_owes")
    assert balance_of(wallet_account(chidi.pk)) == INCOME
