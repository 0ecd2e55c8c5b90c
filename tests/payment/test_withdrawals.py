"""M7 from the outside: money leaves the wallet once, arrives once, or comes back once."""

from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from django.test import Client

from accounts.models import BankAccount, CustomUser
from core import clock
from core.errors import InvalidState
from payment.models import AccountKind, Wallet, Withdrawal, WithdrawalStatus
from payment.services.accounts import provider_balance, system_account, wallet_account
from payment.services.payouts import (
    FOR_STAFF,
    WAITS_FOR_APPROVAL,
    WAITS_FOR_BALANCE,
    return_withdrawal,
    send_transfer,
)
from payment.services.periods import in_lagos
from payment.services.reconciliation import sweep_withdrawals
from payment.services.withdrawals import withdraw
from tests.factories.accounts import PASSWORD
from tests.factories.payment import balance_of, fund_wallet
from tests.payment.conftest import alerts, new_key
from tests.support.api_client import ApiClient, ApiResponse
from tests.support.books import without_constraint
from tests.support.gateway import Gateway
from tests.support.jobs import RunJobs
from tests.support.races import race

pytestmark = pytest.mark.django_db(transaction=True)

IN_FLIGHT = system_account(AccountKind.PAYOUTS_IN_FLIGHT)
AMOUNT = 500_000


@pytest.fixture
def worker(wale: CustomUser, bank_account: BankAccount) -> ApiClient:
    """Wale, with 8,000 naira and a bank account that has been his for a day."""
    wale.set_password(PASSWORD)
    CustomUser.objects.filter(pk=wale.pk).update(password=wale.password)
    fund_wallet(wale.pk, 800_000)
    return ApiClient(wale)


def ask(worker: ApiClient, *, amount_kobo: object = AMOUNT, key: str = "", **proof: str) -> ApiResponse:
    body = {"amount_kobo": amount_kobo, **(proof or {"password": PASSWORD})}
    return worker.post("/wallet/withdrawals", body, Idempotency_Key=key or new_key())


def wallet_kobo(worker: ApiClient) -> int:
    assert worker.user is not None
    return balance_of(wallet_account(worker.user.pk))


def the_withdrawal() -> Withdrawal:
    return Withdrawal.objects.get()


def hear(gateway: Gateway, run_jobs: RunJobs) -> None:
    """The provider's webhooks arrive and are processed."""
    gateway.post_webhooks(Client())
    run_jobs()


def later(**by: int) -> time_machine.travel:
    return time_machine.travel(clock.now() + timedelta(**by))


def test_a_withdrawal_leaves_the_wallet_at_once_and_shows_a_masked_account(
    worker: ApiClient, bank_account: BankAccount
) -> None:
    answer = ask(worker)

    body = answer.json()
    assert answer.status_code == 201, answer.content
    assert (body["status"], body["amount_kobo"]) == ("requested", AMOUNT)
    assert body["account_number"] == "******" + bank_account.account_number[-4:]
    assert wallet_kobo(worker) == 300_000
    assert balance_of(IN_FLIGHT) == AMOUNT


def test_a_withdrawal_is_sent_and_paid_when_the_webhook_says_so(
    worker: ApiClient, gateway: Gateway, run_jobs: RunJobs
) -> None:
    ask(worker)
    run_jobs()
    sent = the_withdrawal()
    assert sent.status == WithdrawalStatus.SENDING

    gateway.settle_transfer(sent.reference, "success")
    hear(gateway, run_jobs)

    paid = the_withdrawal()
    fee_kobo = paid.provider_fee_kobo or 0
    assert paid.status == WithdrawalStatus.PAID
    assert balance_of(IN_FLIGHT) == 0
    # The funding of the factory is the only other thing on this account.
    assert balance_of(provider_balance("paystack")) == -800_000 + AMOUNT + fee_kobo
    assert gateway.transfer(paid.reference)["amount_kobo"] == AMOUNT


@pytest.mark.parametrize("verdict", ["failed", "reversed", "blocked", "rejected"])
def test_a_withdrawal_that_fails_comes_back_exactly_once(
    verdict: str, worker: ApiClient, gateway: Gateway, run_jobs: RunJobs
) -> None:
    ask(worker)
    run_jobs()

    gateway.settle_transfer(the_withdrawal().reference, verdict)
    hear(gateway, run_jobs)
    with later(minutes=10):
        sweep_withdrawals()

    assert the_withdrawal().status == WithdrawalStatus.FAILED
    assert wallet_kobo(worker) == 800_000
    assert balance_of(IN_FLIGHT) == 0


def test_a_paid_withdrawal_can_be_reversed_and_comes_back_exactly_once(
    worker: ApiClient, gateway: Gateway, run_jobs: RunJobs
) -> None:
    ask(worker)
    run_jobs()
    reference = the_withdrawal().reference
    gateway.settle_transfer(reference, "success")
    hear(gateway, run_jobs)

    gateway.settle_transfer(reference, "reversed")
    hear(gateway, run_jobs)

    assert the_withdrawal().status == WithdrawalStatus.REVERSED
    assert wallet_kobo(worker) == 800_000
    assert balance_of(IN_FLIGHT) == 0


def test_a_reversal_for_an_account_closed_meanwhile_is_told_to_staff(
    worker: ApiClient, gateway: Gateway, run_jobs: RunJobs
) -> None:
    ask(worker)
    run_jobs()
    for verdict in ("success", "reversed"):
        gateway.settle_transfer(the_withdrawal().reference, verdict)
        hear(gateway, run_jobs)
        CustomUser.objects.filter(pk=the_withdrawal().wallet.user_id).update(is_active=False)

    assert the_withdrawal().status == WithdrawalStatus.REVERSED
    assert alerts() == ["money_for_a_closed_account"]


def test_a_reversal_whose_webhook_is_lost_is_found_by_asking(
    worker: ApiClient, gateway: Gateway, run_jobs: RunJobs
) -> None:
    ask(worker)
    run_jobs()
    reference = the_withdrawal().reference
    gateway.settle_transfer(reference, "success")
    hear(gateway, run_jobs)
    gateway.fault("drop_webhook")
    gateway.settle_transfer(reference, "reversed")

    with later(hours=7):
        sweep_withdrawals()

    assert the_withdrawal().status == WithdrawalStatus.REVERSED
    assert wallet_kobo(worker) == 800_000
    # The fee came back with it: our balance there is what was put in.
    assert balance_of(provider_balance("paystack")) == -800_000


def test_webhooks_of_a_reversal_in_the_wrong_order_end_alike(
    worker: ApiClient, gateway: Gateway, run_jobs: RunJobs
) -> None:
    ask(worker)
    run_jobs()
    reference = the_withdrawal().reference
    gateway.settle_transfer(reference, "success")
    gateway.settle_transfer(reference, "reversed")

    for delivery in reversed(gateway.deliveries(reference=reference, state="waiting")):
        gateway.post_webhook(Client(), delivery)
        run_jobs()

    assert the_withdrawal().status in {WithdrawalStatus.FAILED, WithdrawalStatus.REVERSED}
    assert wallet_kobo(worker) == 800_000


@pytest.mark.parametrize("fault", ["drop_answer", "error_5xx_after_effect"])
def test_m7_a_transfer_of_unknown_outcome_is_looked_up_and_never_sent_again(
    fault: str, worker: ApiClient, gateway: Gateway, run_jobs: RunJobs
) -> None:
    gateway.fault(fault, operation="transfer")
    ask(worker)
    run_jobs(allow_failures=True)
    unknown = the_withdrawal()
    assert unknown.status == WithdrawalStatus.UNKNOWN

    with later(minutes=5):
        sweep_withdrawals()
    gateway.settle_transfer(unknown.reference, "success")
    hear(gateway, run_jobs)

    assert the_withdrawal().status == WithdrawalStatus.PAID
    assert [row["reference"] for row in gateway.transfers()] == [unknown.reference]
    assert gateway.transfer(unknown.reference)["repeats"] == 0


def test_m7_a_transfer_that_the_provider_never_saw_is_left_to_staff_and_can_be_returned(
    worker: ApiClient, gateway: Gateway, run_jobs: RunJobs
) -> None:
    gateway.fault("drop_request", operation="transfer")
    ask(worker)
    run_jobs(allow_failures=True)

    with later(minutes=5):
        sweep_withdrawals()
    waiting = the_withdrawal()
    with later(minutes=65):
        sweep_withdrawals()
        sweep_withdrawals()
    for_staff = the_withdrawal()

    assert (waiting.status, for_staff.status) == (WithdrawalStatus.UNKNOWN, WithdrawalStatus.UNKNOWN)
    assert for_staff.message == FOR_STAFF
    assert gateway.transfers() == []

    return_withdrawal(withdrawal_id=for_staff.pk, message="Not at the provider.")

    assert the_withdrawal().status == WithdrawalStatus.FAILED
    assert wallet_kobo(worker) == 800_000


@pytest.mark.parametrize("fault", ["", "drop_answer"])
def test_m7_a_transfer_that_the_provider_may_have_is_not_returned_by_staff(
    fault: str, worker: ApiClient, gateway: Gateway, run_jobs: RunJobs
) -> None:
    if fault:
        gateway.fault(fault, operation="transfer")
    ask(worker)
    run_jobs(allow_failures=True)

    sent_at = the_withdrawal().sent_at
    assert sent_at is not None
    until = in_lagos(sent_at + timedelta(hours=1))
    why = f"it is looked up until {until}, and returned after that" if fault else "its verdict is waited for"
    with pytest.raises(InvalidState, match=why):
        return_withdrawal(withdrawal_id=the_withdrawal().pk, message="I see nothing.")

    assert the_withdrawal().status == (WithdrawalStatus.UNKNOWN if fault else WithdrawalStatus.SENDING)
    assert wallet_kobo(worker) == 800_000 - AMOUNT


def test_m7_a_withdrawal_that_waits_for_balance_can_be_returned(
    worker: ApiClient, gateway: Gateway, run_jobs: RunJobs
) -> None:
    gateway.set_balance(AMOUNT - 1)
    ask(worker)
    run_jobs()

    return_withdrawal(withdrawal_id=the_withdrawal().pk, message="No money here for days.")
    gateway.set_balance(100_000_000)
    with later(minutes=5):
        sweep_withdrawals()
        run_jobs()

    assert the_withdrawal().status == WithdrawalStatus.FAILED
    assert wallet_kobo(worker) == 800_000
    assert gateway.transfers() == []


def test_m7_a_worker_killed_before_the_call_leaves_no_second_transfer(
    worker: ApiClient, gateway: Gateway, run_jobs: RunJobs
) -> None:
    ask(worker)
    Withdrawal.objects.update(status=WithdrawalStatus.SENDING, sent_at=clock.now())

    run_jobs()

    assert the_withdrawal().status == WithdrawalStatus.UNKNOWN
    assert gateway.transfers() == []


def test_m7_a_withdrawal_sent_by_eight_workers_at_once_is_one_transfer(worker: ApiClient, gateway: Gateway) -> None:
    ask(worker)
    withdrawal_id = the_withdrawal().pk

    race(*[lambda: send_transfer(withdrawal_id=withdrawal_id)] * 8)

    assert len(gateway.transfers()) == 1
    assert gateway.transfers()[0]["repeats"] == 0


def test_a_rate_limited_transfer_is_sent_later_under_the_same_reference(
    worker: ApiClient, gateway: Gateway, run_jobs: RunJobs
) -> None:
    gateway.fault("rate_limited", operation="transfer")
    ask(worker)
    run_jobs(allow_failures=True)
    held = the_withdrawal()
    assert (held.status, held.message[:9]) == (WithdrawalStatus.SENDING, "not sent:")

    with later(minutes=5):
        sweep_withdrawals()

    assert [row["reference"] for row in gateway.transfers()] == [held.reference]


def test_an_empty_provider_balance_keeps_the_withdrawal_queued(
    worker: ApiClient, gateway: Gateway, run_jobs: RunJobs
) -> None:
    gateway.set_balance(AMOUNT - 1)
    ask(worker)
    run_jobs()
    queued = the_withdrawal()
    assert (queued.status, queued.message) == (WithdrawalStatus.REQUESTED, WAITS_FOR_BALANCE)

    gateway.set_balance(100_000_000)
    with later(minutes=5):
        sweep_withdrawals()
        run_jobs()

    assert the_withdrawal().status == WithdrawalStatus.SENDING


def test_a_balance_that_covers_the_sum_but_not_the_fee_is_told_to_staff_once(
    worker: ApiClient, gateway: Gateway, run_jobs: RunJobs
) -> None:
    gateway.set_balance(AMOUNT)
    ask(worker)
    run_jobs()
    held = the_withdrawal()
    assert (held.status, held.message[:9]) == (WithdrawalStatus.SENDING, "not sent:")
    for minutes in (5, 10, 15):
        with later(minutes=minutes):
            sweep_withdrawals()
    assert alerts() == ["provider_balance_too_low"]

    gateway.set_balance(100_000_000)
    with later(minutes=40):
        sweep_withdrawals()

    assert [row["reference"] for row in gateway.transfers()] == [held.reference]


def test_a_transfer_that_the_provider_refuses_comes_back(
    worker: ApiClient, gateway: Gateway, run_jobs: RunJobs
) -> None:
    BankAccount.objects.update(bank_code="no-such")
    ask(worker)

    run_jobs()

    # Not before a look-up that finds nothing either.
    assert the_withdrawal().status == WithdrawalStatus.SENDING
    with later(minutes=3):
        sweep_withdrawals()

    assert the_withdrawal().status == WithdrawalStatus.FAILED
    assert wallet_kobo(worker) == 800_000


def test_an_otp_transfer_that_is_abandoned_comes_back(worker: ApiClient, gateway: Gateway, run_jobs: RunJobs) -> None:
    gateway.fault("transfer_otp")
    ask(worker)
    run_jobs()
    assert (the_withdrawal().status, the_withdrawal().message) == (WithdrawalStatus.SENDING, WAITS_FOR_APPROVAL)
    with later(minutes=5):
        sweep_withdrawals()
    # Once, however often it is asked about.
    assert alerts() == ["transfer_waits_for_approval"]

    gateway.settle_transfer(the_withdrawal().reference, "abandoned")
    with later(minutes=10):
        sweep_withdrawals()

    assert the_withdrawal().status == WithdrawalStatus.FAILED
    assert wallet_kobo(worker) == 800_000


def test_flutterwave_pays_out_too(
    worker: ApiClient, gateway: Gateway, run_jobs: RunJobs, settings: pytest.FixtureRequest
) -> None:
    settings.PAYOUT_PROVIDER = "flutterwave"  # type: ignore[attr-defined]
    ask(worker)
    run_jobs()

    gateway.settle_transfer(the_withdrawal().reference, "success")
    hear(gateway, run_jobs)

    assert (the_withdrawal().provider, the_withdrawal().status) == ("flutterwave", WithdrawalStatus.PAID)


@pytest.mark.parametrize(
    ("amount_kobo", "status", "code"),
    [
        (800_001, 409, "insufficient_funds"),
        (9_999, 422, "below_minimum"),
        (0, 422, "invalid_input"),
        (-1, 422, "invalid_input"),
        (True, 422, "invalid_input"),
        ("500000", 422, "invalid_input"),
    ],
)
def test_a_refused_amount_moves_nothing(amount_kobo: object, status: int, code: str, worker: ApiClient) -> None:
    answer = ask(worker, amount_kobo=amount_kobo)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert wallet_kobo(worker) == 800_000
    assert not Withdrawal.objects.exists()


def test_a_wrong_password_moves_nothing(worker: ApiClient) -> None:
    answer = ask(worker, password="wrong password")

    assert (answer.status_code, answer.json()["code"]) == (403, "identity_not_confirmed")
    assert not Withdrawal.objects.exists()


def test_a_bank_account_changed_within_a_day_is_on_hold(worker: ApiClient, bank_account: BankAccount) -> None:
    BankAccount.objects.filter(pk=bank_account.pk).update(changed_at=clock.now() - timedelta(hours=23))

    answer = ask(worker)

    assert (answer.status_code, answer.json()["code"]) == (409, "bank_account_on_hold")


def test_without_a_verified_bank_account_there_is_nowhere_to_send_it(
    worker: ApiClient, bank_account: BankAccount
) -> None:
    BankAccount.objects.filter(pk=bank_account.pk).update(verified_at=None)

    answer = ask(worker)

    assert (answer.status_code, answer.json()["code"]) == (409, "no_bank_account")


def test_a_second_withdrawal_waits_for_the_first(worker: ApiClient) -> None:
    ask(worker, amount_kobo=100_000)

    second = ask(worker, amount_kobo=100_000)

    assert (second.status_code, second.json()["code"]) == (409, "withdrawal_in_flight")
    assert wallet_kobo(worker) == 700_000


def test_m7_twenty_withdrawals_at_once_are_one(worker: ApiClient) -> None:
    assert worker.user is not None
    user_id = worker.user.pk

    outcomes = race(*[lambda: withdraw(user_id=user_id, amount_kobo=100_000)] * 20)

    assert sum(isinstance(outcome, Withdrawal) for outcome in outcomes) == 1
    assert wallet_kobo(worker) == 700_000


def test_control_without_lock_and_constraint_parallel_withdrawals_are_several(worker: ApiClient) -> None:
    """The check alone, as the service would do it without its lock, with everybody between check and write at once."""
    assert worker.user is not None
    all_have_looked = Barrier(8)
    wallet = Wallet.objects.get(user=worker.user)

    def unguarded() -> Withdrawal:
        if wallet.withdrawals.exists():
            raise AssertionError("seen in time")
        all_have_looked.wait(timeout=30)
        return Withdrawal.objects.create(
            wallet=wallet,
            reference=f"wdr-{new_key().zfill(20)}",
            amount_kobo=100_000,
            provider="paystack",
            bank_code="058",
            bank_name="GTBank",
            account_number="0123456789",
            account_name="Wale",
            created_at=clock.now(),
        )

    with without_constraint("payment_withdrawal", "payment_withdrawal_one_in_flight"):
        outcomes = race(*[unguarded] * 8)
        made = sum(isinstance(outcome, Withdrawal) for outcome in outcomes)

    assert made == 8


def test_only_the_owner_sees_a_withdrawal(worker: ApiClient, sade: CustomUser) -> None:
    withdrawal_id = ask(worker).json()["id"]

    own = worker.get(f"/wallet/withdrawals/{withdrawal_id}")
    strangers = ApiClient(sade).get(f"/wallet/withdrawals/{withdrawal_id}")

    assert (own.status_code, strangers.status_code) == (200, 404)
    assert ApiClient(sade).get("/wallet/withdrawals").json() == {"items": [], "next_cursor": None}
