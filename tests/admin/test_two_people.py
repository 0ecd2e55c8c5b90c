"""No act of staff moves a large sum by one person's word: each of the console's, and each operation of the API."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from django.contrib import admin
from django.db import transaction
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.exceptions import SecondPersonNeeded
from accounts.models import CustomUser
from accounts.services.banning import ban_user
from core.actor import Role
from core.errors import InvalidState
from jobs.models import Job, JobStatus
from jobs.ports import STAFF_CANCELS
from payment.models import AccountKind, LedgerEntry, StaffMove, StaffMoveKind, Withdrawal
from payment.services.accounts import escrow_account, system_account, wallet_account, wallet_of
from payment.services.acting_alone import act_or_propose
from payment.services.ledger_check import check_books
from payment.services.payouts import FOR_STAFF
from payment.services.refunds import FOR_STAFF as REFUND_FOR_STAFF
from payment.services.staff_moves import approve_move, decline_move
from payment.services.stopping import PAID_AFTER_FAILURE
from tests.architecture.access_matrix import MATRIX
from tests.architecture.routes import routes
from tests.architecture.test_access import answer_to
from tests.architecture.world import World, build_world
from tests.factories.accounts import UserFactory
from tests.factories.jobs import JobFactory
from tests.factories.payment import (
    ChargebackFactory,
    DisputeFactory,
    RefundFactory,
    WebhookEventFactory,
    WithdrawalFactory,
    balance_of,
    fund,
    pay_in_escrow,
)
from tests.support.api_client import ApiClient
from tests.support.books import committed
from tests.support.jobs import RunJobs
from tests.support.races import errors_of, race
from tests.support.staff_pages import act_on_page, confirm

pytestmark = pytest.mark.django_db

ALONE = ("STAFF_ALONE_KOBO", "CHARGEBACK_ALONE_KOBO", "DISPUTE_ALONE_KOBO")
# What moves money at once, by one person's word up to these sums.
BOUNDED = {
    "jobs_job_cancel",
    "payment_withdrawal_return_to_wallet",
    "payment_refund_return_to_wallet",
    *("payment_dispute_all_to_worker", "payment_dispute_split"),
}
# Takes nothing from anybody for good: what is disputed at the provider is held, until a verdict.
HOLDS = {"payment_paymentattempt_chargeback_opened"}


@pytest.fixture
def world(chidi: CustomUser, wale: CustomUser, ada: CustomUser) -> World:
    """With something to do for each act that there is."""
    world = build_world(chidi=chidi, wale=wale, ada=ada)
    DisputeFactory.create(assignment=world.finished)
    wallet = wallet_of(wale.pk)
    in_flight = system_account(AccountKind.PAYOUTS_IN_FLIGHT)
    for status, message in (("unknown", FOR_STAFF), ("failed", PAID_AFTER_FAILURE)):
        fund(in_flight, WithdrawalFactory.create(wallet=wallet, status=status, message=message).amount_kobo)
    refund = RefundFactory.create(status="processing", message=REFUND_FOR_STAFF)
    fund(system_account(AccountKind.REFUNDS_IN_FLIGHT), refund.amount_kobo)
    ChargebackFactory.create()
    WebhookEventFactory.create(status="failed")
    fund(system_account(AccountKind.SUSPENSE), 700)
    committed()
    return world


@pytest.fixture
def office(bisi: CustomUser) -> Client:
    client = Client()
    client.force_login(bisi)
    return client


@pytest.fixture
def second() -> CustomUser:
    user: CustomUser = UserFactory.create(role=Role.ADMIN, is_superuser=True)
    return user


def acts() -> Iterator[tuple[str, str]]:
    """Of each act its name and, for each row that there is, its address."""
    for model, registered in admin.site._registry.items():
        screen: Any = registered
        meta = model._meta
        of_rows = (*getattr(screen, "deeds", ()), *screen.actions_detail)
        for name in dict.fromkeys((*of_rows, *screen.actions_list)):
            act = f"{meta.app_label}_{meta.model_name}_{name}"
            rows = [[pk] for pk in model._default_manager.values_list("pk", flat=True)]
            for key in [[]] if name in screen.actions_list else rows:
                yield act, reverse(f"admin:{act}", args=key)


def values(shown: Any, payee: CustomUser) -> dict[str, Any]:
    """What a hand would fill in."""
    known = {"amount": "1.00", "to_worker": "1.00", "email": payee.email, "provider": "paystack", "line": "bank_charge"}
    fields = shown.context["form"].fields if shown.context and "form" in shown.context else {}
    return {"reason": "Asked for", "note": "Asked for", "verdict": "upheld", "evidence": "The gate book."} | {
        name: value for name, value in known.items() if name in fields
    }


def moved_by_each(office: Client, payee: CustomUser, only: set[str] | None = None) -> tuple[set[str], set[str]]:
    """The acts that were done or proposed, and of them those that moved money; each of them is undone again."""
    done, moved = set(), set()
    for act, address in [one for one in acts() if only is None or one[0] in only]:
        before = LedgerEntry.objects.count()
        point = transaction.savepoint_create()
        shown = office.get(address)
        if shown.status_code == 200 and "outcomes" in (shown.context or {}):
            if confirm(office, address, shown, **values(shown, payee)).status_code == 302:
                done.add(act)
            if LedgerEntry.objects.count() > before:
                moved.add(act)
        transaction.savepoint_rollback(point)
    return done, moved


def test_no_act_of_the_console_moves_a_large_sum_by_one_word(office: Client, world: World, settings: Settings) -> None:
    for name in ALONE:
        setattr(settings, name, 0)

    done, moved = moved_by_each(office, world.ada)

    assert moved == HOLDS
    assert done >= BOUNDED | HOLDS
    others = {"payment_dispute_all_to_client", "payment_withdrawal_release", "payment_chargeback_won"}
    assert others | {"payment_ledgertransaction_suspense", "accounts_customuser_ban"} <= done


def test_control_below_the_sums_they_are_done_at_once(office: Client, world: World, settings: Settings) -> None:
    for name in ALONE:
        setattr(settings, name, 10**12)

    _, moved = moved_by_each(office, world.ada, BOUNDED)

    assert moved == BOUNDED


def test_no_operation_of_the_api_moves_a_large_sum_by_the_word_of_staff(
    world: World, bisi: CustomUser, settings: Settings
) -> None:
    tried = 0
    for route in routes():
        row = MATRIX[route.name]
        if row.network or route.method == "GET":
            continue
        for alone_kobo, moves in ((10**12, route.name == "cancel_job"), (0, False)):
            settings.STAFF_ALONE_KOBO = alone_kobo
            before = LedgerEntry.objects.count()
            point = transaction.savepoint_create()
            answer_to(route, row, world, bisi, undo=False)
            assert (LedgerEntry.objects.count() > before) == moves, route.name
            transaction.savepoint_rollback(point)
            tried += 1

    assert tried > 100


class TestCancel:
    @pytest.fixture
    def job(self, chidi: CustomUser, settings: Settings) -> Job:
        job: Job = JobFactory.create(client=chidi)
        pay_in_escrow(job)
        settings.STAFF_ALONE_KOBO = job.price_kobo - 1
        return job

    def cancel(self, job: Job, staff: CustomUser) -> Model:
        return STAFF_CANCELS.get().cancel(staff_id=staff.pk, job_id=job.pk, reason="The client called")

    def test_proposed_in_the_console_and_approved_by_another(
        self, office: Client, job: Job, second: CustomUser, chidi: CustomUser
    ) -> None:
        page = reverse("admin:jobs_job_cancel", args=[job.pk])
        assert "a second person approves it first" in office.get(page).content.decode()
        assert act_on_page(office, page, reason="The client called").status_code == 302
        move = StaffMove.objects.get()
        assert (move.kind, move.amount_kobo, move.job, move.user) == ("job_canceled", job.price_kobo, job, chidi)
        assert Job.objects.get(pk=job.pk).status == JobStatus.UPCOMING
        again = act_on_page(office, page, reason="The client called")
        assert (again.status_code, StaffMove.objects.count()) == (422, 1)

        own = reverse("admin:payment_staffmove_approve", args=[move.pk])
        assert office.get(own).status_code == office.post(own, {"sent": "1"}).status_code == 403
        other = Client()
        other.force_login(second)
        assert act_on_page(other, own).status_code == 302

        assert Job.objects.get(pk=job.pk).status == JobStatus.CANCELED
        assert balance_of(wallet_account(chidi.pk)) == job.price_kobo
        history = office.get(reverse("admin:payment_staffmove_history", args=[move.pk])).content.decode()
        assert "Approve: job canceled by staff of" in history
        assert check_books().findings == []

    def test_of_another_sum_by_then_it_is_not_approved(
        self, job: Job, bisi: CustomUser, second: CustomUser, chidi: CustomUser
    ) -> None:
        move = self.cancel(job, bisi)
        pay_in_escrow(job, 700)

        with pytest.raises(InvalidState, match="another sum"):
            approve_move(staff_id=second.pk, move_id=move.pk)

        assert Job.objects.get(pk=job.pk).status == JobStatus.UPCOMING
        decline_move(staff_id=second.pk, move_id=move.pk)
        assert isinstance(self.cancel(job, bisi), StaffMove)

    def test_up_to_the_sum_one_is_enough(self, job: Job, bisi: CustomUser, settings: Settings) -> None:
        settings.STAFF_ALONE_KOBO = job.price_kobo

        assert isinstance(self.cancel(job, bisi), Job)

    def test_by_the_api_staff_are_sent_to_the_console(self, job: Job, bisi: CustomUser, chidi: CustomUser) -> None:
        answer = ApiClient(bisi).post(f"/jobs/{job.pk}/cancel")

        assert (answer.status_code, answer.json()["code"]) == (409, "second_person_needed")
        assert Job.objects.get(pk=job.pk).status == JobStatus.UPCOMING
        assert ApiClient(chidi).post(f"/jobs/{job.pk}/cancel").status_code == 200

    @pytest.mark.django_db(transaction=True)
    def test_a_ban_does_not_cancel_it_either(
        self, job: Job, bisi: CustomUser, chidi: CustomUser, run_jobs: RunJobs
    ) -> None:
        small = JobFactory.create(client=chidi, status=JobStatus.PENDING)

        ban_user(user_id=chidi.pk, staff_id=bisi.pk)
        run_jobs()

        states = dict(Job.objects.filter(pk__in=[job.pk, small.pk]).values_list("pk", "status"))
        assert states == {job.pk: JobStatus.UPCOMING, small.pk: JobStatus.CANCELED}
        assert StaffMove.objects.get().reason == "Its client was banned."

    @pytest.mark.django_db(transaction=True)
    def test_approved_by_3_at_once_it_is_canceled_once(self, job: Job, bisi: CustomUser, chidi: CustomUser) -> None:
        move = self.cancel(job, bisi)
        others = [UserFactory.create(role=Role.ADMIN).pk for _ in range(3)]

        outcomes = race(*(partial(approve_move, staff_id=pk, move_id=move.pk) for pk in others))

        assert errors_of(outcomes) == [InvalidState] * 2
        assert (balance_of(wallet_account(chidi.pk)), balance_of(escrow_account(job.pk))) == (job.price_kobo, 0)
        assert check_books().findings == []


STUCK = {
    StaffMoveKind.WITHDRAWAL_RETURNED: ("unknown", FOR_STAFF),
    StaffMoveKind.WITHDRAWAL_RELEASED: ("failed", PAID_AFTER_FAILURE),
}


@pytest.mark.parametrize("kind", STUCK)
def test_whose_wallet_it_is_is_no_second_person(
    kind: StaffMoveKind, bisi: CustomUser, second: CustomUser, settings: Settings
) -> None:
    """Neither of the two: also staff who once worked have a wallet."""
    settings.STAFF_ALONE_KOBO = 0
    status, message = STUCK[kind]
    withdrawal = WithdrawalFactory.create(wallet=wallet_of(second.pk), status=status, message=message)
    if status == "unknown":
        fund(system_account(AccountKind.PAYOUTS_IN_FLIGHT), withdrawal.amount_kobo)
    act = partial(act_or_propose, kind=kind, subject_id=withdrawal.pk, reason="Asked for")

    with pytest.raises(SecondPersonNeeded):
        act(staff_id=second.pk)
    move = act(staff_id=bisi.pk)
    with pytest.raises(SecondPersonNeeded):
        approve_move(staff_id=second.pk, move_id=move.pk)

    assert Withdrawal.objects.get().message == message
    third: CustomUser = UserFactory.create(role=Role.ADMIN)
    approve_move(staff_id=third.pk, move_id=move.pk)
    assert Withdrawal.objects.get().message != message
