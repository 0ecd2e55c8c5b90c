"""No webhook arrives, of any kind, at either provider: what it told is found by asking all the same."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction

from accounts.models import BankAccount, CustomUser
from core import clock
from jobs.models import Job, JobStatus
from payment.models import (
    Chargeback,
    Deposit,
    LedgerTransaction,
    PaymentAttempt,
    Refund,
    VirtualAccount,
    Withdrawal,
)
from payment.providers.base import NoticeKind
from payment.providers.registry import provider_named
from payment.services.accounts import wallet_account
from payment.services.chargeback_sweep import sweep_chargebacks
from payment.services.deposit_sweep import sweep_deposits
from payment.services.foreign_refund_sweep import LOOKS_BACK, sweep_foreign_refunds
from payment.services.ledger_check import check_books
from payment.services.payments import check_attempt
from payment.services.payouts import send_transfer
from payment.services.reconciliation import sweep_payments, sweep_refunds, sweep_withdrawals
from payment.services.refunds import check_refunds
from payment.services.staff_moves import approve_move, propose_suspense
from payment.services.withdrawals import withdraw
from tests.factories.accounts import UserFactory
from tests.factories.jobs import JobFactory
from tests.factories.payment import balance_of, fund_wallet
from tests.payment.conftest import Checkout, Till, alerts, new_key
from tests.support.api_client import ApiClient
from tests.support.jobs import RunJobs

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.parametrize("provider", ["paystack", "flutterwave"]),
]

LATER = timedelta(minutes=20)


class Scene:
    """Chidi pays, Wale is paid out, at one provider, of whose webhooks none is ever handed over."""

    def __init__(self, provider: str, till: Till, chidi: CustomUser, wale: CustomUser, run_jobs: RunJobs) -> None:
        self.provider, self.till, self.chidi, self.wale, self.run_jobs = provider, till, chidi, wale, run_jobs
        self.gateway = till.gateway
        self.payer = ApiClient(chidi)
        self.gateway.set_balance(100_000_000, provider=provider)

    def pay(self, job: Job) -> Checkout:
        checkout = self.till.start(self.payer, job, self.provider)
        self.till.pay(checkout)
        return checkout

    def paid_late(self, job: Job) -> Checkout:
        """The money is in the wallet: it came after the job was called off."""
        checkout = self.pay(job)
        Job.objects.filter(pk=job.pk).update(status=JobStatus.CANCELED, canceled_at=clock.now())
        check_attempt(provider=self.provider, reference=checkout.attempt_reference)
        return checkout

    def refund_in_dashboard(self, checkout: Checkout, amount_kobo: int) -> None:
        attempt = PaymentAttempt.objects.get(reference=checkout.attempt_reference)
        self.give_back(attempt.reference, attempt.provider_id, amount_kobo)

    def give_back(self, reference: str, charge_id: str, amount_kobo: int) -> None:
        provider_named(self.provider).refund(
            reference=reference, charge_id=charge_id, amount_kobo=amount_kobo, note="By hand"
        )
        self.carry_out()

    def carry_out(self) -> None:
        for row in self.gateway.state()["refunds"]:
            for _ in range(2):
                if row["status"] in {"pending", "processing"}:
                    row = self.gateway.settle_refund(row["reference"])

    def account(self) -> VirtualAccount:
        self.chidi.profile.phone = "+2348031234567"
        with transaction.atomic():
            self.chidi.profile.save(update_fields=["phone"])
        body = [{"kind": "bvn", "number": "22212345678"}] if self.provider == "flutterwave" else []
        self.payer.post("/wallet/virtual-account", *body)
        self.run_jobs()
        return VirtualAccount.objects.get(status="active")

    def deposit(self, amount_kobo: int) -> tuple[str, str]:
        """Somebody sends money to Chidi's number. Its reference here, and the provider's number of it."""
        account = self.account()
        reference = self.gateway.deposit(account.account_number, amount_kobo)
        number = str(self.gateway.charge(reference)["id"])
        return (f"{account.reference}.{number}" if self.provider == "flutterwave" else reference), number


@pytest.fixture
def scene(
    provider: str,
    till: Till,
    chidi: CustomUser,
    wale: CustomUser,
    bank_account: BankAccount,
    run_jobs: RunJobs,
    settings: Any,
) -> Scene:
    settings.PAYOUT_PROVIDER = settings.VIRTUAL_ACCOUNT_PROVIDER = provider
    return Scene(provider, till, chidi, wale, run_jobs)


def charge(scene: Scene, job: Job) -> str:
    scene.pay(job)
    with time_machine.travel(clock.now() + LATER):
        sweep_payments()
    return PaymentAttempt.objects.get().status


def transfer(scene: Scene, job: Job) -> str:
    fund_wallet(scene.wale.pk, 800_000)
    withdrawal = withdraw(user_id=scene.wale.pk, amount_kobo=500_000)
    send_transfer(withdrawal_id=withdrawal.pk)
    scene.gateway.settle_transfer(withdrawal.reference, "success")
    with time_machine.travel(clock.now() + LATER):
        sweep_withdrawals()
    return Withdrawal.objects.get().status


def refund(scene: Scene, job: Job) -> str:
    checkout = scene.paid_late(job)
    scene.payer.post(f"/payments/{checkout.reference}/refund-to-card", {}, Idempotency_Key=new_key())
    scene.run_jobs()
    scene.carry_out()
    with time_machine.travel(clock.now() + LATER):
        sweep_refunds()
    return Refund.objects.get().status


def chargeback(scene: Scene, job: Job) -> str:
    checkout = scene.pay(job)
    check_attempt(provider=scene.provider, reference=checkout.attempt_reference)
    scene.gateway.charge_back(checkout.attempt_reference)
    sweep_chargebacks()
    return Chargeback.objects.get().status


def account(scene: Scene, job: Job) -> str:
    """The number came with the provider's list, and so does what is sent to it."""
    scene.deposit(300_000)
    sweep_deposits()
    return str(balance_of(wallet_account(scene.chidi.pk)))


KINDS: dict[NoticeKind, tuple[Callable[[Scene, Job], str], str]] = {
    NoticeKind.CHARGE: (charge, "succeeded"),
    NoticeKind.TRANSFER: (transfer, "paid"),
    NoticeKind.REFUND: (refund, "processed"),
    NoticeKind.CHARGEBACK: (chargeback, "open"),
    NoticeKind.ACCOUNT: (account, "300000"),
}


@pytest.mark.parametrize("kind", [kind for kind in NoticeKind if kind is not NoticeKind.OTHER])
def test_what_a_webhook_of_each_kind_told_is_found_without_it(kind: NoticeKind, scene: Scene, job: Job) -> None:
    act, ends = KINDS[kind]

    assert act(scene, job) == ends


def test_refund_in_the_dashboard_leaves_the_wallet_once(scene: Scene, job: Job) -> None:
    checkout = scene.paid_late(job)
    scene.refund_in_dashboard(checkout, 5_000)

    asked = [sweep_foreign_refunds(), sweep_foreign_refunds()]

    assert asked == [1, 0]
    assert balance_of(wallet_account(job.client_id)) == job.price_kobo - 5_000
    assert alerts() == ["card_refund_made_at_the_provider"]
    assert check_books().findings == []


def test_parts_given_back_in_the_dashboard_are_each_booked(scene: Scene, job: Job) -> None:
    checkout = scene.paid_late(job)
    for amount_kobo in (5_000, 5_000, 700):
        scene.refund_in_dashboard(checkout, amount_kobo)

    sweep_foreign_refunds()

    assert sorted(Refund.objects.values_list("amount_kobo", flat=True)) == [700, 5_000, 5_000]
    assert balance_of(wallet_account(job.client_id)) == job.price_kobo - 10_700
    assert check_books().findings == []


def test_refund_that_was_given_up_and_carried_out_is_found(scene: Scene, job: Job) -> None:
    checkout = scene.paid_late(job)
    scene.payer.post(f"/payments/{checkout.reference}/refund-to-card", {}, Idempotency_Key=new_key())
    scene.run_jobs()
    scene.carry_out()
    with transaction.atomic():
        Refund.objects.update(status="failed", finished_at=clock.now())

    assert sweep_foreign_refunds() == 1


def test_refund_of_long_ago_is_not_asked_about(scene: Scene, job: Job) -> None:
    checkout = scene.paid_late(job)
    scene.refund_in_dashboard(checkout, 5_000)

    with time_machine.travel(clock.now() + LOOKS_BACK + timedelta(days=1)):
        assert sweep_foreign_refunds() == 0


@pytest.mark.parametrize("by", ["list", "webhook"])
def test_deposit_given_back_in_the_dashboard_is_told_to_staff_once(by: str, scene: Scene) -> None:
    reference, number = scene.deposit(300_000)
    sweep_deposits()
    scene.give_back(reference, number, 100_000)

    for _ in range(2):
        if by == "list":
            sweep_foreign_refunds()
        else:
            assert check_refunds(provider=scene.provider, charge_reference=reference)

    assert (Deposit.objects.count(), Refund.objects.count()) == (1, 0)
    assert alerts() == ["card_refund_not_in_the_books"]


@pytest.mark.parametrize("placed", [True, False])
def test_money_in_suspense_given_back_is_told_unless_staff_gave_it_back(
    placed: bool, scene: Scene, job: Job, bisi: CustomUser
) -> None:
    checkout = scene.till.start(scene.payer, job, scene.provider)
    scene.gateway.fault("wrong_amount", provider=scene.provider, value="100000")
    scene.till.pay(checkout)
    check_attempt(provider=scene.provider, reference=checkout.attempt_reference)
    assert alerts() == ["money_in_suspense"]
    if placed:
        give_back_to_provider(scene, bisi)
    told = alerts()
    scene.refund_in_dashboard(checkout, 100_000)

    for _ in range(2):
        sweep_foreign_refunds()

    assert alerts() == [*told, *([] if placed else ["card_refund_not_in_the_books"])]


def give_back_to_provider(scene: Scene, staff: CustomUser) -> None:
    """By the books; what else is there covers the fee that the provider kept."""
    other = scene.pay(JobFactory(client=scene.chidi, status=JobStatus.PENDING))
    check_attempt(provider=scene.provider, reference=other.attempt_reference)
    came = LedgerTransaction.objects.get(kind="funding", memo__startswith="Paid ")
    move = propose_suspense(staff_id=staff.pk, transaction_id=came.pk, user_id=None, reason="Sent back")
    approve_move(staff_id=UserFactory.create(role="admin", is_superuser=True).pk, move_id=move.pk)


def test_refund_that_failed_after_it_was_at_the_card_is_told_to_staff_once(scene: Scene, job: Job) -> None:
    refund(scene, job)
    ours = Refund.objects.select_related("attempt").get()
    assert ours.attempt
    row = {"id": int(ours.provider_id), "status": "failed", "created_at": clock.now().isoformat()}
    row |= {"amount": ours.amount_kobo, "amount_refunded": ours.amount_kobo / 100}
    row |= {"transaction_reference": ours.attempt.reference, "tx_id": ours.attempt.provider_id}
    meta = {"pageCount": 1, "page_info": {"total_pages": 1}}
    body = {"status": True if scene.provider == "paystack" else "success", "data": [row], "meta": meta}
    value = f"200 {json.dumps(body)}"
    scene.gateway.fault("answer_before", provider=scene.provider, operation="read_refund", value=value, times=4)

    for _ in range(2):
        sweep_foreign_refunds()

    assert alerts() == ["card_refund_failed_after_all"]
