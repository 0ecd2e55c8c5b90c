"""Chargebacks: frozen at the first word, lost or won by the provider's verdict, owed where the money was gone."""

from datetime import timedelta
from threading import Event, Timer

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from pytest_django import Settings

from accounts.models import BankAccount, CustomUser
from core import clock
from jobs.models import Job, JobStatus
from payment.models import AccountKind, Chargeback, ChargebackStatus, Withdrawal, WithdrawalStatus
from payment.providers.base import ChargebackOutcome, DisputedCharge
from payment.services import chargeback_sweep, holding
from payment.services.accounts import (
    escrow_account,
    provider_balance,
    receivable_account,
    system_account,
    wallet_account,
)
from payment.services.chargeback_sweep import sweep_chargebacks
from payment.services.chargebacks import apply_chargeback, book_chargeback_won, write_off
from payment.services.ledger_check import check_books
from payment.services.payouts import send_transfer
from payment.services.withdrawals import withdraw
from tests.factories.accounts import BankAccountFactory
from tests.factories.jobs import ApplicationFactory
from tests.factories.payment import balance_of, pay_in
from tests.payment.conftest import Checkout, alerts, new_key
from tests.support.api_client import ApiClient, ApiResponse
from tests.support.books import owner
from tests.support.gateway import Gateway
from tests.support.jobs import RunJobs
from tests.support.races import race

pytestmark = pytest.mark.django_db(transaction=True)

HELD = system_account(AccountKind.CHARGEBACKS_HELD)
FEES = system_account(AccountKind.PLATFORM_FEES)


@pytest.fixture
def payer(chidi: CustomUser) -> ApiClient:
    return ApiClient(chidi)


@pytest.fixture
def in_wallet(paid: Checkout, payer: ApiClient, job: Job, chidi: CustomUser, settings: Settings) -> Checkout:
    """The job was cancelled: the money is in Chidi's wallet, free to go, and he has a bank account."""
    settings.CARD_MONEY_GOES_BACK, settings.CARD_MONEY_RESTS_DAYS = False, 0
    assert payer.post(f"/jobs/{job.pk}/cancel").status_code == 200
    longer_ago = clock.now() - timedelta(hours=25)
    BankAccountFactory(user=chidi, verified_at=longer_ago, changed_at=longer_ago)
    return paid


def hear(gateway: Gateway, run_jobs: RunJobs) -> None:
    gateway.post_webhooks(Client())
    run_jobs()


def refund_to_card(payer: ApiClient, paid: Checkout, **body: int) -> ApiResponse:
    return payer.post(f"/payments/{paid.reference}/refund-to-card", body, Idempotency_Key=new_key())


def told(
    paid: Checkout, outcome: ChargebackOutcome, *, amount_kobo: int | None = None, provider_id: str = "77"
) -> DisputedCharge:
    return DisputedCharge(
        provider_id=provider_id,
        charge_reference=paid.attempt_reference,
        outcome=outcome,
        # -1: the provider tells no amount.
        amount_kobo=max(0, amount_kobo or paid.amount_kobo),
        currency="NGN",
        message=str(outcome),
    )


def opened(paid: Checkout, amount_kobo: int | None = None, provider_id: str = "77") -> Chargeback:
    chargeback = apply_chargeback(
        provider="paystack",
        told=told(paid, ChargebackOutcome.OPEN, amount_kobo=amount_kobo, provider_id=provider_id),
    )
    assert chargeback is not None
    return chargeback


def decided(paid: Checkout, outcome: ChargebackOutcome, amount_kobo: int | None = None) -> Chargeback:
    chargeback = apply_chargeback(provider="paystack", told=told(paid, outcome, amount_kobo=amount_kobo))
    assert chargeback is not None
    return chargeback


def books() -> list[str]:
    return [str(finding) for finding in check_books().findings]


def test_notice_freezes_escrow_and_staff_learn_when_the_answer_is_due(
    paid: Checkout, gateway: Gateway, job: Job, run_jobs: RunJobs
) -> None:
    gateway.charge_back(paid.attempt_reference)
    hear(gateway, run_jobs)

    chargeback = Chargeback.objects.get()
    assert (chargeback.status, chargeback.category) == (ChargebackStatus.OPEN, "chargeback")
    assert (chargeback.amount_kobo, chargeback.held_kobo) == (paid.amount_kobo, paid.amount_kobo)
    assert chargeback.due_at is not None
    assert chargeback.due_at > clock.now() + timedelta(hours=27)
    assert (balance_of(escrow_account(job.pk)), balance_of(HELD)) == (0, paid.amount_kobo)
    assert Job.objects.get().status == JobStatus.PENDING
    assert alerts() == ["chargeback"]
    assert books() == []


def test_job_with_accepted_people_goes_on_without_its_escrow(paid: Checkout, job: Job) -> None:
    ApplicationFactory(job=job, status="accepted")

    opened(paid)

    assert Job.objects.get().status == JobStatus.UPCOMING
    assert balance_of(escrow_account(job.pk)) == 0


def test_disputed_money_neither_goes_to_the_bank_nor_to_the_card(
    in_wallet: Checkout, payer: ApiClient, chidi: CustomUser
) -> None:
    pay_in(chidi.pk, 50_000)
    opened(in_wallet)

    refused = refund_to_card(payer, in_wallet)
    with pytest.raises(Exception, match="not enough money"):
        withdraw(user_id=chidi.pk, amount_kobo=50_001)

    assert (refused.status_code, refused.json()["code"]) == (409, "not_refundable")
    assert balance_of(wallet_account(chidi.pk)) == 50_000
    assert withdraw(user_id=chidi.pk, amount_kobo=50_000).status == WithdrawalStatus.REQUESTED


def test_what_is_on_its_way_and_not_sent_is_called_back(
    in_wallet: Checkout, payer: ApiClient, chidi: CustomUser, gateway: Gateway
) -> None:
    gateway.set_balance(0)
    half = in_wallet.amount_kobo // 2
    withdrawal = withdraw(user_id=chidi.pk, amount_kobo=half)
    assert refund_to_card(payer, in_wallet, amount_kobo=half).status_code == 202

    chargeback = opened(in_wallet)
    send_transfer(withdrawal_id=withdrawal.pk)

    assert chargeback.held_kobo == in_wallet.amount_kobo
    assert Withdrawal.objects.get().status == WithdrawalStatus.FAILED
    assert gateway.transfers() == []
    assert books() == []


def test_withdrawal_that_is_being_asked_for_is_seen_by_the_freeze(in_wallet: Checkout, chidi: CustomUser) -> None:
    chargeback = freeze_while_withdrawing(in_wallet, chidi)

    assert chargeback.held_kobo == in_wallet.amount_kobo
    assert Withdrawal.objects.get().status == WithdrawalStatus.FAILED


def test_control_without_the_wallets_lock_the_withdrawal_gets_away(
    in_wallet: Checkout, chidi: CustomUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding, "lock_wallet", lambda user_id: CustomUser.objects.get(pk=user_id).wallet)

    chargeback = freeze_while_withdrawing(in_wallet, chidi)

    assert chargeback.held_kobo == 0
    assert Withdrawal.objects.get().status == WithdrawalStatus.REQUESTED


def freeze_while_withdrawing(paid: Checkout, chidi: CustomUser) -> Chargeback:
    """The notice comes when a withdrawal of everything is written and not committed."""
    written, go_on = Event(), Event()

    def ask() -> None:
        with transaction.atomic():
            withdraw(user_id=chidi.pk, amount_kobo=paid.amount_kobo)
            written.set()
            assert go_on.wait(timeout=30)

    def freeze() -> Chargeback:
        assert written.wait(timeout=30)
        # Committed while the notice waits for a lock of the withdrawal: long enough for it to get there.
        Timer(0.5, go_on.set).start()
        return opened(paid)

    _, chargeback = race(ask, freeze)
    assert isinstance(chargeback, Chargeback), chargeback
    return chargeback


def test_what_is_missing_is_held_from_the_next_income(
    in_wallet: Checkout, chidi: CustomUser, gateway: Gateway, run_jobs: RunJobs
) -> None:
    withdraw(user_id=chidi.pk, amount_kobo=in_wallet.amount_kobo)
    run_jobs()
    chargeback = opened(in_wallet)
    assert (chargeback.held_kobo, Withdrawal.objects.get().status) == (0, WithdrawalStatus.SENDING)

    pay_in(chidi.pk, 30_000)
    run_jobs()

    chargeback.refresh_from_db()
    assert (chargeback.held_kobo, balance_of(wallet_account(chidi.pk))) == (30_000, 0)
    assert books() == []


def test_income_cannot_be_withdrawn_before_it_is_collected(
    in_wallet: Checkout, chidi: CustomUser, gateway: Gateway, run_jobs: RunJobs
) -> None:
    sent = withdraw(user_id=chidi.pk, amount_kobo=in_wallet.amount_kobo)
    run_jobs()
    gateway.settle_transfer(sent.reference, "success")
    hear(gateway, run_jobs)
    opened(in_wallet)
    pay_in(chidi.pk, 30_000)

    with pytest.raises(Exception, match="stays in your wallet"):
        withdraw(user_id=chidi.pk, amount_kobo=30_000)

    assert balance_of(wallet_account(chidi.pk)) == 30_000


def test_lost_takes_what_is_held_and_the_payer_owes_the_rest_until_income_pays_it(
    in_wallet: Checkout, chidi: CustomUser, wale: CustomUser, gateway: Gateway, run_jobs: RunJobs
) -> None:
    # Others' money: the provider keeps its fees, and never holds less than nothing.
    pay_in(wale.pk, 500_000)
    number = gateway.charge_back(in_wallet.attempt_reference)
    sent = withdraw(user_id=chidi.pk, amount_kobo=in_wallet.amount_kobo - 10_000)
    run_jobs()
    gateway.settle_transfer(sent.reference, "success")
    hear(gateway, run_jobs)

    gateway.decide_chargeback(number, "auto-accepted")
    hear(gateway, run_jobs)

    chargeback = Chargeback.objects.get()
    owed = in_wallet.amount_kobo - 10_000
    assert (chargeback.status, chargeback.taken_kobo) == (ChargebackStatus.LOST, in_wallet.amount_kobo)
    assert (chargeback.owed_kobo, balance_of(receivable_account(chidi.pk))) == (owed, -owed)
    assert (balance_of(HELD), balance_of(FEES)) == (0, 0)
    assert "wallet_owes" in alerts()
    with pytest.raises(Exception, match="You owe"):
        withdraw(user_id=chidi.pk, amount_kobo=1)

    pay_in(chidi.pk, owed + 500)
    run_jobs()

    assert (balance_of(receivable_account(chidi.pk)), balance_of(wallet_account(chidi.pk))) == (0, 500)
    assert books() == []


@pytest.mark.parametrize(
    ("verdicts", "still_owed"),
    [(["failed"], False), (["success", "reversed"], False), (["success"], True)],
)
def test_debt_is_right_whatever_becomes_of_a_withdrawal_on_its_way(
    verdicts: list[str],
    still_owed: bool,
    in_wallet: Checkout,
    chidi: CustomUser,
    wale: CustomUser,
    gateway: Gateway,
    run_jobs: RunJobs,
) -> None:
    """A transfer that comes back repays before anything else; one that arrived is owed still."""
    # Others' money: the provider keeps its fees, and never holds less than nothing.
    pay_in(wale.pk, 500_000)
    on_its_way, debt = 200_000, receivable_account(chidi.pk)
    sent = withdraw(user_id=chidi.pk, amount_kobo=on_its_way)
    run_jobs()
    gateway.decide_chargeback(gateway.charge_back(in_wallet.attempt_reference), "merchant-accepted")
    hear(gateway, run_jobs)
    assert (Chargeback.objects.get().owed_kobo, balance_of(debt)) == (on_its_way, -on_its_way)

    for verdict in verdicts:
        gateway.settle_transfer(sent.reference, verdict)
        hear(gateway, run_jobs)

    assert balance_of(debt) == (-on_its_way if still_owed else 0)
    assert (balance_of(wallet_account(chidi.pk)), balance_of(HELD)) == (0, 0)
    assert books() == []


def test_books_and_provider_agree_on_a_chargeback_that_was_lost(
    paid: Checkout, gateway: Gateway, run_jobs: RunJobs
) -> None:
    gateway.decide_chargeback(gateway.charge_back(paid.attempt_reference), "merchant-accepted")
    hear(gateway, run_jobs)

    # The gateway began with 100,000,000.
    assert 100_000_000 - balance_of(provider_balance("paystack")) == gateway.balance_kobo()


def test_won_money_is_the_jobs_again(paid: Checkout, gateway: Gateway, job: Job, run_jobs: RunJobs) -> None:
    number = gateway.charge_back(paid.attempt_reference)
    hear(gateway, run_jobs)

    gateway.decide_chargeback(number, "declined")
    hear(gateway, run_jobs)

    assert Chargeback.objects.get().status == ChargebackStatus.WON
    assert (balance_of(escrow_account(job.pk)), balance_of(HELD)) == (paid.amount_kobo, 0)
    assert Job.objects.get().status == JobStatus.UPCOMING
    assert books() == []


def test_won_money_of_a_job_that_ended_is_the_payers(paid: Checkout, job: Job, payer: ApiClient) -> None:
    opened(paid)
    payer.post(f"/jobs/{job.pk}/cancel")

    decided(paid, ChargebackOutcome.WON)

    assert balance_of(wallet_account(job.client_id)) == paid.amount_kobo


def test_only_the_part_that_was_taken_is_gone(in_wallet: Checkout, chidi: CustomUser) -> None:
    opened(in_wallet)

    decided(in_wallet, ChargebackOutcome.LOST, amount_kobo=100_000)

    chargeback = Chargeback.objects.get()
    assert (chargeback.amount_kobo, chargeback.taken_kobo) == (in_wallet.amount_kobo, 100_000)
    assert balance_of(wallet_account(chidi.pk)) == in_wallet.amount_kobo - 100_000
    assert books() == []


def test_one_payment_can_be_disputed_in_parts_and_the_rest_refunded(in_wallet: Checkout, payer: ApiClient) -> None:
    opened(in_wallet, 100_000, "first")
    opened(in_wallet, 200_000, "second")
    rest = in_wallet.amount_kobo - 300_000

    too_much = refund_to_card(payer, in_wallet, amount_kobo=rest + 1)
    fitting = refund_to_card(payer, in_wallet)

    assert (too_much.status_code, too_much.json()["code"]) == (409, "refund_exceeds_capture")
    assert (fitting.status_code, fitting.json()["amount_kobo"]) == (202, rest)
    assert balance_of(HELD) == 300_000


def test_money_that_went_to_the_card_and_is_taken_again_is_owed(
    in_wallet: Checkout, payer: ApiClient, chidi: CustomUser, gateway: Gateway, run_jobs: RunJobs
) -> None:
    refund_to_card(payer, in_wallet)
    run_jobs()

    opened(in_wallet)
    decided(in_wallet, ChargebackOutcome.LOST)

    assert balance_of(receivable_account(chidi.pk)) == -in_wallet.amount_kobo


def test_verdict_that_is_turned_round_pays_the_debt_and_what_staff_gave_up(
    in_wallet: Checkout, chidi: CustomUser, bisi: CustomUser, run_jobs: RunJobs
) -> None:
    withdraw(user_id=chidi.pk, amount_kobo=in_wallet.amount_kobo)
    run_jobs()
    lost = decided(in_wallet, ChargebackOutcome.LOST)
    pay_in(chidi.pk, 40_000)
    run_jobs()
    write_off(staff_id=bisi.pk, chargeback_id=lost.pk, reason="He is gone")
    assert (balance_of(FEES), balance_of(receivable_account(chidi.pk))) == (40_000 - in_wallet.amount_kobo, 0)

    book_chargeback_won(staff_id=bisi.pk, chargeback_id=lost.pk, amount_kobo=lost.taken_kobo, reason="Second round")

    assert (balance_of(FEES), balance_of(wallet_account(chidi.pk))) == (0, 40_000)
    assert books() == []


def test_notices_and_verdicts_in_parallel_and_in_any_order_end_alike(
    in_wallet: Checkout, chidi: CustomUser, wale: CustomUser
) -> None:
    pay_in(wale.pk, 500_000)
    opening = told(in_wallet, ChargebackOutcome.OPEN)
    losing = told(in_wallet, ChargebackOutcome.LOST)

    race(*[lambda what=what: apply_chargeback(provider="paystack", told=what) for what in (opening, losing) * 3])
    apply_chargeback(provider="paystack", told=opening)

    chargeback = Chargeback.objects.get()
    assert (chargeback.status, chargeback.taken_kobo) == (ChargebackStatus.LOST, in_wallet.amount_kobo)
    assert (balance_of(HELD), balance_of(wallet_account(chidi.pk))) == (0, 0)
    assert alerts().count("chargeback") == 1
    assert books() == []


def test_lost_webhooks_are_made_up_for_by_asking(paid: Checkout, gateway: Gateway) -> None:
    number = gateway.charge_back(paid.attempt_reference)

    sweep_chargebacks()
    seen = Chargeback.objects.get().status
    gateway.decide_chargeback(number, "declined")
    with time_machine.travel(clock.now() + timedelta(hours=1)):
        sweep_chargebacks()

    assert (seen, Chargeback.objects.get().status) == (ChargebackStatus.OPEN, ChargebackStatus.WON)


def test_one_that_cannot_be_applied_stops_no_other_and_is_told_to_staff_once(
    paid: Checkout, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = opened(paid)
    Chargeback.objects.update(checked_at=None)
    number = gateway.charge_back(paid.attempt_reference)
    applied = apply_chargeback

    def poisoned(*, provider: str, told: DisputedCharge) -> Chargeback | None:
        if told.provider_id == str(number):
            raise ValueError("poison")
        return applied(provider=provider, told=told)

    monkeypatch.setattr(chargeback_sweep, "apply_chargeback", poisoned)
    for _ in range(2):
        asked = sweep_chargebacks()

    assert asked == 2
    assert alerts().count("row_not_reconciled") == 1
    # The provider knows nothing of ours, which is asked about all the same.
    assert Chargeback.objects.get(pk=ours.pk).checked_at is not None


def test_verdict_that_is_not_understood_is_left_to_staff_and_told_once(paid: Checkout) -> None:
    opened(paid)

    for _ in range(2):
        decided(paid, ChargebackOutcome.UNCLEAR)

    assert Chargeback.objects.get().status == ChargebackStatus.OPEN
    assert alerts() == ["chargeback", "chargeback_unclear"]


def test_chargeback_of_money_that_is_not_ours_moves_nothing_and_tells_staff(
    gateway: Gateway, paid: Checkout, run_jobs: RunJobs, job: Job
) -> None:
    gateway.charge_back(paid.attempt_reference)
    with owner() as own:
        own.execute("UPDATE payment_paymentattempt SET credited_to = 'suspense'")

    hear(gateway, run_jobs)

    assert not Chargeback.objects.exists()
    assert balance_of(escrow_account(job.pk)) == paid.amount_kobo
    assert alerts() == ["chargeback"]


@pytest.mark.parametrize(
    ("damage", "check"),
    [
        ("UPDATE payment_chargeback SET held_kobo = held_kobo - 5, escrow_held_kobo = 0", "held for chargebacks"),
        ("UPDATE payment_chargeback SET held_kobo = held_kobo - 5, escrow_held_kobo = 0", "chargebacks hold"),
        ("UPDATE payment_chargeback SET provider_id = '78'", "postings of chargebacks have their row"),
        ("UPDATE payment_chargeback SET postings = postings - 1", "postings of chargebacks have their row"),
    ],
)
def test_books_name_a_chargeback_that_was_tampered_with(damage: str, check: str, paid: Checkout) -> None:
    opened(paid)
    with owner() as own:
        own.execute(damage)

    assert any(finding.startswith(check) for finding in books())


def test_books_name_an_outcome_that_was_tampered_with(paid: Checkout, bank_account: BankAccount) -> None:
    opened(paid)
    decided(paid, ChargebackOutcome.LOST, amount_kobo=100_000)
    with owner() as own:
        own.execute("UPDATE payment_chargeback SET taken_kobo = 90000, owed_kobo = 7")

    found = books()

    assert any(finding.startswith("chargebacks took") for finding in found)
    assert any(finding.startswith("chargebacks left owing") for finding in found)
