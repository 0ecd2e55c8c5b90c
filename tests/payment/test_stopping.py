"""A ban, a hold, or money that somebody has twice stops what waits to leave a wallet, for a bank, a card or a job."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from accounts.exceptions import SecondPersonNeeded
from accounts.models import CustomUser
from accounts.services.banning import ban_user, unban_user
from core import clock
from core.actor import Role
from core.errors import InvalidState, PayshiftError
from core.lanes import Lane
from jobs.models import Job
from payment import tasks
from payment.models import AccountKind, Refund, StaffMove, StaffMoveKind, Wallet, Withdrawal
from payment.services import sweeping
from payment.services.accounts import escrow_account, system_account, wallet_account
from payment.services.acting_alone import act_or_propose
from payment.services.ledger_check import check_books
from payment.services.payouts import check_transfer, send_transfer
from payment.services.reconciliation import sweep_refunds, sweep_withdrawals
from payment.services.refunds import check_refunds, return_refund, send_refund
from payment.services.staff_acts import freed_kobo
from payment.services.staff_moves import approve_move
from payment.services.stopping import PAID_AFTER_FAILURE, STOPPED, is_stopped, let_refund_go
from payment.services.wallet_holds import hold_withdrawals, let_withdrawals_go
from payment.services.withdrawals import withdraw
from tests.factories.accounts import BankAccountFactory, UserFactory
from tests.factories.jobs import JobFactory
from tests.factories.payment import WithdrawalFactory, balance_of, fund_wallet
from tests.payment.called_off import PRICE, called_off, give_back
from tests.payment.conftest import Checkout, alerts, new_key
from tests.support.api_client import ApiClient
from tests.support.gateway import Gateway
from tests.support.jobs import RunJobs
from tests.support.races import errors_of, race
from tests.support.staff_pages import act_on_page

pytestmark = pytest.mark.django_db(transaction=True)

SUM = 100_000
# Of the jobs that are about a row of money: those whose call lets money leave a wallet, and those that let none.
LEAVING = {"send_withdrawal", "send_card_refund"}
STAYING = {
    # What a job gives back: on to the queue of refunds, or held and repaid.
    *("return_to_card", "collect_owed"),
    # What comes in, and the bank's own account of a chargeback, whose money is held already.
    *("process_webhook", "open_checkout", "send_chargeback_answer"),
    *("open_virtual_account", "give_back_virtual_account", "refresh_banks"),
    # Goes through the rows, and calls the two above.
    *("reconcile_payments", "reconcile_withdrawals", "reconcile_refunds", "reconcile_webhooks"),
    *("reconcile_chargebacks", "reconcile_deposits", "reconcile_foreign_refunds"),
}
type Row = Withdrawal | Refund


@pytest.fixture
def banker(chidi: CustomUser, gateway: Gateway) -> CustomUser:
    """A client who may withdraw."""
    gateway.set_balance(100_000_000)
    longer_ago = clock.now() - timedelta(hours=25)
    BankAccountFactory(user=chidi, verified_at=longer_ago, changed_at=longer_ago)
    return chidi


def queue_withdrawal(user: CustomUser) -> Withdrawal:
    fund_wallet(user.pk, SUM)
    return withdraw(user_id=user.pk, amount_kobo=SUM)


def send(row: Row) -> None:
    if isinstance(row, Withdrawal):
        send_transfer(withdrawal_id=row.pk)
    else:
        send_refund(refund_id=row.pk)


def look_up(row: Row) -> None:
    if isinstance(row, Withdrawal):
        check_transfer(provider=row.provider, reference=row.reference)
    else:
        assert row.attempt is not None
        check_refunds(provider=row.attempt.provider, charge_reference=row.attempt.reference)


def ban(user: CustomUser, staff: CustomUser) -> Callable[[], object]:
    ban_user(user_id=user.pk, staff_id=staff.pk)
    return lambda: unban_user(user_id=user.pk)


def hold(user: CustomUser, staff: CustomUser) -> Callable[[], object]:
    hold_withdrawals(user_id=user.pk, reason="Asked by the police")
    return lambda: let_withdrawals_go(user_id=user.pk)


def pay_twice(user: CustomUser, staff: CustomUser) -> Callable[[], object]:
    """An earlier withdrawal failed, and was paid after all."""
    earlier = WithdrawalFactory.create(
        wallet=Wallet.objects.get(user=user), status="failed", message=PAID_AFTER_FAILURE, finished_at=clock.now()
    )
    return lambda: Withdrawal.objects.filter(pk=earlier.pk).update(message="Settled")


STOPS = pytest.mark.parametrize("stop", [ban, hold, pay_twice])


def left(gateway: Gateway, row: Row) -> bool:
    """Whether the provider was told."""
    if isinstance(row, Withdrawal):
        return bool(gateway.transfers())
    assert row.attempt is not None
    state = gateway.state(row.attempt.reference)
    return bool(state.get("refunds"))


def test_every_job_of_money_lets_none_leave_or_is_tried_here() -> None:
    named = {name.removeprefix("payment.tasks.") for name in app.tasks if name.startswith("payment.tasks.")}
    of_money = {name for name in named if getattr(tasks, name).queue == Lane.MONEY}

    assert of_money == LEAVING | STAYING


@STOPS
def test_what_is_queued_for_the_bank_waits_and_goes_when_let_go(
    stop: Callable[[CustomUser, CustomUser], Callable[[], object]],
    banker: CustomUser,
    bisi: CustomUser,
    gateway: Gateway,
    run_jobs: RunJobs,
) -> None:
    row = queue_withdrawal(banker)
    let_go = stop(banker, bisi)

    for _ in range(2):
        send(row)

    row.refresh_from_db()
    assert (row.status, gateway.transfers(), alerts()) == ("requested", [], ["withdrawal_stopped"])
    let_go()
    with time_machine.travel(clock.now() + timedelta(minutes=3)):
        sweep_withdrawals()
        run_jobs()
    assert len(gateway.transfers()) == 1


@STOPS
def test_what_was_not_sent_to_the_bank_is_not_sent_again(
    stop: Callable[[CustomUser, CustomUser], Callable[[], object]],
    banker: CustomUser,
    bisi: CustomUser,
    gateway: Gateway,
) -> None:
    row = queue_withdrawal(banker)
    Withdrawal.objects.filter(pk=row.pk).update(status="sending", message="not sent: limited", sent_at=clock.now())
    let_go = stop(banker, bisi)

    look_up(row)

    assert gateway.transfers() == []
    let_go()
    look_up(row)
    assert len(gateway.transfers()) == 1


@pytest.fixture
def going_back(paid: Checkout, chidi: CustomUser, settings: Settings) -> Refund:
    """A refund to the card that paid, queued."""
    settings.CARD_MONEY_GOES_BACK = False
    payer = ApiClient(chidi)
    job = Job.objects.get(client=chidi)
    assert payer.post(f"/jobs/{job.pk}/cancel").status_code == 200
    answer = payer.post(f"/payments/{paid.reference}/refund-to-card", {}, Idempotency_Key=new_key())
    assert answer.status_code == 202
    refund: Refund = Refund.objects.select_related("attempt").get(destination="card")
    return refund


@STOPS
def test_what_is_queued_for_a_card_waits_and_goes_when_let_go(
    stop: Callable[[CustomUser, CustomUser], Callable[[], object]],
    going_back: Refund,
    chidi: CustomUser,
    bisi: CustomUser,
    gateway: Gateway,
    run_jobs: RunJobs,
) -> None:
    let_go = stop(chidi, bisi)

    for _ in range(2):
        send(going_back)

    going_back.refresh_from_db()
    assert (going_back.status, left(gateway, going_back)) == ("requested", False)
    assert alerts() == ["card_refund_stopped"]
    let_go()
    with time_machine.travel(clock.now() + timedelta(minutes=3)):
        sweep_refunds()
        run_jobs()
    assert left(gateway, going_back)


@STOPS
def test_what_was_not_sent_to_a_card_is_not_sent_again(
    stop: Callable[[CustomUser, CustomUser], Callable[[], object]],
    going_back: Refund,
    chidi: CustomUser,
    bisi: CustomUser,
    gateway: Gateway,
) -> None:
    Refund.objects.filter(pk=going_back.pk).update(status="processing", message="not sent: limited")
    let_go = stop(chidi, bisi)

    look_up(going_back)

    assert not left(gateway, going_back)
    let_go()
    look_up(going_back)
    assert left(gateway, going_back)


def test_staff_return_a_refund_that_is_stopped(going_back: Refund, chidi: CustomUser, bisi: CustomUser) -> None:
    hold(chidi, bisi)
    send(going_back)

    return_refund(refund_id=going_back.pk, message="Returned by staff")

    going_back.refresh_from_db()
    assert (going_back.status, balance_of(system_account(AccountKind.REFUNDS_IN_FLIGHT))) == ("failed", 0)
    assert balance_of(wallet_account(chidi.pk)) == going_back.amount_kobo


class TestLetGo:
    """Staff send one refund to its card while its owner stays kept out."""

    @staticmethod
    def page(refund: Refund) -> str:
        return reverse("admin:payment_refund_let_go", args=[refund.pk])

    @pytest.fixture
    def office(self, bisi: CustomUser) -> Client:
        client = Client()
        client.force_login(bisi)
        return client

    @STOPS
    def test_one_that_is_stopped_is_seen_and_sent_by_one_act(
        self,
        stop: Callable[[CustomUser, CustomUser], Callable[[], object]],
        going_back: Refund,
        chidi: CustomUser,
        bisi: CustomUser,
        office: Client,
        gateway: Gateway,
        run_jobs: RunJobs,
        settings: Settings,
    ) -> None:
        settings.STAFF_ALONE_KOBO = going_back.amount_kobo
        stop(chidi, bisi)
        run_jobs()
        listed = office.get(reverse("admin:payment_refund_changelist"), {"status__in": "requested,processing"})
        assert STOPPED in listed.content.decode()

        assert act_on_page(office, self.page(going_back), reason="It is the card that paid").status_code == 302
        run_jobs()

        going_back.refresh_from_db()
        assert (going_back.status, left(gateway, going_back)) == ("processing", True)
        assert len(gateway.state(going_back.attempt.reference)["refunds"]) == 1  # type: ignore[union-attr]
        # What else is theirs stays: the person is kept out as before.
        assert is_stopped(Wallet.objects.get(user=chidi).pk)
        assert act_on_page(office, self.page(going_back), reason="Again").status_code == 422

    def test_above_the_bound_a_second_person_lets_it_go(
        self,
        going_back: Refund,
        chidi: CustomUser,
        bisi: CustomUser,
        office: Client,
        gateway: Gateway,
        run_jobs: RunJobs,
        settings: Settings,
    ) -> None:
        settings.STAFF_ALONE_KOBO = going_back.amount_kobo - 1
        ban(chidi, bisi)

        assert act_on_page(office, self.page(going_back), reason="It is the card that paid").status_code == 302
        run_jobs()
        assert not left(gateway, going_back)

        second: CustomUser = UserFactory.create(role=Role.ADMIN)
        approve_move(staff_id=second.pk, move_id=StaffMove.objects.get().pk)
        run_jobs()
        assert left(gateway, going_back)

    def test_what_was_not_sent_is_sent_by_its_next_look_up(
        self, going_back: Refund, chidi: CustomUser, bisi: CustomUser, gateway: Gateway
    ) -> None:
        Refund.objects.filter(pk=going_back.pk).update(status="processing", message="not sent: limited")
        hold(chidi, bisi)
        look_up(going_back)
        assert not left(gateway, going_back)

        let_refund_go(refund_id=going_back.pk)
        look_up(going_back)

        assert left(gateway, going_back)

    @pytest.mark.parametrize("state", ["nothing stops it", "failed", "to the wallet"])
    def test_what_is_not_stopped_is_not_let_go(
        self, state: str, going_back: Refund, chidi: CustomUser, bisi: CustomUser
    ) -> None:
        if state != "nothing stops it":
            hold(chidi, bisi)
        if state == "failed":
            return_refund(refund_id=going_back.pk, message="Returned by staff")
        to_wallet = Refund.objects.get(destination="wallet")
        refund_id = to_wallet.pk if state == "to the wallet" else going_back.pk

        with pytest.raises(InvalidState):
            let_refund_go(refund_id=refund_id)

        assert not Refund.objects.filter(let_go_at__isnull=False).exists()

    def test_let_go_and_returned_at_once_is_one_of_the_two(
        self, going_back: Refund, chidi: CustomUser, bisi: CustomUser, gateway: Gateway, run_jobs: RunJobs
    ) -> None:
        hold(chidi, bisi)

        outcomes = race(
            partial(let_refund_go, refund_id=going_back.pk),
            partial(return_refund, refund_id=going_back.pk, message="Returned by staff"),
        )
        run_jobs()

        going_back.refresh_from_db()
        assert (going_back.status, left(gateway, going_back)) == ("failed", False)
        assert set(errors_of(outcomes)) <= {InvalidState}
        assert balance_of(wallet_account(chidi.pk)) == going_back.amount_kobo
        assert check_books().findings == []

    def test_nobody_lets_their_own_go(self, going_back: Refund, chidi: CustomUser, bisi: CustomUser) -> None:
        hold(chidi, bisi)

        with pytest.raises(SecondPersonNeeded):
            act_or_propose(staff_id=chidi.pk, kind=StaffMoveKind.REFUND_LET_GO, subject_id=going_back.pk, reason="Mine")

    def test_letting_somebody_back_counts_what_goes_to_cards_then(
        self, going_back: Refund, chidi: CustomUser, bisi: CustomUser
    ) -> None:
        ban(chidi, bisi)
        assert freed_kobo(chidi.pk) == going_back.amount_kobo

        let_refund_go(refund_id=going_back.pk)

        assert freed_kobo(chidi.pk) == 0


def test_stopped_ones_keep_no_other_from_its_turn(
    banker: CustomUser,
    wale: CustomUser,
    bisi: CustomUser,
    gateway: Gateway,
    run_jobs: RunJobs,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One whose job was lost is sent by the sweep."""
    monkeypatch.setattr(sweeping, "MOST_PER_SWEEP", 1)
    longer_ago = clock.now() - timedelta(hours=25)
    BankAccountFactory(user=wale, verified_at=longer_ago, changed_at=longer_ago)
    stopped = queue_withdrawal(banker)
    hold(banker, bisi)
    run_jobs()
    other = queue_withdrawal(wale)
    ProcrastinateJob.objects.filter(task_name="payment.tasks.send_withdrawal", status="todo").delete()

    for minutes in (3, 6):
        with time_machine.travel(clock.now() + timedelta(minutes=minutes)):
            sweep_withdrawals()
            run_jobs()

    assert [transfer["reference"] for transfer in gateway.transfers()] == [other.reference]
    stopped.refresh_from_db()
    assert stopped.status == "requested"


@STOPS
def test_nothing_new_leaves_a_wallet_that_is_stopped(
    stop: Callable[[CustomUser, CustomUser], Callable[[], object]],
    paid: Checkout,
    banker: CustomUser,
    bisi: CustomUser,
    settings: Settings,
) -> None:
    settings.CARD_MONEY_GOES_BACK, settings.CARD_MONEY_RESTS_DAYS = False, 0
    payer = ApiClient(banker)
    canceled = Job.objects.get(client=banker)
    payer.post(f"/jobs/{canceled.pk}/cancel")
    unpaid = JobFactory.create(client=banker, status="pending")
    before = balance_of(wallet_account(banker.pk))

    stop(banker, bisi)

    with pytest.raises(PayshiftError) as refused:
        withdraw(user_id=banker.pk, amount_kobo=10_000)
    assert refused.value.code == "withdrawals_held"
    if stop is not ban:
        back = payer.post(f"/payments/{paid.reference}/refund-to-card", {}, Idempotency_Key=new_key())
        to_job = payer.post("/payments", {"job_id": unpaid.pk, "provider": "wallet"}, Idempotency_Key=new_key())
        assert (back.status_code, back.json()["code"]) == (409, "withdrawals_held")
        assert (to_job.status_code, to_job.json()["code"]) == (409, "withdrawals_held")
    assert balance_of(wallet_account(banker.pk)) == before
    assert balance_of(escrow_account(unpaid.pk)) == 0


def test_what_a_job_gives_back_to_a_held_wallet_waits_for_its_card(
    chidi: CustomUser, bisi: CustomUser, gateway: Gateway, run_jobs: RunJobs
) -> None:
    hold(chidi, bisi)

    give_back(called_off(chidi))
    run_jobs()

    waiting = Refund.objects.get(destination="card")
    assert (waiting.status, waiting.amount_kobo, alerts()) == ("requested", PRICE, ["card_refund_stopped"])
