"""Maker and checker: two people for money that staff move, by the services, by the database, and in parallel."""

from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from accounts.exceptions import SecondPersonNeeded
from accounts.models import CustomUser
from core import clock
from core.actor import Role
from core.errors import InvalidState
from payment.exceptions import AboveCap, AlreadyPosted, FloatExceeded, ProviderHoldsLess
from payment.models import AccountKind, LedgerTransaction, StaffMove, StaffMoveKind, TransactionKind
from payment.services.accounts import lock_accounts, provider_balance, system_account, wallet_account
from payment.services.ledger_check import check_books
from payment.services.posting import Move, post
from payment.services.staff_moves import approve_move, decline_move, propose_move
from tests.factories.accounts import SecondFactorFactory, UserFactory
from tests.factories.payment import balance_of, pay_in
from tests.support.books import add_entry, at_commit, constraint_name, open_transaction, without_constraint
from tests.support.races import errors_of, race
from tests.support.staff_pages import act_on_page

pytestmark = pytest.mark.django_db

FEES, BANK = system_account(AccountKind.PLATFORM_FEES), system_account(AccountKind.PLATFORM_BANK)
PROVIDER_FEES, PAYSTACK = system_account(AccountKind.PROVIDER_FEES), provider_balance("paystack")


@pytest.fixture
def maker(bisi: CustomUser) -> CustomUser:
    return bisi


@pytest.fixture
def checker() -> CustomUser:
    user: CustomUser = UserFactory(role=Role.ADMIN, is_superuser=True)
    return user


def payment(maker: CustomUser, payee: CustomUser, amount_kobo: int = 5_000, reference: str = "stf-1") -> StaffMove:
    return propose_move(
        staff_id=maker.pk,
        kind=StaffMoveKind.STAFF_PAYMENT,
        amount_kobo=amount_kobo,
        reason="Goodwill",
        reference=reference,
        user_id=payee.pk,
    )


def at_paystack(maker: CustomUser, kind: StaffMoveKind, amount_kobo: int) -> StaffMove:
    return propose_move(
        staff_id=maker.pk, kind=kind, amount_kobo=amount_kobo, reason="May", reference="stf-1", provider="paystack"
    )


def told() -> list[str]:
    jobs = ProcrastinateJob.objects.filter(task_name="payment.tasks.mail_alert").order_by("id")
    return [job.args["event"] for job in jobs]


def test_nothing_moves_before_a_second_person_approves_and_both_are_told(
    maker: CustomUser, checker: CustomUser, wale: CustomUser
) -> None:
    move = payment(maker, wale)
    assert not LedgerTransaction.objects.exists()

    posted = approve_move(staff_id=checker.pk, move_id=move.pk)

    assert isinstance(posted, LedgerTransaction)
    assert (balance_of(FEES), balance_of(wallet_account(wale.pk))) == (-5_000, 5_000)
    assert posted.memo == f"Staff {maker.pk}, approved by {checker.pk}: Goodwill"
    assert told() == ["staff_money_proposed", "staff_money_moved"]
    assert check_books().findings == []


def test_nobody_approves_what_they_proposed(maker: CustomUser, wale: CustomUser) -> None:
    move = payment(maker, wale)

    with pytest.raises(SecondPersonNeeded):
        approve_move(staff_id=maker.pk, move_id=move.pk)

    assert StaffMove.objects.get().status == "proposed"
    assert not LedgerTransaction.objects.exists()


def test_nobody_is_paid_by_their_own_word(maker: CustomUser, checker: CustomUser) -> None:
    with pytest.raises(SecondPersonNeeded):
        payment(maker, maker)
    move = payment(maker, checker)

    with pytest.raises(SecondPersonNeeded):
        approve_move(staff_id=checker.pk, move_id=move.pk)

    assert not LedgerTransaction.objects.exists()


def test_who_made_or_changed_the_others_account_is_no_second_person(maker: CustomUser, wale: CustomUser) -> None:
    """By what a superuser does in admin to have a second pair of hands: adds somebody, or takes their address over."""
    office = Client()
    office.force_login(maker)
    people = reverse("admin:accounts_customuser_add")
    added = {"email": "puppet@example.com", "first_name": "Second", "last_name": "Hand", "role": "admin"}
    assert office.post(people, added).status_code == 302
    puppet = CustomUser.objects.get(email="puppet@example.com")
    assert puppet.is_staff

    with pytest.raises(SecondPersonNeeded, match="acted on the other's account"):
        approve_move(staff_id=puppet.pk, move_id=payment(maker, wale).pk)
    # The other way round as well.
    of_puppet = payment(puppet, wale, reference="stf-2")
    with pytest.raises(SecondPersonNeeded, match="acted on the other's account"):
        approve_move(staff_id=maker.pk, move_id=of_puppet.pk)
    assert not LedgerTransaction.objects.exists()

    with time_machine.travel(clock.now() + timedelta(days=7, minutes=1)):
        approve_move(staff_id=maker.pk, move_id=of_puppet.pk)
    assert balance_of(wallet_account(wale.pk)) == 5_000


def test_who_opened_the_others_door_is_no_second_person(
    maker: CustomUser, checker: CustomUser, wale: CustomUser
) -> None:
    office = Client()
    office.force_login(maker)
    factor = SecondFactorFactory.create(user=checker)
    page = reverse("admin:accounts_secondfactor_switch_off", args=[factor.pk])
    assert act_on_page(office, page, reason="Lost the phone").status_code == 302

    with pytest.raises(SecondPersonNeeded, match="acted on the other's account"):
        approve_move(staff_id=checker.pk, move_id=payment(maker, wale).pk)

    assert not LedgerTransaction.objects.exists()


def test_who_left_proposes_nothing(maker: CustomUser, checker: CustomUser, wale: CustomUser) -> None:
    move = payment(maker, wale)
    CustomUser.objects.filter(pk=maker.pk).update(is_active=False)

    with pytest.raises(InvalidState):
        approve_move(staff_id=checker.pk, move_id=move.pk)


def test_declined_is_over_and_may_be_proposed_anew(maker: CustomUser, checker: CustomUser, wale: CustomUser) -> None:
    move = payment(maker, wale)
    decline_move(staff_id=checker.pk, move_id=move.pk, note="Ask her first")

    with pytest.raises(InvalidState):
        approve_move(staff_id=checker.pk, move_id=move.pk)
    approve_move(staff_id=checker.pk, move_id=payment(maker, wale).pk)
    with pytest.raises(AlreadyPosted):
        payment(maker, wale)

    assert balance_of(wallet_account(wale.pk)) == 5_000


def test_caps_hold_per_posting_and_per_day(
    maker: CustomUser, checker: CustomUser, wale: CustomUser, settings: Settings
) -> None:
    settings.STAFF_PAYMENT_CAP_KOBO, settings.STAFF_PAYMENTS_PER_DAY_KOBO = 6_000, 10_000
    with pytest.raises(AboveCap):
        payment(maker, wale, 6_001)
    first, second = payment(maker, wale, 6_000, "stf-1"), payment(maker, wale, 4_001, "stf-2")
    approve_move(staff_id=checker.pk, move_id=first.pk)

    with pytest.raises(AboveCap, match="₦40 of"):
        approve_move(staff_id=checker.pk, move_id=second.pk)

    assert balance_of(wallet_account(wale.pk)) == 6_000


def test_day_of_the_cap_begins_at_midnight_in_lagos(
    maker: CustomUser, checker: CustomUser, wale: CustomUser, settings: Settings
) -> None:
    settings.STAFF_PAYMENTS_PER_DAY_KOBO = 10_000
    late_in_lagos = clock.now().replace(hour=22, minute=30) + timedelta(days=1)
    with time_machine.travel(late_in_lagos):
        approve_move(staff_id=checker.pk, move_id=payment(maker, wale, 10_000, "stf-1").pk)
        second = payment(maker, wale, 10_000, "stf-2")
        with pytest.raises(AboveCap):
            approve_move(staff_id=checker.pk, move_id=second.pk)
    # 00:05 there, and the same day still in UTC.
    with time_machine.travel(late_in_lagos + timedelta(minutes=35)):
        approve_move(staff_id=checker.pk, move_id=second.pk)
    with time_machine.travel(late_in_lagos + timedelta(minutes=95)), pytest.raises(AboveCap):
        approve_move(staff_id=checker.pk, move_id=payment(maker, wale, 1, "stf-3").pk)


def test_platform_gives_no_more_than_its_float(
    maker: CustomUser, checker: CustomUser, wale: CustomUser, settings: Settings
) -> None:
    settings.STAFF_PAYMENT_CAP_KOBO = settings.STAFF_PAYMENTS_PER_DAY_KOBO = 10**12
    move = payment(maker, wale, settings.PLATFORM_FLOAT_KOBO + 1)

    with pytest.raises(FloatExceeded):
        approve_move(staff_id=checker.pk, move_id=move.pk)

    assert StaffMove.objects.get().status == "proposed"
    approve_move(staff_id=checker.pk, move_id=payment(maker, wale, settings.PLATFORM_FLOAT_KOBO, "stf-2").pk)
    assert balance_of(FEES) == -settings.PLATFORM_FLOAT_KOBO


@pytest.mark.parametrize(
    ("kind", "amount_kobo", "balances"),
    [
        (StaffMoveKind.SETTLEMENT, 9_000, {BANK: -9_000, PAYSTACK: 0}),
        (StaffMoveKind.PROVIDER_TOPUP, 1_000, {BANK: 1_000, PAYSTACK: -10_000}),
        (StaffMoveKind.PROVIDER_ADJUSTMENT, 500, {PROVIDER_FEES: -500, PAYSTACK: -8_500}),
        (StaffMoveKind.PROVIDER_ADJUSTMENT, -500, {PROVIDER_FEES: 500, PAYSTACK: -9_500}),
        (StaffMoveKind.CHARGEBACK_FEE, 500, {PROVIDER_FEES: -500, PAYSTACK: -8_500}),
    ],
)
def test_lines_of_a_providers_statement_can_be_booked(
    kind: StaffMoveKind,
    amount_kobo: int,
    balances: dict[object, int],
    maker: CustomUser,
    checker: CustomUser,
    wale: CustomUser,
) -> None:
    pay_in(wale.pk, 9_000)

    approve_move(staff_id=checker.pk, move_id=at_paystack(maker, kind, amount_kobo).pk)

    assert {key: balance_of(key) for key in (BANK, PROVIDER_FEES, PAYSTACK) if key in balances} == balances
    assert check_books().findings == []


def test_provider_gives_no_more_than_it_holds(maker: CustomUser, checker: CustomUser, wale: CustomUser) -> None:
    pay_in(wale.pk, 9_000)
    move = at_paystack(maker, StaffMoveKind.SETTLEMENT, 9_001)

    with pytest.raises(ProviderHoldsLess):
        approve_move(staff_id=checker.pk, move_id=move.pk)


def test_bank_charge_is_an_expense(maker: CustomUser, checker: CustomUser) -> None:
    move = propose_move(
        staff_id=maker.pk, kind=StaffMoveKind.BANK_CHARGE, amount_kobo=52, reason="SMS", reference="stf-1"
    )

    approve_move(staff_id=checker.pk, move_id=move.pk)

    assert (balance_of(PROVIDER_FEES), balance_of(BANK)) == (-52, 52)
    assert check_books().findings == []


class TestDatabase:
    """Around the services, as the application's role."""

    def test_posting_that_nobody_approved_is_refused(self, maker: CustomUser, wale: CustomUser) -> None:
        payment(maker, wale)
        moves = [Move(FEES, wallet_account(wale.pk), 5_000)]

        for reference in ("stf-1", "stf-nobody"):
            with pytest.raises(IntegrityError) as refused, transaction.atomic():
                post(kind=TransactionKind.STAFF_PAYMENT, reference=reference, moves=moves)
            assert constraint_name(refused) == "payment_ledgertransaction_two_people"

    def test_posting_of_two_who_are_no_staff_is_refused(
        self, chidi: CustomUser, ada: CustomUser, wale: CustomUser
    ) -> None:
        move = payment(chidi, wale)
        StaffMove.objects.filter(pk=move.pk).update(status="approved", decided_by=ada, decided_at=clock.now())

        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            post(
                kind=TransactionKind.STAFF_PAYMENT,
                reference="stf-1",
                moves=[Move(FEES, wallet_account(wale.pk), 5_000)],
            )

        assert constraint_name(refused) == "payment_ledgertransaction_two_people"

    @pytest.mark.parametrize("who", ["maker", "wale"])
    def test_one_person_or_the_payee_cannot_be_written_as_the_second(
        self, who: str, maker: CustomUser, wale: CustomUser
    ) -> None:
        move = payment(maker, wale)
        second = maker if who == "maker" else wale

        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            StaffMove.objects.filter(pk=move.pk).update(status="approved", decided_by=second, decided_at=clock.now())

        assert constraint_name(refused) in {"payment_staffmove_two_people", "payment_staffmove_not_to_oneself"}

    def test_float_is_the_owners(self, wale: CustomUser, settings: Settings) -> None:
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            raise_below_float(wale)

        assert constraint_name(refused) == "payment_ledgeraccount_float"
        settings.PLATFORM_FLOAT_KOBO += 1
        assert [str(finding) for finding in check_books().findings] == [
            "the platform's float is as set: the platform's float is 1,000,000.00, should be 1,000,000.01: run migrate"
        ]


def raise_below_float(user: CustomUser) -> None:
    """By another kind of posting than staff's, which is written at COMMIT."""
    wallet = wallet_account(user.pk)
    ids, posted = lock_accounts([FEES, wallet]), open_transaction()
    add_entry(posted, ids[FEES], -100_000_001)
    add_entry(posted, ids[wallet], 100_000_001)
    at_commit()


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_approved_by_4_at_once_is_posted_once(self, maker: CustomUser, wale: CustomUser) -> None:
        move = payment(maker, wale)
        checkers = [UserFactory(role=Role.ADMIN).pk for _ in range(4)]

        outcomes = race(*(partial(approve_move, staff_id=pk, move_id=move.pk) for pk in checkers))

        assert errors_of(outcomes) == [InvalidState] * 3
        assert balance_of(wallet_account(wale.pk)) == 5_000
        assert check_books().findings == []

    def test_approved_and_declined_at_once_is_one_of_the_two(self, maker: CustomUser, wale: CustomUser) -> None:
        move = payment(maker, wale)
        one, other = (UserFactory(role=Role.ADMIN).pk for _ in range(2))

        outcomes = race(
            partial(approve_move, staff_id=one, move_id=move.pk), partial(decline_move, staff_id=other, move_id=move.pk)
        )

        assert errors_of(outcomes) == [InvalidState]
        is_approved = StaffMove.objects.get().status == "approved"
        assert balance_of(wallet_account(wale.pk)) == (5_000 if is_approved else 0)
        assert check_books().findings == []

    def test_day_is_not_exceeded_by_approvals_at_once(
        self, maker: CustomUser, checker: CustomUser, wale: CustomUser, settings: Settings
    ) -> None:
        settings.STAFF_PAYMENTS_PER_DAY_KOBO = 10_000
        moves = [payment(maker, wale, 5_000, f"stf-{number}") for number in range(4)]

        outcomes = race(*(partial(approve_move, staff_id=checker.pk, move_id=move.pk) for move in moves))

        assert errors_of(outcomes) == [AboveCap] * 2
        assert balance_of(wallet_account(wale.pk)) == 10_000

    def test_control_without_the_constraint_one_person_is_enough(self, maker: CustomUser, wale: CustomUser) -> None:
        move = payment(maker, wale)

        with without_constraint("payment_staffmove", "payment_staffmove_two_people"):
            StaffMove.objects.filter(pk=move.pk).update(status="approved", decided_by=maker, decided_at=clock.now())

            assert any("two people moved it" in str(finding) for finding in check_books().findings)


def test_what_waits_is_decided_in_admin_by_others_only(
    maker: CustomUser, checker: CustomUser, wale: CustomUser
) -> None:
    move = payment(maker, wale)
    address = reverse("admin:payment_staffmove_approve", args=[move.pk])

    def as_staff(user: CustomUser) -> Client:
        client = Client()
        client.force_login(user)
        return client

    assert as_staff(maker).get(address).status_code == 403
    shown = as_staff(checker).get(address).content.decode()
    assert "₦50.00" in shown
    assert wale.email in shown
    assert as_staff(maker).get(reverse("admin:payment_staffmove_changelist")).status_code == 200
    decline = reverse("admin:payment_staffmove_decline", args=[move.pk])
    assert act_on_page(as_staff(checker), decline, note="No").status_code == 302
    assert StaffMove.objects.get().note == "No"
