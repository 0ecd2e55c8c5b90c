"""Lies told by the owner of the tables, with the triggers off: rows rewritten, postings struck out or turned elsewhere.

The postings stay balanced and the balances stay the sums of their entries, as whoever lies on purpose would see to.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

import psycopg
from django.db import transaction

from accounts.models import CustomUser
from payment.models import AccountKind, LedgerAccount, LedgerEntry, LedgerTransaction, TransactionKind, Withdrawal
from payment.services.accounts import AccountKey, lock_accounts, provider_balance, system_account, wallet_account
from payment.services.destinations import destination_memo
from payment.services.ledger_check import check_books
from payment.services.ledger_queries import LAWS
from payment.services.ledger_rows import ROWS
from payment.services.posting import Move, post
from tests.factories.payment import WithdrawalFactory
from tests.support.books import owner, without_trigger

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


def checks_that_name[B](damages: Mapping[str, tuple[object, Callable[[B], Iterable[str]]]], books: B) -> set[str]:
    """What a table of lies says that it is told of by."""
    return {line.partition(": ")[0] for _, told in damages.values() for line in told(books)}


def booked_kinds() -> set[str]:
    return set(LedgerTransaction.objects.values_list("kind", flat=True))


def rewrite_where(table: str, change: str, condition: str) -> None:
    with without_triggers() as own:
        own.execute(f"UPDATE {table} SET {change} WHERE {condition}")


def rewrite_delete(table: str, row_id: int) -> None:
    with without_triggers() as own:
        own.execute(f"DELETE FROM {table} WHERE id = {row_id}")


def unseen_turns(stranger: CustomUser) -> list[str]:
    """Every leg of every posting in turn on a stranger's wallet instead: those of which no check says a word.

    The stranger has money enough to be taken from.
    """
    wallet_id = LedgerAccount.objects.values_list("pk", flat=True).get(kind=AccountKind.WALLET, user=stranger)
    others = LedgerEntry.objects.exclude(transaction__entries__account=wallet_id)
    unseen = []
    with _lying() as own:
        before = _rows_found(own)
        for entry in others.select_related("transaction", "account").order_by("pk"):
            try:
                with own.transaction(force_rollback=True):
                    _move(own, entry, wallet_id)
                    if _rows_found(own) == before:
                        unseen.append(f"{entry.transaction} on {entry.account}")
            except psycopg.errors.CheckViolation:
                # A constraint is no trigger: the database refuses to overdraw the account.
                continue
    return unseen


def unseen_forgeries(stranger: CustomUser) -> list[str]:
    """A posting of every kind, of which no row knows, to a stranger's wallet: those of which no check says a word."""
    bank, wallet = system_account(AccountKind.PLATFORM_BANK), wallet_account(stranger.pk)
    with without_trigger("payment_ledgertransaction", "payment_ledgertransaction_two_people"):
        for kind in TransactionKind:
            forge(kind, f"forged-{kind}", Move(bank, wallet, 900))
    told = " ".join(found())
    return [kind for kind in TransactionKind if f"forged-{kind}" not in told]


@contextmanager
def _lying() -> Iterator[psycopg.Connection]:
    """The owner in a transaction without triggers, of which nothing stays."""
    with owner() as own, own.transaction(force_rollback=True):
        for table in TABLES:
            own.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield own


def _move(own: psycopg.Connection, entry: LedgerEntry, account_id: int) -> None:
    own.execute("UPDATE payment_ledgerentry SET account_id = %s WHERE id = %s", [account_id, entry.pk])
    for pk, kobo in ((entry.account_id, -entry.amount_kobo), (account_id, entry.amount_kobo)):
        own.execute("UPDATE payment_ledgeraccount SET balance_kobo = balance_kobo + %s WHERE id = %s", [kobo, pk])


def _rows_found(own: psycopg.Connection) -> list[tuple[object, ...]]:
    """What the checks that look at rows say, seen from inside the transaction."""
    return [row for query in (*LAWS.values(), *ROWS.values()) for row in own.execute(query).fetchall()]


@contextmanager
def clock_fixed(own: psycopg.Connection) -> Iterator[None]:
    """As in production: see `core.apps`."""
    (role,) = own.execute(
        "SELECT grantee FROM information_schema.role_table_grants WHERE table_name = 'core_clockoffset'"
        " AND privilege_type = 'INSERT' AND grantee <> current_user"
    ).fetchone() or ("",)
    own.execute(f"REVOKE INSERT ON core_clockoffset FROM {role}")
    try:
        yield
    finally:
        own.execute(f"GRANT INSERT ON core_clockoffset TO {role}")
