"""The books as an hledger journal: plain text that another program adds up by itself.

hledger's signs are the other way round: a debit is positive there. Amounts are naira with two decimals; the journal
ends with the accounts, as `hledger check --strict` wants them, and an assertion of every balance, which hledger checks
against the entries.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import connection

from payment.services.periods import Period

# In the order in which the transactions were written; one row per entry. Days are those of Lagos.
ENTRIES = """
SELECT t.id, t.created_at AT TIME ZONE 'Africa/Lagos', t.kind, t.reference, t.memo, t.job_id,
       a.kind, a.user_id, a.job_id, a.provider, a.currency, e.amount_kobo, a.balance_kobo
FROM payment_ledgerentry e
JOIN payment_ledgertransaction t ON t.id = e.transaction_id
JOIN payment_ledgeraccount a ON a.id = e.account_id
WHERE t.created_at >= coalesce(%(since)s, '-infinity'::timestamptz)
  AND t.created_at < coalesce(%(until)s, 'infinity'::timestamptz)
ORDER BY t.id, e.id
"""
# What every account held when a period began.
OPENING = """
SELECT a.kind, a.user_id, a.job_id, a.provider, a.currency, sum(e.amount_kobo)::bigint
FROM payment_ledgerentry e
JOIN payment_ledgertransaction t ON t.id = e.transaction_id
JOIN payment_ledgeraccount a ON a.id = e.account_id
WHERE t.created_at < %(since)s
GROUP BY a.id HAVING sum(e.amount_kobo) <> 0 ORDER BY a.id
"""
CLASSES = {
    "wallet": "liabilities",
    "escrow": "liabilities",
    "payouts_in_flight": "liabilities",
    "refunds_in_flight": "liabilities",
    "suspense": "liabilities",
    "chargebacks_held": "liabilities",
    "vat": "liabilities",
    "platform_fees": "revenues",
    "provider_balance": "assets",
    "platform_bank": "assets",
    "receivable": "assets",
    "provider_fees": "expenses",
    "stamp_duty": "expenses",
}
ROWS_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class EntryRow:
    transaction_id: int
    # In Lagos.
    at: datetime
    kind: str
    reference: str
    memo: str
    job_id: int | None
    account: str
    currency: str
    amount_kobo: int
    balance_kobo: int

    @property
    def day(self) -> str:
        return self.at.date().isoformat()


def journal_lines(period: Period | None = None) -> Iterator[str]:
    """The journal, line by line, from one statement and so one snapshot. Needs an open transaction.

    Of a period: with what its accounts held when it began, and what they hold at its end.
    """
    yield "; Payshift ledger. Debits are positive, credits negative."
    yield "commodity 1000.00 NGN"
    written = None
    last_day = ""
    balances: dict[tuple[str, str], int] = {}
    if period is not None:
        last_day = period.first_day.isoformat()
        balances = _opening(period)
        if balances:
            yield ""
            yield f"{last_day} * opening balances"
            yield from (f"    {name}  {_amount(-kobo, currency)}" for (name, currency), kobo in balances.items())
    for row in _entries(period):
        if row.transaction_id != written:
            yield ""
            yield _heading(row.day, row.kind, row.reference, row.memo, row.job_id)
            written, last_day = row.transaction_id, max(last_day, row.day)
        yield f"    {row.account}  {_amount(-row.amount_kobo, row.currency)}"
        key = (row.account, row.currency)
        balances[key] = balances.get(key, 0) + row.amount_kobo if period else row.balance_kobo
    yield ""
    yield from sorted({f"account {name}" for name, _ in balances})
    if balances:
        # hledger goes by date: the assertions come on the last day of the books, whatever today is.
        yield ""
        yield f"{last_day} * balances"
        for (name, currency), balance_kobo in balances.items():
            yield f"    {name}  {_amount(0, currency)} = {_amount(-balance_kobo, currency)}"


def csv_rows(period: Period | None = None) -> Iterator[tuple[str, ...]]:
    """A row per entry for a spreadsheet, a heading first; credits are positive. Needs an open transaction."""
    yield ("date", "time", "transaction", "kind", "reference", "memo", "job", "account", "amount", "currency")
    for row in _entries(period):
        yield (
            *(row.day, row.at.strftime("%H:%M:%S"), str(row.transaction_id), row.kind, row.reference, row.memo),
            *(str(row.job_id or ""), row.account, f"{Decimal(row.amount_kobo).scaleb(-2):.2f}", row.currency),
        )


def _entries(period: Period | None) -> Iterator[EntryRow]:
    # A server-side cursor: the books need not fit into memory.
    with connection.chunked_cursor() as cursor:
        cursor.execute(ENTRIES, _bounds(period))
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            for (
                transaction_id,
                at,
                kind,
                reference,
                memo,
                job_id,
                *account,
                currency,
                amount_kobo,
                balance_kobo,
            ) in rows:
                yield EntryRow(
                    *(transaction_id, at, kind, reference, memo, job_id),
                    *(account_name(*account), currency, amount_kobo, balance_kobo),
                )


def _opening(period: Period) -> dict[tuple[str, str], int]:
    with connection.cursor() as cursor:
        cursor.execute(OPENING, _bounds(period))
        return {(account_name(*account), currency): kobo for *account, currency, kobo in cursor.fetchall()}


def _bounds(period: Period | None) -> dict[str, datetime | None]:
    return {"since": period.since if period else None, "until": period.until if period else None}


def account_name(kind: str, user_id: int | None, job_id: int | None, provider: str) -> str:
    parts = [CLASSES[kind], kind, user_id and f"user {user_id}", job_id and f"job {job_id}", provider]
    return ":".join(str(part) for part in parts if part)


def _heading(date: str, kind: str, reference: str, memo: str, job_id: int | None) -> str:
    # A semicolon begins a comment, a bar splits the payee off and a line ends the heading: none may come from a
    # reference or memo. `split` knows every kind of line's end and of blank.
    text = " ".join(f"{kind} {reference} {memo}".replace(";", ",").replace("|", "/").split())
    return f"{date} * {text}" + (f"  ; job:{job_id}" if job_id else "")


def _amount(kobo: int, currency: str) -> str:
    return f"{Decimal(kobo).scaleb(-2):.2f} {currency}"
