"""Sweeps: one poisoned row stops nothing, a silent provider costs three questions, and what is late is asked about."""

import json
from datetime import timedelta

import pytest
import time_machine

from accounts.models import BankAccount, CustomUser
from core import clock
from jobs.models import Job, JobStatus
from payment.models import Payment, PaymentAttempt, Withdrawal
from payment.providers.base import ProviderUnreachable
from payment.services import sweeping
from payment.services.payouts import send_transfer
from payment.services.reconciliation import sweep_payments, sweep_withdrawals
from payment.services.sweeping import Row, ask_each
from payment.services.withdrawals import withdraw
from tests.factories.jobs import JobFactory
from tests.factories.payment import fund_wallet
from tests.payment.conftest import Till, alerts
from tests.performance.plans import captured_statements, explain, only_by_indexes, scanned_tables
from tests.support.api_client import ApiClient
from tests.support.books import owner
from tests.support.gateway import Gateway

pytestmark = pytest.mark.django_db(transaction=True)


def row(number: int, provider: str = "paystack") -> Row:
    return Row(PaymentAttempt, number, provider, f"ref-{number}")


def test_m1_a_poisoned_row_keeps_no_other_waiting(till: Till, chidi: CustomUser, job: Job) -> None:
    payer = ApiClient(chidi)
    poisoned = till.start(payer, job)
    other = till.start(payer, JobFactory(client=chidi, status=JobStatus.PENDING))
    for checkout in (poisoned, other):
        till.pay(checkout)
    nothing = {"id": 1, "domain": "test", "status": "success", "currency": "NGN", "amount": 0}
    answer = {"status": True, "message": "ok", "data": nothing | {"reference": poisoned.attempt_reference}}
    till.gateway.fault("answer_before", operation="verify", value=f"200 {json.dumps(answer)}")

    with time_machine.travel(clock.now() + timedelta(minutes=3)):
        sweep_payments()

    attempts = PaymentAttempt.objects.order_by("pk")
    assert list(attempts.values_list("status", flat=True)) == ["pending", "succeeded"]
    # It is not the first again.
    assert attempts[0].checked_at is not None


def test_whatever_a_row_raises_the_rows_after_it_are_asked_about() -> None:
    asked: list[str] = []

    def check(provider: str, reference: str) -> None:
        asked.append(reference)
        if reference == "ref-1":
            raise ValueError("a row like no other")

    for _ in range(2):
        ask_each([row(1), row(2)], check)

    assert asked == ["ref-1", "ref-2"] * 2
    assert alerts() == ["row_not_reconciled"]


def test_h6_a_silent_provider_is_left_alone_after_three_questions_and_the_other_is_not() -> None:
    asked: list[str] = []

    def check(provider: str, reference: str) -> None:
        asked.append(provider)
        if provider == "paystack":
            raise ProviderUnreachable("silent")

    ask_each([*[row(number) for number in range(6)], row(7, "flutterwave")], check)

    assert asked == ["paystack"] * 3 + ["flutterwave"]


def test_h6_a_sweep_ends_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "BUDGET_SECONDS", 0.0)

    assert ask_each([row(1)], lambda provider, reference: None) == 0


def test_m7_a_reversal_on_day_five_whose_webhook_was_lost_is_found(
    wale: CustomUser, bank_account: BankAccount, gateway: Gateway
) -> None:
    fund_wallet(wale.pk, 800_000)
    withdrawal = withdraw(user_id=wale.pk, amount_kobo=500_000)
    send_transfer(withdrawal_id=withdrawal.pk)
    gateway.settle_transfer(withdrawal.reference, "success")
    with time_machine.travel(clock.now() + timedelta(minutes=3)):
        sweep_withdrawals()
    gateway.settle_transfer(withdrawal.reference, "reversed")

    with time_machine.travel(clock.now() + timedelta(days=5)):
        sweep_withdrawals()

    assert Withdrawal.objects.get().status == "reversed"


def test_a_fresh_attempt_of_an_old_payment_that_was_given_up_is_asked_about(
    till: Till, chidi: CustomUser, job: Job
) -> None:
    checkout = till.start(ApiClient(chidi), job)
    PaymentAttempt.objects.update(status="abandoned")
    Payment.objects.update(status="abandoned")
    with owner() as own:
        own.execute("UPDATE payment_payment SET created_at = created_at - interval '40 days'")
    # Paid after all, and the webhook was lost.
    till.pay(checkout)

    with time_machine.travel(clock.now() + timedelta(hours=2)):
        sweep_payments()

    assert PaymentAttempt.objects.get().status == "succeeded"
    job.refresh_from_db()
    assert job.status == JobStatus.UPCOMING


def test_attempts_given_up_of_late_are_found_by_an_index(db: None) -> None:
    with captured_statements() as captured:
        sweep_payments()

    for sql, params in captured.statements:
        with only_by_indexes():
            assert scanned_tables(explain(sql, params)) == set(), sql


def test_an_old_row_is_asked_about_ever_less_often(till: Till, chidi: CustomUser, job: Job) -> None:
    till.start(ApiClient(chidi), job)
    asked = []

    for minutes in range(2, 60, 2):
        with time_machine.travel(clock.now() + timedelta(minutes=minutes)):
            asked.append(sweep_payments())

    assert sum(asked[:5]) == 4
    assert sum(asked[-10:]) <= 3
