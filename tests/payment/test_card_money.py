"""Card money does not become cash: it goes back to the card, or rests; what leaves by bank has limits and holds."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from pytest_django import Settings

from accounts.models import BankAccount, CustomUser
from accounts.services.banning import ban_user
from core import clock
from core.errors import PayshiftError
from jobs.models import Job
from jobs.services.clockwork import expire_jobs
from payment.models import AccountKind, PaymentAttempt, Refund, Wallet, Withdrawal, WithdrawalStatus
from payment.services.accounts import system_account, wallet_account
from payment.services.card_returns import free_refunds_left, refund_fee_kobo, return_to_card
from payment.services.ledger_check import check_books
from payment.services.payouts import send_transfer
from payment.services.refunds import recall_refund
from payment.services.wallet_holds import hold_withdrawals, let_withdrawals_go
from payment.services.withdrawals import withdraw
from tests.factories.accounts import BankAccountFactory
from tests.factories.jobs import JobFactory
from tests.factories.payment import (
    RefundFactory,
    balance_of,
    fund_wallet,
)
from tests.payment.called_off import PRICE, called_off, give_back
from tests.payment.conftest import Till, alerts, new_key
from tests.support.api_client import ApiClient
from tests.support.gateway import Gateway
from tests.support.jobs import RunJobs
from tests.support.races import race
from tests.support.staff_pages import act_on_list

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def payer(chidi: CustomUser) -> ApiClient:
    longer_ago = clock.now() - timedelta(hours=25)
    BankAccountFactory(user=chidi, verified_at=longer_ago, changed_at=longer_ago)
    return ApiClient(chidi)


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(PayshiftError) as refused:
        act()
    return refused.value.code


def differences() -> list[str]:
    return [str(each) for each in check_books().findings]


def test_cancelled_job_pays_its_card_back_by_itself(
    payer: ApiClient, till: Till, job: Job, gateway: Gateway, run_jobs: RunJobs
) -> None:
    gateway.set_balance(100_000_000)
    checkout = till.start(payer, job)
    till.pay(checkout)
    payer.post(f"/payments/{checkout.reference}/verify")

    assert payer.post(f"/jobs/{job.pk}/cancel").status_code == 200
    run_jobs()

    sent = Refund.objects.get(destination="card")
    assert (sent.amount_kobo, sent.fee_kobo, sent.status) == (checkout.amount_kobo, 0, "processing")
    assert gateway.state(checkout.attempt_reference)["refunds"][0]["amount_kobo"] == checkout.amount_kobo
    assert balance_of(wallet_account(job.client_id)) == 0
    assert check_books().findings == []


def test_sending_on_happens_once_whoever_does_it(payer: ApiClient, chidi: CustomUser) -> None:
    came = give_back(called_off(chidi))
    fund_wallet(chidi.pk, PRICE)

    sent = race(*[lambda: return_to_card(refund_id=came.pk)] * 4)

    assert sorted(map(int, sent)) == [0, 0, 0, PRICE]  # type: ignore[arg-type]
    assert Refund.objects.filter(origin=came).count() == 1


def test_what_was_spent_meanwhile_is_not_sent_on(chidi: CustomUser, settings: Settings) -> None:
    job = called_off(chidi)
    came = give_back(job)
    other = JobFactory(client=chidi, status="pending")
    assert (
        ApiClient(chidi)
        .post("/payments", {"job_id": other.pk, "provider": "wallet"}, Idempotency_Key=new_key())
        .status_code
        == 201
    )

    assert return_to_card(refund_id=came.pk) == 0
    assert PaymentAttempt.objects.get().refunded_kobo == 0


def test_operator_may_leave_the_money_in_the_wallet(
    chidi: CustomUser, settings: Settings, queued_jobs: Callable[[], list[tuple[str, object]]]
) -> None:
    settings.CARD_MONEY_GOES_BACK = False

    give_back(called_off(chidi))

    assert "payment.tasks.return_to_card" not in [name for name, _ in queued_jobs()]


def test_unearned_card_money_rests_before_it_can_go_to_a_bank(
    payer: ApiClient, chidi: CustomUser, settings: Settings
) -> None:
    fund_wallet(chidi.pk, 50_000)
    give_back(called_off(chidi))

    assert payer.get("/wallet").json()["resting_kobo"] == PRICE
    assert refusal(lambda: withdraw(user_id=chidi.pk, amount_kobo=50_001)) == "card_money_rests"
    assert withdraw(user_id=chidi.pk, amount_kobo=50_000).amount_kobo == 50_000
    Withdrawal.objects.update(status="sending")
    Withdrawal.objects.update(status="paid", finished_at=clock.now())
    with time_machine.travel(clock.now() + timedelta(days=31)):
        assert withdraw(user_id=chidi.pk, amount_kobo=PRICE).amount_kobo == PRICE


def test_money_pushed_out_of_a_bank_account_does_not_rest(payer: ApiClient, chidi: CustomUser) -> None:
    give_back(called_off(chidi, channel="bank_transfer"))

    assert withdraw(user_id=chidi.pk, amount_kobo=PRICE).amount_kobo == PRICE


def test_a_round_through_another_job_does_not_free_it(payer: ApiClient, chidi: CustomUser) -> None:
    give_back(called_off(chidi))
    other = JobFactory(client=chidi, status="pending")
    payer.post("/payments", {"job_id": other.pk, "provider": "wallet"}, Idempotency_Key=new_key())
    give_back(other)

    assert refusal(lambda: withdraw(user_id=chidi.pk, amount_kobo=1)) == "card_money_rests"


def test_called_off_jobs_beyond_the_free_ones_cost_what_was_shown(
    payer: ApiClient, chidi: CustomUser, till: Till, job: Job, gateway: Gateway, settings: Settings
) -> None:
    settings.FREE_CARD_REFUNDS_PER_MONTH = 1
    first, second = (give_back(called_off(chidi)) for _ in range(2))

    free, kept = (return_to_card(refund_id=each.pk) for each in (first, second))

    fee = PRICE * 150 // 10_000
    assert (free, kept) == (PRICE, PRICE)
    sent = Refund.objects.filter(destination="card").order_by("pk").values_list("amount_kobo", "fee_kobo")
    assert list(sent) == [(PRICE, 0), (PRICE - fee, fee)]
    assert balance_of(system_account(AccountKind.PROVIDER_FEES)) == fee
    assert balance_of(wallet_account(chidi.pk)) == 0
    answer = payer.post("/payments", {"job_id": job.pk, "provider": "paystack"}, Idempotency_Key=new_key()).json()
    assert (answer["free_card_refunds_left"], answer["card_refund_fee_kobo"]) == (0, fee)
    assert differences() == []


def test_fee_comes_back_with_a_refund_that_fails(payer: ApiClient, chidi: CustomUser, settings: Settings) -> None:
    settings.FREE_CARD_REFUNDS_PER_MONTH = 0
    return_to_card(refund_id=give_back(called_off(chidi)).pk)

    with transaction.atomic():
        recall_refund(Refund.objects.select_related("attempt").get(destination="card"), message="No")

    assert balance_of(wallet_account(chidi.pk)) == PRICE
    assert balance_of(system_account(AccountKind.PROVIDER_FEES)) == 0
    assert differences() == []


@pytest.mark.parametrize(("unused_kobo", "costs"), [(PRICE // 2, False), (PRICE // 2 + 1, True), (PRICE, True)])
def test_what_a_worked_job_did_not_need_is_free_up_to_half(
    chidi: CustomUser, settings: Settings, unused_kobo: int, costs: bool
) -> None:
    """One worker on one of a hundred places would be a round that costs nothing."""
    settings.FREE_CARD_REFUNDS_PER_MONTH = 1
    job, other = called_off(chidi), called_off(chidi)
    Job.objects.update(canceled_at=None, starts_at=clock.now() - timedelta(hours=1))
    back = [give_back(each, amount_kobo=unused_kobo) for each in (job, other)]

    for each in back:
        return_to_card(refund_id=each.pk)

    fees = Refund.objects.filter(destination="card").order_by("pk").values_list("fee_kobo", flat=True)
    assert list(fees) == [0, refund_fee_kobo(unused_kobo) if costs else 0]
    assert free_refunds_left(user_id=chidi.pk) == (0 if costs else 1)


def test_most_of_a_payment_is_most_of_it_in_parts_too(chidi: CustomUser, settings: Settings) -> None:
    settings.FREE_CARD_REFUNDS_PER_MONTH = 0
    job = called_off(chidi)
    Job.objects.update(canceled_at=None, starts_at=clock.now() - timedelta(hours=1))

    for _ in range(3):
        return_to_card(refund_id=give_back(job, amount_kobo=PRICE // 3).pk)

    fees = Refund.objects.filter(destination="card").order_by("pk").values_list("fee_kobo", flat=True)
    assert list(fees) == [0, refund_fee_kobo(PRICE // 3), refund_fee_kobo(PRICE // 3)]


def test_rounds_of_jobs_that_pass_with_nobody_at_work_cost_what_was_shown(
    payer: ApiClient, chidi: CustomUser, till: Till, gateway: Gateway, run_jobs: RunJobs, settings: Settings
) -> None:
    settings.FREE_CARD_REFUNDS_PER_MONTH = 1
    gateway.set_balance(100_000_000)
    shown = []

    for _ in range(3):
        job = JobFactory.create(client=chidi, status="pending")
        answer = till.start(payer, job)
        till.pay(answer)
        payer.post(f"/payments/{answer.reference}/verify")
        shown.append(free_refunds_left(user_id=chidi.pk))
        Job.objects.filter(pk=job.pk).update(starts_at=clock.now() - timedelta(minutes=1))
        assert expire_jobs() == 1
        run_jobs()
        assert Job.objects.get(pk=job.pk).status == "expired"

    price, fee = PRICE, PRICE * 150 // 10_000
    sent = Refund.objects.filter(destination="card").order_by("pk").values_list("amount_kobo", "fee_kobo")
    assert (shown, list(sent)) == ([1, 0, 0], [(price, 0), (price - fee, fee), (price - fee, fee)])
    assert differences() == []


def test_rounds_of_one_job_that_is_raised_and_lowered_cost_what_was_shown(
    payer: ApiClient, chidi: CustomUser, till: Till, job: Job, gateway: Gateway, run_jobs: RunJobs, settings: Settings
) -> None:
    settings.FREE_CARD_REFUNDS_PER_MONTH = 1
    gateway.set_balance(100_000_000)
    one_place, fee = PRICE // 2, PRICE // 2 * 150 // 10_000
    shown = []

    for _ in range(3):
        answer = till.start(payer, job)
        till.pay(answer)
        payer.post(f"/payments/{answer.reference}/verify")
        shown.append(free_refunds_left(user_id=chidi.pk))
        assert payer.patch(f"/jobs/{job.pk}", {"applicants_needed": 1}).status_code == 200
        run_jobs()
        assert payer.patch(f"/jobs/{job.pk}", {"applicants_needed": 2}).status_code == 200

    sent = Refund.objects.filter(destination="card").order_by("pk").values_list("amount_kobo", "fee_kobo")
    assert (shown, list(sent)) == ([1, 0, 0], [(one_place, 0), (one_place - fee, fee), (one_place - fee, fee)])
    assert differences() == []


def test_a_failed_refund_is_no_round(chidi: CustomUser, settings: Settings) -> None:
    settings.FREE_CARD_REFUNDS_PER_MONTH = 1
    refund = RefundFactory(status="failed")
    Job.objects.update(canceled_at=clock.now())

    assert free_refunds_left(user_id=refund.recipient_id) == 1


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("MAX_WITHDRAWAL_KOBO", 19_999, "above_maximum"),
        ("WITHDRAWAL_KOBO_PER_DAY", 29_999, "withdrawal_limit"),
        ("NEW_ACCOUNT_WITHDRAWAL_KOBO_PER_DAY", 29_999, "withdrawal_limit"),
        ("WITHDRAWALS_PER_DAY", 1, "withdrawal_limit"),
    ],
)
def test_withdrawals_have_limits(
    name: str, value: int, code: str, wale: CustomUser, bank_account: BankAccount, settings: Settings
) -> None:
    fund_wallet(wale.pk, 100_000)
    withdraw(user_id=wale.pk, amount_kobo=10_000)
    Withdrawal.objects.update(status="sending")
    Withdrawal.objects.update(status="paid", finished_at=clock.now())
    setattr(settings, name, value)

    assert refusal(lambda: withdraw(user_id=wale.pk, amount_kobo=20_000)) == code
    assert balance_of(wallet_account(wale.pk)) == 90_000
    if code == "withdrawal_limit":
        with time_machine.travel(clock.now() + timedelta(days=8)):
            setattr(settings, name, max(value, 20_000))
            withdraw(user_id=wale.pk, amount_kobo=20_000)


def test_withdrawal_that_failed_does_not_count(wale: CustomUser, bank_account: BankAccount, settings: Settings) -> None:
    settings.WITHDRAWALS_PER_DAY = 1
    fund_wallet(wale.pk, 100_000)
    withdraw(user_id=wale.pk, amount_kobo=10_000)
    Withdrawal.objects.update(status="sending")
    Withdrawal.objects.update(status="failed", finished_at=clock.now())

    assert withdraw(user_id=wale.pk, amount_kobo=20_000).amount_kobo == 20_000


@pytest.mark.parametrize("stopped_by", ["ban", "hold"])
def test_ban_and_hold_stop_what_is_queued(
    stopped_by: str, wale: CustomUser, bisi: CustomUser, bank_account: BankAccount, gateway: Gateway
) -> None:
    fund_wallet(wale.pk, 100_000)
    queued = withdraw(user_id=wale.pk, amount_kobo=10_000)

    if stopped_by == "ban":
        ban_user(user_id=wale.pk, staff_id=bisi.pk)
    else:
        hold_withdrawals(user_id=wale.pk, reason="Asked by the police")
    for _ in range(2):
        send_transfer(withdrawal_id=queued.pk)

    assert Withdrawal.objects.get().status == WithdrawalStatus.REQUESTED
    assert gateway.transfers() == []
    assert alerts().count("withdrawal_stopped") == 1


def test_held_wallet_withdraws_nothing_until_staff_let_it_go(
    wale: CustomUser, bisi: CustomUser, bank_account: BankAccount, gateway: Gateway
) -> None:
    fund_wallet(wale.pk, 100_000)
    staff = Client()
    staff.force_login(bisi)

    act_on_list(staff, Wallet, "hold", wale.wallet, reason="Asked by the police")

    assert refusal(lambda: withdraw(user_id=wale.pk, amount_kobo=10_000)) == "withdrawals_held"
    wale.wallet.refresh_from_db()
    assert wale.wallet.hold_reason == f"Held by staff {bisi.pk}: Asked by the police"
    act_on_list(staff, Wallet, "let_go", wale.wallet)
    queued = withdraw(user_id=wale.pk, amount_kobo=10_000)
    hold_withdrawals(user_id=wale.pk, reason="Again")
    send_transfer(withdrawal_id=queued.pk)
    let_withdrawals_go(user_id=wale.pk)
    send_transfer(withdrawal_id=queued.pk)
    assert Withdrawal.objects.get().status == WithdrawalStatus.SENDING
