"""Lies about the VAT in fees: each is named by check, row and amount."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from accounts.models import CustomUser
from core.actor import Role
from jobs.models import Job
from jobs.ports import Price
from payment.models import AccountKind, StaffMoveKind, TransactionKind
from payment.services.accounts import lock_accounts, system_account
from payment.services.escrow import LedgerEscrow
from payment.services.posting import Move
from payment.services.staff_moves import approve_move, propose_move
from tests.factories.accounts import UserFactory
from tests.factories.jobs import JobFactory
from tests.factories.payment import accepted_assignment, pay_in_escrow
from tests.support.damage import (
    booked_kinds,
    checks_that_name,
    forge,
    found,
    rewrite_where,
    strike_out,
    unseen_turns,
    without_triggers,
)

pytestmark = pytest.mark.django_db(transaction=True)

FEES, VAT = system_account(AccountKind.PLATFORM_FEES), system_account(AccountKind.VAT)
FEE, DUE, PAID = 120_000, 8_372, 8_000
KIND, NAMED = TransactionKind.TAX_REMITTED, "VAT is by the rate of the day"


@pytest.fixture
def wage(chidi: CustomUser, bisi: CustomUser, settings: Any) -> str:
    """The reference of a wage whose fee had VAT in it, most of which was paid to the state."""
    settings.VAT_BPS = "2026-01-01=750"
    job: Job = JobFactory.create(client=chidi)
    pay_in_escrow(job)
    assignment = accepted_assignment(job, checked_out=True)
    with transaction.atomic():
        LedgerEscrow().pay_assignment(
            assignment_id=assignment.pk,
            job_id=job.pk,
            client_id=chidi.pk,
            worker_id=assignment.worker_id,
            price=Price(wage_kobo=1_200_000, fee_kobo=FEE),
        )
    move = propose_move(
        staff_id=bisi.pk, kind=StaffMoveKind.TAX_REMITTED, amount_kobo=PAID, reason="November", reference="firs-1"
    )
    approve_move(staff_id=UserFactory.create(role=Role.ADMIN, is_superuser=True).pk, move_id=move.pk)
    return f"wage-assignment-{assignment.pk}"


def keep(wage: str, kobo: int) -> None:
    """So much of the VAT booked as the platform's own, with both balances."""
    with transaction.atomic():
        ids = lock_accounts([FEES, VAT])
    with without_triggers() as own:
        (posting,) = own.execute(
            "SELECT id FROM payment_ledgertransaction WHERE kind = 'wage' AND reference = %s", [wage]
        ).fetchone() or (0,)
        if kobo == DUE:
            own.execute(
                "DELETE FROM payment_ledgerentry WHERE transaction_id = %s AND account_id = %s", [posting, ids[VAT]]
            )
        for key, change in ((VAT, -kobo), (FEES, kobo)):
            own.execute(
                "UPDATE payment_ledgerentry SET amount_kobo = amount_kobo + %s"
                " WHERE transaction_id = %s AND account_id = %s",
                [change, posting, ids[key]],
            )
            own.execute(
                "UPDATE payment_ledgeraccount SET balance_kobo = balance_kobo + %s WHERE id = %s", [change, ids[key]]
            )


def forget(wage: str) -> None:
    rewrite_where("payment_payment", "vat_kobo = 0, vat_bps = 0", f"reference = '{wage}'")


def keep_and_forget(wage: str) -> None:
    keep(wage, DUE)
    forget(wage)


def test_books_with_vat_are_right(wage: str) -> None:
    assert found() == []
    assert KIND in booked_kinds()


type Damage = Callable[[str], None]
type Told = Callable[[str], list[str]]
DAMAGES: dict[str, tuple[Damage, Told]] = {
    "a kobo of it kept": (
        lambda wage: keep(wage, 1),
        lambda wage: [
            f"payments are booked: wage {wage} on platform_fees is 1,116.29, should be 1,116.28",
            f"payments are booked: wage {wage} on vat is 83.71, should be 83.72",
        ],
    ),
    "all of it kept": (
        lambda wage: keep(wage, DUE),
        lambda wage: [
            f"payments are booked: wage {wage} on platform_fees is 1,200.00, should be 1,116.28",
            f"payments are booked: wage {wage} on vat is 0.00, should be 83.72",
        ],
    ),
    "called a fee without VAT": (
        forget,
        lambda wage: [
            f"payments are booked: wage {wage} on platform_fees is 1,116.28, should be 1,200.00",
            f"payments are booked: wage {wage} on vat is 83.72, should be 0.00",
            f"VAT is by the rate of the day: wage {wage} has 0.00 of VAT, should have 83.72",
        ],
    ),
    "kept, and called a fee without VAT": (
        keep_and_forget,
        lambda wage: [f"VAT is by the rate of the day: wage {wage} has 0.00 of VAT, should have 83.72"],
    ),
    "forged": (
        lambda wage: forge(TransactionKind.WAGE, "wage-forged", Move(FEES, VAT, 900)),
        lambda wage: [
            "payments are booked: wage wage-forged on platform_fees is -9.00, should be 0.00",
            "payments are booked: wage wage-forged on vat is 9.00, should be 0.00",
        ],
    ),
    "what was paid to the state struck out": (
        lambda wage: strike_out("tax_remitted", "firs-1"),
        lambda wage: [
            "money that staff moved is booked: tax_remitted firs-1 on vat is 0.00, should be -80.00",
            "money that staff moved is booked: tax_remitted firs-1 on platform_bank is 0.00, should be 80.00",
        ],
    ),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_named_by_check_row_and_amount(name: str, wage: str) -> None:
    damage, told = DAMAGES[name]

    damage(wage)

    told_of = found()
    assert [line for line in told(wage) if line not in told_of] == []


def test_books_name_fees_of_days_for_which_a_rate_was_written_down_afterwards(wage: str, settings: Any) -> None:
    settings.VAT_BPS = "2026-01-01=1000"

    assert found() == [f"VAT is by the rate of the day: wage {wage} has 83.72 of VAT, should have 109.09"]


def test_checks_that_name_these_lies(wage: str) -> None:
    assert NAMED in checks_that_name(DAMAGES, wage)


def test_no_leg_is_on_a_strangers_wallet_unseen(wage: str, stranger_with_money: CustomUser) -> None:
    assert unseen_turns(stranger_with_money) == []
