"""Every check of the books has a lie that it names: a check without one, or a kind of posting without one, fails here.

Most lies are in the tables of `test_damage`, `test_damage_of_staff_money` and `test_damage_of_vat`. Here are those of
the laws of the books themselves, of receipts, and of the database's guards.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from accounts.models import CustomUser
from payment.models import AccountKind, Receipt, StaffMove, TransactionKind
from payment.services.accounts import system_account, wallet_account
from payment.services.anchors import anchor_books
from payment.services.ledger_check import CHECKS
from payment.services.ledger_guards import TRIGGERS
from payment.services.posting import Move
from tests.factories.accounts import UserFactory
from tests.factories.payment import DepositFactory, StaffMoveFactory
from tests.payment import test_damage, test_damage_of_staff_money, test_damage_of_vat
from tests.support.books import owner, without_constraint, without_trigger
from tests.support.damage import clock_fixed, forge, found, rewrite, rewrite_where
from tests.support.work_books import Books, books_of_work

pytestmark = pytest.mark.django_db(transaction=True)

TABLES_OF_LIES = (test_damage, test_damage_of_staff_money)
NAMED_ELSEWHERE = {test_damage_of_vat.NAMED}.union(*(table.NAMED for table in TABLES_OF_LIES))
KINDS_ELSEWHERE = {test_damage_of_vat.KIND}.union(*(table.KINDS for table in TABLES_OF_LIES))


@pytest.fixture
def books(chidi: CustomUser, wale: CustomUser, ada: CustomUser) -> Books:
    return books_of_work(client=chidi, worker=wale, other=ada)


@contextmanager
def overdrawn(books: Books) -> Iterator[None]:
    """The control of M3: nothing of the table stays."""
    with without_constraint("payment_ledgeraccount", "payment_ledgeraccount_not_negative"):
        rewrite_where("payment_ledgeraccount", "balance_kobo = -1", f"kind = 'wallet' AND user_id = {books.other.pk}")
        yield


@contextmanager
def one_person(books: Books) -> Iterator[None]:
    move: StaffMove = StaffMoveFactory(reference="stf-1", user=books.other)
    with without_constraint("payment_staffmove", "payment_staffmove_two_people"):
        rewrite(
            "payment_staffmove",
            move.pk,
            f"status = 'approved', decided_at = proposed_at, decided_by_id = {move.proposed_by_id}",
        )
        yield


@contextmanager
def dated_elsewhere(books: Books) -> Iterator[None]:
    rewrite_where("payment_ledgertransaction", "created_at = '2020-01-02 03:04:05Z'", f"reference = '{books.wage}'")
    with owner() as own, clock_fixed(own):
        yield


@contextmanager
def undone(change: str, back: str) -> Iterator[None]:
    with owner() as own:
        own.execute(change)
        try:
            yield
        finally:
            own.execute(back)


def anchored_and_rewritten(books: Books) -> None:
    anchor_books(settled_after=timedelta(0))
    rewrite_where("payment_ledgertransaction", "memo = 'as I say'", f"reference = '{books.wage}'")


def wallet_of_another(books: Books) -> None:
    nobody: CustomUser = UserFactory(email="nobody@example.com")
    rewrite("payment_wallet", books.other.wallet.pk, f"user_id = {nobody.pk}")


def receipt_of(books: Books) -> Receipt:
    return Receipt.objects.get(withdrawal=books.paid)


def unbooked_deposit(books: Books) -> None:
    DepositFactory(reference="dep-1", amount_kobo=700)


def placed_without_having_come(books: Books) -> None:
    with without_trigger("payment_ledgertransaction", "payment_ledgertransaction_two_people"):
        forge(
            TransactionKind.SUSPENSE_RESOLVED,
            "paystack:never",
            Move(system_account(AccountKind.SUSPENSE), wallet_account(books.other.pk), 900),
        )


type Lie = Callable[[Books], AbstractContextManager[None] | None]
ROLE = connection.settings_dict["USER"]
LIES: dict[str, tuple[Lie, Callable[[Books], str]]] = {
    "transactions balance": (
        lambda b: rewrite_where(
            "payment_ledgerentry",
            "amount_kobo = amount_kobo + 1",
            "amount_kobo > 0 AND transaction_id ="
            f" (SELECT id FROM payment_ledgertransaction WHERE reference = '{b.open.reference}')",
        ),
        lambda b: f"withdrawal {b.open.reference} NGN is 0.01, should be 0.00",
    ),
    "all balances sum to zero": (
        lambda b: rewrite_where("payment_ledgeraccount", "balance_kobo = balance_kobo + 1", "kind = 'platform_fees'"),
        lambda b: "NGN is 0.01, should be 0.00",
    ),
    "balances are the sums of their entries": (
        lambda b: rewrite_where("payment_ledgeraccount", "balance_kobo = balance_kobo + 1", "kind = 'platform_fees'"),
        lambda b: "platform_fees is 1,200.01, should be 1,200.00",
    ),
    "nothing is overdrawn": (overdrawn, lambda b: f"wallet {b.other.pk} is -0.01, should be 0.00"),
    "paid in = released + refunded + held": (
        lambda b: rewrite_where("payment_ledgertransaction", "kind = 'settlement'", f"reference = '{b.wage}'"),
        lambda b: f"escrow of job {b.job.pk} is 7,950.00, should be 21,150.00",
    ),
    "payouts in flight are the open withdrawals": (
        lambda b: rewrite("payment_withdrawal", b.open.pk, "status = 'failed', finished_at = created_at"),
        lambda b: "payouts in flight is 400.00, should be 0.00",
    ),
    "refunds in flight are the open refunds": (
        lambda b: rewrite("payment_refund", b.card.pk, "status = 'processing', finished_at = NULL"),
        lambda b: "refunds in flight is 0.00, should be 300.00",
    ),
    "wallets have their accounts": (
        wallet_of_another,
        lambda b: f"wallet of user {CustomUser.objects.get(email='nobody@example.com').pk} is 0.00, should be 10.00",
    ),
    "extra time is paid": (
        lambda b: rewrite_where("jobs_job", "extra_kobo = 500", f"id = {b.job.pk}"),
        lambda b: f"extra time of job {b.job.pk} paid is 0.00, should be 5.00",
    ),
    "deposits are booked": (
        unbooked_deposit,
        lambda b: "deposit paystack dep-1 is 0.00, should be 7.00",
    ),
    "postings are dated when they were made": (
        dated_elsewhere,
        lambda b: f"wage {b.wage} dated 2020-01-02 03:04:05 recorded ",
    ),
    "refunded sums are the sums of refunds": (
        lambda b: rewrite("payment_paymentattempt", b.attempt.pk, "refunded_kobo = refunded_kobo + 1"),
        lambda b: f"paystack {b.attempt.reference} is 300.01, should be 300.00",
    ),
    "two people moved it": (one_person, lambda b: "staff_payment stf-1 proposed by "),
    "suspense is resolved whole": (
        placed_without_having_come,
        lambda b: "suspense_resolved paystack:never is 9.00, should be 0.00",
    ),
    "no provider holds less than nothing": (
        lambda b: rewrite_where("payment_ledgeraccount", "balance_kobo = 1", "kind = 'provider_balance'"),
        lambda b: (
            "provider_balance paystack holds less than nothing: a top-up or an income is not booked is -0.01, "
            "should be 0.00"
        ),
    ),
    "receipts are numbered without a gap": (
        lambda b: rewrite_where("payment_receipt", "number = 900", f"withdrawal_id = {b.paid.pk}"),
        lambda b: f"receipt PS-{receipt_of(b).paid_at.year}-000900 is after the last",
    ),
    "what was paid has its receipt": (
        lambda b: rewrite_where("payment_withdrawal", "status = 'paid'", f"id = {b.failed.pk}"),
        lambda b: f"withdrawal {b.failed.reference} has no receipt",
    ),
    "receipts are of what was paid": (
        lambda b: rewrite_where("payment_withdrawal", "status = 'failed'", f"id = {b.paid.pk}"),
        lambda b: f"receipt {receipt_of(b)} is of nothing paid in its year",
    ),
    "triggers are in force": (
        lambda b: undone(
            f"ALTER TABLE payment_ledgerentry DISABLE TRIGGER {TRIGGERS[4]}",
            f"ALTER TABLE payment_ledgerentry ENABLE TRIGGER {TRIGGERS[4]}",
        ),
        lambda b: f"trigger {TRIGGERS[4]} of payment_ledgerentry is disabled",
    ),
    "constraints are in force": (
        lambda b: without_constraint("payment_withdrawal", "payment_withdrawal_one_in_flight"),
        lambda b: "constraint payment_withdrawal_one_in_flight is missing or not enforced",
    ),
    "grants are as declared": (
        lambda b: undone(
            f"GRANT DELETE ON payment_withdrawal TO {ROLE}", f"REVOKE DELETE ON payment_withdrawal FROM {ROLE}"
        ),
        lambda b: "the application's role may DELETE payment_withdrawal",
    ),
    "the anchored ledger is what it was": (anchored_and_rewritten, lambda b: "what was recorded before "),
}
SETTINGS = {
    "the platform's float is as set": ("PLATFORM_FLOAT_KOBO", 1, "the platform's float is "),
    "the issuer of receipts is as set": ("ISSUER_NAME", "Somebody Else", "receipts are issued by PS, Payshift"),
}


@pytest.mark.parametrize("check", [check for check in CHECKS if check not in NAMED_ELSEWHERE | SETTINGS.keys()])
def test_check_names_the_row_and_the_amount_of_its_lie(check: str, books: Books) -> None:
    lie, told = LIES[check]

    with lie(books) or nullcontext():
        lines = found()
        wanted = f"{check}: {told(books)}"

    assert [line for line in lines if line.startswith(wanted)] != [], lines


@pytest.mark.parametrize(("check", "of"), SETTINGS.items())
def test_check_names_what_was_not_migrated(check: str, of: tuple[str, object, str], settings: Any) -> None:
    name, value, told = of
    setattr(settings, name, value)

    assert [line for line in found() if not line.startswith(f"{check}: {told}")] == []
    assert found() != []


def test_no_lie_is_of_a_check_that_is_gone() -> None:
    assert {*LIES, *SETTINGS, *NAMED_ELSEWHERE} - CHECKS.keys() == set()


def test_every_kind_of_posting_is_lied_about() -> None:
    assert set(TransactionKind) - KINDS_ELSEWHERE == set()
