"""`kill -9` of worker and web at each named step of payouts and webhooks; then they are started again.

After the kill and after the restart the books are right; in the end nothing is stuck, and the gateway saw one transfer.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Literal, NamedTuple

import httpx
import pytest
import time_machine
from asgiref.sync import async_to_sync
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import BankAccount, CustomUser
from core import clock
from core import tasks as upkeep
from jobs.models import Job, JobStatus
from payment.models import (
    AccountKind,
    IdempotencyKey,
    LedgerTransaction,
    TransactionKind,
    WebhookEvent,
    WebhookStatus,
    Withdrawal,
    WithdrawalStatus,
)
from payment.services import payouts
from payment.services.accounts import escrow_account, system_account, wallet_account
from payment.services.ledger_check import check_books
from payment.services.payouts import FOR_STAFF, return_withdrawal
from payment.services.reconciliation import sweep_withdrawals
from tests.factories.accounts import PASSWORD
from tests.factories.payment import balance_of, pay_in
from tests.payment.conftest import Till, new_key
from tests.support.api_client import ApiClient
from tests.support.crashing import KILLED, Crash, Machine
from tests.support.gateway import Gateway
from tests.support.jobs import RunJobs
from tests.support.leases import lapse_leases

pytestmark = pytest.mark.django_db(transaction=True)

IN_FLIGHT = system_account(AccountKind.PAYOUTS_IN_FLIGHT)
OPENING, AMOUNT = 800_000, 500_000
PAYOUTS, ENDS = "payment.services.payouts", "payment.services.withdrawal_ends"
BATCHES = "payment.services.payout_batches"
HTTP = "payment.providers.http.ProviderHttp"
PAYMENTS, WEBHOOKS = "payment.services.payments", "payment.services.webhooks"


class Step(NamedTuple):
    """Where a process dies; for a payout, whether the provider has the transfer then or has yet to be called."""

    target: str
    when: Literal["before", "after"]
    call: int = 1
    ends: Literal["paid", "left to staff"] = "paid"

    @property
    def crash(self) -> Crash:
        return Crash(self.target, self.when, self.call)


REQUEST_STEPS = {
    "identity confirmed, nothing written": Step("payment.services.withdrawals.withdraw", "before"),
    "withdrawal written, not committed": Step("payment.services.withdrawals._create", "after"),
    "money moved, not committed": Step("payment.services.withdrawals.post", "after"),
    "job deferred, not committed": Step("payment.tasks.send_withdrawal.defer", "after"),
    "committed, answer neither kept nor given": Step("payment.services.withdrawals.withdraw", "after"),
}
PAYOUT_STEPS = {
    "job taken, nothing done": Step(f"{BATCHES}.send_withdrawal", "before"),
    "balance asked": Step(f"{PAYOUTS}._covered", "after"),
    "sending written, not committed": Step(f"{PAYOUTS}.move", "after"),
    # From here the provider may have been called: it is looked up for an hour, and then staff decide.
    "sending committed, provider not called": Step(f"{PAYOUTS}.begin_sending", "after", ends="left to staff"),
    "recipient registered, transfer not sent": Step(f"{HTTP}.post", "before", 2, ends="left to staff"),
    "transfer accepted, answer not read": Step(f"{HTTP}._read", "before", 3),
    "transfer accepted, answer read, not recorded": Step(f"{PAYOUTS}.apply_payout", "before"),
    "answer written, not committed": Step(f"{PAYOUTS}.sending_again", "after"),
    "answer committed, job not finished": Step(f"{BATCHES}.send_withdrawal", "after"),
}
TRANSFER_WEBHOOK_STEPS = {
    "job taken, nothing done": Step(f"{WEBHOOKS}.process_event", "before"),
    "provider asked, answer not read": Step(f"{HTTP}._read", "before"),
    "provider asked, nothing written": Step(f"{PAYOUTS}.apply_payout", "before"),
    "verdict written, nothing posted": Step(f"{ENDS}.move", "after"),
    "money posted, fee not": Step(f"{ENDS}.post", "after"),
    "all posted, nobody told": Step(f"{ENDS}._tell", "before"),
    "all written, not committed": Step(f"{ENDS}._tell", "after"),
    "committed, webhook still open": Step(f"{PAYOUTS}.apply_payout", "after"),
    "webhook closed, not committed": Step(f"{WEBHOOKS}.lock_webhook", "after"),
    "webhook closed, job not finished": Step(f"{WEBHOOKS}.process_event", "after"),
}
REVERSAL_STEPS = {
    name: step for name, step in TRANSFER_WEBHOOK_STEPS.items() if name not in {"money posted, fee not"}
} | {"money posted, nobody told": Step(f"{ENDS}.post", "after")}
CHARGE_WEBHOOK_STEPS = {
    "job taken, nothing done": Step(f"{WEBHOOKS}.process_event", "before"),
    "provider asked, answer not read": Step(f"{HTTP}._read", "before"),
    "provider asked, nothing written": Step(f"{PAYMENTS}.apply_verified_payment", "before"),
    "job, payment and attempt locked": Step(f"{PAYMENTS}.lock_attempt", "after"),
    "attempt written, nothing posted": Step(f"{PAYMENTS}.post", "before"),
    "money posted, fee not": Step(f"{PAYMENTS}.post", "after"),
    "fee posted, payment open": Step(f"{PAYMENTS}._post_fee", "after"),
    "payment written, job still waits": Step(f"{PAYMENTS}.settle_payment", "after"),
    "job opened, payer not told": Step(f"{PAYMENTS}.open_if_funded", "after"),
    "all written, not committed": Step(f"{PAYMENTS}.tell_payer", "after"),
    "committed, webhook still open": Step(f"{PAYMENTS}.apply_verified_payment", "after"),
    "webhook closed, not committed": Step(f"{WEBHOOKS}.lock_webhook", "after"),
    "webhook closed, job not finished": Step(f"{WEBHOOKS}.process_event", "after"),
}
RECEIPT_STEPS = {
    "request read, signature not checked": Step(f"{WEBHOOKS}.provider_named", "before"),
    "signature checked, nothing stored": Step(f"{WEBHOOKS}._store", "before"),
    "stored, not committed": Step(f"{WEBHOOKS}._store", "after"),
    "job deferred, not committed": Step("payment.tasks.process_webhook.defer", "after"),
    "committed, not answered": Step(f"{WEBHOOKS}.receive_webhook", "after"),
}


def each(steps: dict[str, Step]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("step", steps.values(), ids=steps)


@pytest.fixture
def worker(wale: CustomUser, bank_account: BankAccount) -> ApiClient:
    """Wale, with 8,000 naira and a bank account that has been his for a day."""
    CustomUser.objects.filter(pk=wale.pk).update(password=_hashed(wale))
    pay_in(wale.pk, OPENING, channel="bank_transfer")
    return ApiClient(wale)


@pytest.fixture
def restart(machine: Machine, run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """A new worker, after the old one was found to be dead."""

    def again() -> None:
        assert_books_are_right()
        monkeypatch.setattr(upkeep, "DEAD_AFTER_SECONDS", 0)
        async_to_sync(upkeep.retry_stalled_jobs.func)(timestamp=0)
        run_jobs(allow_failures=True)
        assert_books_are_right()

    return again


def _hashed(user: CustomUser) -> str:
    user.set_password(PASSWORD)
    return user.password


def ask(worker: ApiClient) -> None:
    body = {"amount_kobo": AMOUNT, "password": PASSWORD}
    assert worker.post("/wallet/withdrawals", body, Idempotency_Key=new_key()).status_code == 201


def assert_books_are_right() -> None:
    assert check_books().findings == []


def assert_nothing_is_stuck() -> None:
    assert not ProcrastinateJob.objects.filter(status="doing").exists()
    assert not WebhookEvent.objects.exclude(status=WebhookStatus.PROCESSED).exists()
    assert not Withdrawal.objects.filter(finished_at__isnull=True).exists()
    assert balance_of(IN_FLIGHT) == 0
    assert_books_are_right()


def assert_one_transfer(gateway: Gateway) -> None:
    (transfer,) = gateway.transfers()
    assert (transfer["amount_kobo"], transfer["repeats"]) == (AMOUNT, 0)


def settle(gateway: Gateway, run_jobs: RunJobs, verdict: str = "success") -> None:
    """The provider decides, and says so."""
    gateway.settle_transfer(Withdrawal.objects.get().reference, verdict)
    gateway.post_webhooks(Client())
    run_jobs()


@each(REQUEST_STEPS)
def test_m7_m9_web_killed_while_a_withdrawal_is_asked_for_takes_the_money_once(
    step: Step, worker: ApiClient, gateway: Gateway, machine: Machine, run_jobs: RunJobs, restart: Callable[[], None]
) -> None:
    """The caller heard nothing and asks again with the same Idempotency-Key, once the dead call's lease has lapsed."""
    body, key = {"amount_kobo": AMOUNT, "password": PASSWORD}, new_key()

    def asked(base_url: str) -> None:
        headers = {"Authorization": f"Bearer {worker.token}", "Idempotency-Key": key}
        with httpx.Client(trust_env=False) as caller, pytest.raises(httpx.HTTPError):
            caller.post(f"{base_url}/api/wallet/withdrawals", json=body, headers=headers, timeout=30)

    assert machine.serve(asked, step.crash) == KILLED
    assert_books_are_right()

    lapse_leases()
    again = worker.post("/wallet/withdrawals", body, Idempotency_Key=key)
    restart()
    settle(gateway, run_jobs)

    assert again.status_code == 201
    assert IdempotencyKey.objects.get().resource == Withdrawal.objects.get().reference
    assert balance_of(wallet_account(worker.user.pk)) == OPENING - AMOUNT  # type: ignore[union-attr]
    assert_one_transfer(gateway)
    assert_nothing_is_stuck()


@each(PAYOUT_STEPS)
def test_m7_worker_killed_while_it_pays_out_pays_out_once(
    step: Step, worker: ApiClient, gateway: Gateway, machine: Machine, run_jobs: RunJobs, restart: Callable[[], None]
) -> None:
    ask(worker)

    assert machine.work(step.crash) == KILLED
    assert ProcrastinateJob.objects.get().status == "doing"
    restart()

    if step.ends == "paid":
        settle(gateway, run_jobs)
        assert Withdrawal.objects.get().status == WithdrawalStatus.PAID
        assert_one_transfer(gateway)
    else:
        with time_machine.travel(clock.now() + timedelta(minutes=65)):
            sweep_withdrawals()
        withdrawal = Withdrawal.objects.get()
        assert (withdrawal.status, withdrawal.message) == (WithdrawalStatus.UNKNOWN, FOR_STAFF)
        assert gateway.transfers() == []
        return_withdrawal(withdrawal_id=withdrawal.pk, message="Not at the provider.")
    paid_out = AMOUNT if step.ends == "paid" else 0
    assert balance_of(wallet_account(worker.user.pk)) == OPENING - paid_out  # type: ignore[union-attr]
    assert_nothing_is_stuck()


@each(TRANSFER_WEBHOOK_STEPS)
def test_m7_m8_worker_killed_while_it_books_a_payout_books_it_once(
    step: Step, worker: ApiClient, gateway: Gateway, machine: Machine, run_jobs: RunJobs, restart: Callable[[], None]
) -> None:
    ask(worker)
    run_jobs()
    gateway.settle_transfer(Withdrawal.objects.get().reference, "success")
    gateway.post_webhooks(Client())

    assert machine.work(step.crash) == KILLED
    restart()

    assert Withdrawal.objects.get().status == WithdrawalStatus.PAID
    assert balance_of(wallet_account(worker.user.pk)) == OPENING - AMOUNT  # type: ignore[union-attr]
    assert_one_transfer(gateway)
    assert_nothing_is_stuck()


@each(REVERSAL_STEPS)
def test_m7_m8_worker_killed_while_a_paid_payout_comes_back_returns_it_once(
    step: Step, worker: ApiClient, gateway: Gateway, machine: Machine, run_jobs: RunJobs, restart: Callable[[], None]
) -> None:
    ask(worker)
    run_jobs()
    settle(gateway, run_jobs)
    gateway.settle_transfer(Withdrawal.objects.get().reference, "reversed")
    gateway.post_webhooks(Client())

    assert machine.work(step.crash) == KILLED
    restart()

    assert Withdrawal.objects.get().status == WithdrawalStatus.REVERSED
    assert balance_of(wallet_account(worker.user.pk)) == OPENING  # type: ignore[union-attr]
    assert_one_transfer(gateway)
    assert_nothing_is_stuck()


@each(CHARGE_WEBHOOK_STEPS)
def test_m6_m8_worker_killed_while_it_books_a_payment_credits_it_once(
    step: Step, till: Till, chidi: CustomUser, job: Job, machine: Machine, restart: Callable[[], None]
) -> None:
    checkout = till.start(ApiClient(chidi), job)
    till.pay(checkout)
    till.webhook(checkout)

    assert machine.work(step.crash) == KILLED
    restart()

    assert_credited_once(job)


@each(RECEIPT_STEPS)
def test_m8_web_killed_while_it_receives_a_webhook_gets_it_again(
    step: Step, till: Till, chidi: CustomUser, job: Job, machine: Machine, restart: Callable[[], None]
) -> None:
    checkout = till.start(ApiClient(chidi), job)
    till.pay(checkout)

    def delivered(base_url: str) -> None:
        till.gateway.mode(webhook_base_url=base_url)
        till.gateway.send_webhooks()

    assert machine.serve(delivered, step.crash) == KILLED
    (unanswered,) = till.gateway.deliveries(reference=checkout.attempt_reference)
    assert (unanswered.state, unanswered.last_status) == ("waiting", None)
    assert machine.serve(delivered) == 0
    restart()

    (answered,) = till.gateway.deliveries(reference=checkout.attempt_reference)
    assert (answered.state, answered.last_status) == ("delivered", 200)
    assert WebhookEvent.objects.count() == 1
    assert_credited_once(job)


def assert_credited_once(job: Job) -> None:
    job.refresh_from_db()
    assert job.status == JobStatus.UPCOMING
    assert balance_of(escrow_account(job.pk)) == job.price_kobo
    assert balance_of(wallet_account(job.client_id)) == 0
    for kind in (TransactionKind.FUNDING, TransactionKind.PROVIDER_FEE):
        assert LedgerTransaction.objects.filter(kind=kind).count() == 1
    assert_nothing_is_stuck()


def test_control_a_worker_that_does_not_look_first_sends_the_transfer_again(
    worker: ApiClient,
    gateway: Gateway,
    machine: Machine,
    restart: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without the move from requested to sending as the ticket for the one call."""
    ask(worker)
    assert machine.work(PAYOUT_STEPS["transfer accepted, answer not read"].crash) == KILLED

    monkeypatch.setattr(payouts, "begin_sending", lambda withdrawal_id, *, sent_at: True)
    restart()

    assert gateway.transfers()[0]["repeats"] == 1


def test_control_without_the_upkeep_the_job_of_a_killed_worker_stays_taken(
    worker: ApiClient, gateway: Gateway, machine: Machine, run_jobs: RunJobs
) -> None:
    ask(worker)
    assert machine.work(PAYOUT_STEPS["balance asked"].crash) == KILLED

    assert run_jobs() == 0
    assert ProcrastinateJob.objects.get().status == "doing"
    assert Withdrawal.objects.get().status == WithdrawalStatus.REQUESTED
