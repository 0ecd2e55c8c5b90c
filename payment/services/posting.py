"""The only way money moves: one posting is one balanced ledger transaction, in two statements.

M1, M3 and M4 are enforced by the database on what is posted here; a posting runs in the caller's transaction and is
gone if that rolls back. (kind, reference) names the event: posted once, whoever tries again.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import IntegrityError, connection
from django.db.transaction import TransactionManagementError

from core import clock
from core.errors import InvalidState
from core.listings import prepared
from payment.exceptions import AlreadyPosted, FloatExceeded, InsufficientFunds
from payment.models import AccountKind, LedgerTransaction, TransactionKind
from payment.services.accounts import AccountKey, lock_accounts

# Of those who get money.
OWING = """
    SELECT user_id FROM payment_ledgeraccount
    WHERE kind = 'receivable' AND balance_kobo < 0 AND user_id = ANY (%(credited)s)
    UNION
    SELECT payer_id FROM payment_chargeback
    WHERE status IN ('open', 'answered') AND held_kobo < amount_kobo AND payer_id = ANY (%(credited)s)
"""
# One statement, so that a second posting of one event is found out and leaves no entries. It does not fail: the caller
# may catch AlreadyPosted and go on in the same transaction.
POST = """
WITH posted AS (
    INSERT INTO payment_ledgertransaction (kind, reference, job_id, memo, created_at, xid)
    VALUES (%(kind)s, %(reference)s, %(job_id)s, %(memo)s, %(created_at)s, 0)
    ON CONFLICT (kind, reference) DO NOTHING
    RETURNING id, xid
), entered AS (
    INSERT INTO payment_ledgerentry (transaction_id, account_id, amount_kobo)
    SELECT posted.id, entry.account_id, entry.amount_kobo
    FROM posted, unnest(%(accounts)s::bigint[], %(amounts)s::bigint[]) AS entry (account_id, amount_kobo)
    ORDER BY entry.account_id
)
SELECT id, xid, ARRAY(OWING) FROM posted
""".replace("OWING", OWING)
# Many events of a kind at once, each a transaction of its own.
POST_EACH = """
WITH posted AS (
    INSERT INTO payment_ledgertransaction (kind, reference, job_id, memo, created_at, xid)
    SELECT %(kind)s, event.reference, %(job_id)s, '', %(created_at)s, 0
    FROM unnest(%(references)s::text[]) AS event (reference)
    ON CONFLICT (kind, reference) DO NOTHING
    RETURNING id, reference
), entered AS (
    INSERT INTO payment_ledgerentry (transaction_id, account_id, amount_kobo)
    SELECT posted.id, entry.account_id, entry.amount_kobo
    FROM unnest(%(of)s::text[], %(accounts)s::bigint[], %(amounts)s::bigint[])
        AS entry (reference, account_id, amount_kobo)
    JOIN posted ON posted.reference = entry.reference
    ORDER BY entry.account_id
)
SELECT (SELECT count(*) FROM posted), ARRAY(OWING)
""".replace("OWING", OWING)
COLUMNS = ["id", "kind", "reference", "job_id", "memo", "created_at", "xid"]


@dataclass(frozen=True, slots=True)
class Move:
    """Money from one account (debited) to another (credited)."""

    debit: AccountKey
    credit: AccountKey
    amount_kobo: int

    def __post_init__(self) -> None:
        if self.amount_kobo <= 0 or self.debit == self.credit:
            raise ValueError(f"{self.amount_kobo} kobo from {self.debit} to {self.credit} moves nothing.")


def post(
    *,
    kind: TransactionKind,
    reference: str,
    moves: Sequence[Move],
    job_id: int | None = None,
    memo: str = "",
    also_lock: Iterable[AccountKey] = (),
) -> LedgerTransaction:
    """Post the moves as one ledger transaction.

    Locks the accounts by id, as late as possible and last of all; a transaction that will post again names the accounts
    of its later postings in `also_lock`, so that the order holds over all of them. Payshift's own accounts are locked
    and written by the COMMIT, or by `write_shared_accounts`. Raises `AlreadyPosted` when (kind, reference) is in the
    books, with nothing done. After `InsufficientFunds` (a wallet or an escrow would go below zero) and `InvalidState`
    (the month is closed) the caller's transaction can only roll back. The COMMIT is refused when what is in flight or
    held would go below zero, or the platform's fees by more than their float.
    """
    require_transaction()
    amounts = _net(moves)
    ids = lock_accounts([*amounts, *also_lock])
    created_at = clock.now()
    given = {
        "kind": kind.value,
        "reference": reference,
        "job_id": job_id,
        "memo": memo,
        "created_at": created_at,
        "accounts": [ids[key] for key in amounts],
        "amounts": list(amounts.values()),
        "credited": [key.user_id for key in amounts if _is_income(key, amounts[key])],
    }
    with prepared() as cursor, refusals():
        cursor.execute(POST, given)
        row = cursor.fetchone()
    if row is None:
        raise AlreadyPosted(f"{kind} {reference} is in the books already.")
    for user_id in row[2]:
        _collect_later(user_id)
    return LedgerTransaction.from_db(
        connection.alias, COLUMNS, (row[0], kind, reference, job_id, memo, created_at, row[1])
    )


def post_each(
    *,
    kind: TransactionKind,
    moves: Mapping[str, Sequence[Move]],
    job_id: int | None,
    also_lock: Iterable[AccountKey] = (),
) -> None:
    """Post many events of one kind, by reference, as `post` does each: in two queries.

    Raises what `post` raises, `AlreadyPosted` where one of them is in the books; after any of these the caller's
    transaction can only roll back.
    """
    require_transaction()
    amounts = {reference: _net(each) for reference, each in moves.items()}
    entries = [(reference, key, kobo) for reference, each in amounts.items() for key, kobo in each.items()]
    ids = lock_accounts([*(key for _, key, _ in entries), *also_lock])
    given = {
        "kind": kind.value,
        "references": list(amounts),
        "job_id": job_id,
        "created_at": clock.now(),
        "of": [reference for reference, _, _ in entries],
        "accounts": [ids[key] for _, key, _ in entries],
        "amounts": [kobo for _, _, kobo in entries],
        "credited": [key.user_id for _, key, kobo in entries if _is_income(key, kobo)],
    }
    with connection.cursor() as cursor, refusals():
        cursor.execute(POST_EACH, given)
        count, owing = cursor.fetchone()
    if count < len(amounts):
        raise AlreadyPosted(f"One of {len(amounts)} of {kind} is in the books already.")
    for user_id in owing:
        _collect_later(user_id)


def require_transaction() -> None:
    if not connection.in_atomic_block:
        raise TransactionManagementError("Money moves together with what it is for: post inside transaction.atomic().")


@contextmanager
def refusals() -> Iterator[None]:
    """The database's, by their names here."""
    try:
        yield
    except IntegrityError as error:
        if constraint_of(error) == "payment_ledgeraccount_not_negative":
            raise InsufficientFunds from error
        if constraint_of(error) == "payment_ledgeraccount_float":
            raise FloatExceeded from error
        if constraint_of(error) == "payment_ledgertransaction_month_open":
            raise InvalidState("This month of the books is closed: nothing is posted into it any more.") from error
        raise


def _is_income(key: AccountKey, amount_kobo: int) -> bool:
    return key.kind is AccountKind.WALLET and amount_kobo > 0


def _collect_later(user_id: int) -> None:
    """Money came for somebody who owes. By a job of this transaction: their debt's accounts have other locks."""
    from payment.tasks import collect_owed

    collect_owed.defer(user_id=user_id)


def constraint_of(error: IntegrityError) -> str:
    """The name of the constraint that refused."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) or ""


def _net(moves: Sequence[Move]) -> dict[AccountKey, int]:
    """What each account gets (credit positive): one entry per account."""
    amounts: dict[AccountKey, int] = {}
    for move in moves:
        amounts[move.debit] = amounts.get(move.debit, 0) - move.amount_kobo
        amounts[move.credit] = amounts.get(move.credit, 0) + move.amount_kobo
    if not amounts or 0 in amounts.values():
        raise ValueError("Every account of a posting must change.")
    return amounts
