"""Lies told by the owner of the tables, with the triggers off: rows rewritten, postings struck out or turned elsewhere.

The postings stay balanced and the balances stay the sums of their entries, as whoever lies on purpose would see to.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import transaction

from accounts.models import CustomUser
from payment.models import AccountKind, TransactionKind, Withdrawal
from payment.services.accounts import AccountKey, lock_accounts, provider_balance, system_account, wallet_account
from payment.services.destinations import destination_memo
from payment.services.ledger_check import check_books
from payment.services.posting import Move, post
from tests.factories.payment import WithdrawalFactory
from tests.support.books import owner

TABLES = (
    *("payment_ledgeraccount", "payment_ledgertransaction", "payment_ledgerentry", "payment_withdrawal"),
    *("payment_payment", "payment_paymentattempt", "payment_refund", "payment_staffmove", "payment_chargeback"),
)


def book(kind: TransactionKind, reference: str, *moves: Move, memo: str = "") -> None:
    with transaction.atomic():
        post(kind=kind, reference=reference, moves=moves, memo=memo)


def booked_withdrawal(user: CustomUser, status: str, amount_kobo: int) -> Withdrawal:
    """With everything booked that its status says."""
    row: Withdrawal = WithdrawalFactory(
        wallet=user.wallet, status=status, amount_kobo=amount_kobo, provider_fee_kobo=1_000
    )
    in_flight, provider_fees = system_account(AccountKind.PAYOUTS_IN_FLIGHT), system_account(AccountKind.PROVIDER_FEES)
    paystack = provider_balance("paystack")
    wallet, reference = wallet_account(user.pk), row.reference
    book(TransactionKind.WITHDRAWAL, reference, Move(wallet, in_flight, amount_kobo), memo=destination_memo(row))
    if status in ("paid", "reversed"):
        book(TransactionKind.WITHDRAWAL_PAID, reference, Move(in_flight, paystack, amount_kobo))
        book(TransactionKind.TRANSFER_FEE, reference, Move(provider_fees, paystack, 1_000))
    if status in ("failed", "reversed"):
        source = in_flight if status == "failed" else paystack
        book(TransactionKind.WITHDRAWAL_RETURNED, reference, Move(source, wallet, amount_kobo))
    if status == "reversed":
        book(TransactionKind.TRANSFER_FEE, f"{reference}:returned", Move(paystack, provider_fees, 1_000))
    return row


@contextmanager
def without_triggers() -> Iterator[psycopg.Connection]:
    with owner() as own:
        for table in TABLES:
            own.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        try:
            yield own
        finally:
            for table in TABLES:
                own.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def strike_out(kind: str, reference: str) -> None:
    """A posting that never was: its entries and itself, and the balances as without it."""
    with without_triggers() as own:
        own.execute(
            """
            WITH t AS (SELECT id FROM payment_ledgertransaction WHERE kind = %s AND reference = %s),
            gone AS (DELETE FROM payment_ledgerentry WHERE transaction_id IN (SELECT id FROM t) RETURNING *)
            UPDATE payment_ledgeraccount a SET balance_kobo = balance_kobo - gone.amount_kobo
            FROM gone WHERE a.id = gone.account_id
            """,
            [kind, reference],
        )
        own.execute("DELETE FROM payment_ledgertransaction WHERE kind = %s AND reference = %s", [kind, reference])


def forge(kind: TransactionKind, reference: str, move: Move) -> None:
    """A posting that nothing stands behind, with every trigger's blessing."""
    book(kind, reference, move)


def turn(kind: str, reference: str, source: AccountKey, target: AccountKey) -> None:
    """An entry moved to another account, with both balances."""
    with transaction.atomic():
        ids = lock_accounts([source, target])
    with without_triggers() as own:
        (amount_kobo,) = own.execute(
            """
            UPDATE payment_ledgerentry SET account_id = %s WHERE account_id = %s AND transaction_id =
                (SELECT id FROM payment_ledgertransaction WHERE kind = %s AND reference = %s) RETURNING amount_kobo
            """,
            [ids[target], ids[source], kind, reference],
        ).fetchone() or (0,)
        for key, sign in ((source, -1), (target, 1)):
            own.execute(
                "UPDATE payment_ledgeraccount SET balance_kobo = balance_kobo + %s WHERE id = %s",
                [sign * amount_kobo, ids[key]],
            )


def rewrite(table: str, row_id: int, change: str) -> None:
    with without_triggers() as own:
        own.execute(f"UPDATE {table} SET {change} WHERE id = {row_id}")


def found() -> list[str]:
    return [str(finding) for finding in check_books().findings]


def rewrite_where(table: str, change: str, condition: str) -> None:
    with without_triggers() as own:
        own.execute(f"UPDATE {table} SET {change} WHERE {condition}")


def rewrite_delete(table: str, row_id: int) -> None:
    with without_triggers() as own:
        own.execute(f"DELETE FROM {table} WHERE id = {row_id}")
