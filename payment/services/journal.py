"""The books as an hledger journal: plain text that another program adds up by itself.

hledger's signs are the other way round: a debit is positive there. Amounts are naira with two decimals; the journal
ends with the accounts, as `hledger check --strict` wants them, and an assertion of every balance, which hledger checks
against the entries.
"""

from collections.abc import Iterator
from decimal import Decimal

from django.db import connection

# In the order in which the transactions were written; one row per entry.
ENTRIES = """
SELECT t.id, (t.created_at AT TIME ZONE 'UTC')::date, t.kind, t.reference, t.memo, t.job_id,
       a.kind, a.user_id, a.job_id, a.provider, a.currency, e.amount_kobo, a.balance_kobo
FROM payment_ledgerentry e
JOIN payment_ledgertransaction t ON t.id = e.transaction_id
JOIN payment_ledgeraccount a ON a.id = e.account_id
ORDER BY t.id, e.id
"""
CLASSES = {
    "wallet": "liabilities",
    "escrow": "liabilities",
    "payouts_in_flight": "liabilities",
    "refunds_in_flight": "liabilities",
    "suspense": "liabilities",
    "chargebacks_held": "liabilities",
    "vat": "liabilities",
    "stamp_duty": "liabilities",
    "platform_fees": "revenues",
    "provider_balance": "assets",
    "platform_bank": "assets",
    "receivable": "assets",
    "provider_fees": "expenses",
}
ROWS_AT_ONCE = 2000


def journal_lines() -> Iterator[str]:
    """The journal, line by line, from one statement and so one snapshot. Needs an open transaction."""
    yield "; Payshift ledger. Debits are positive, credits negative."
    yield "commodity 1000.00 NGN"
    written = None
    last_day = ""
    balances: dict[tuple[str, str], int] = {}
    # A server-side cursor: the books need not fit into memory.
    with connection.chunked_cursor() as cursor:
        cursor.execute(ENTRIES)
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            for (
                transaction_id,
                date,
                kind,
                reference,
                memo,
                job_id,
                *account,
                currency,
                amount_kobo,
                balance_kobo,
            ) in rows:
                if transaction_id != written:
                    yield ""
                    yield _heading(date.isoformat(), kind, reference, memo, job_id)
                    written, last_day = transaction_id, max(last_day, date.isoformat())
                name = account_name(*account)
                yield f"    {name}  {_amount(-amount_kobo, currency)}"
                balances[name, currency] = balance_kobo
    yield ""
    yield from sorted({f"account {name}" for name, _ in balances})
    if balances:
        # hledger goes by date: the assertions come on the last day of the books, whatever today is.
        yield ""
        yield f"{last_day} * balances"
        for (name, currency), balance_kobo in balances.items():
            yield f"    {name}  {_amount(0, currency)} = {_amount(-balance_kobo, currency)}"


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
