"""What somebody's money did in a month of Lagos: their wallet, and the escrows of the jobs that they post.

It is read from the ledger and nothing else. A movement is a ledger transaction, with what it changed in the wallet and
in the escrows; from the one to the other it is no income and no expense. A month that is over for an hour takes no
posting any more (a posting carries the time at which it is made), so its figures never change.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from core import clock
from core.errors import NotFound
from payment.models import CURRENCY, TransactionKind
from payment.services.closing import GRACE
from payment.services.periods import Period, month_of, whole_month

# The person's accounts, and each transaction on them until the month's end with what it changed.
MOVED = """
WITH own AS MATERIALIZED (
    SELECT id, true AS is_wallet FROM payment_ledgeraccount
    WHERE kind = 'wallet' AND user_id = %(user_id)s AND currency = %(currency)s
    UNION ALL
    SELECT a.id, false FROM jobs_job j
    JOIN payment_ledgeraccount a ON a.job_id = j.id AND a.kind = 'escrow' AND a.currency = %(currency)s
    WHERE j.client_id = %(user_id)s
), moved AS (
    SELECT t.id, t.created_at, t.kind, t.reference, t.job_id,
           coalesce(sum(e.amount_kobo) FILTER (WHERE own.is_wallet), 0)::bigint AS wallet_kobo,
           coalesce(sum(e.amount_kobo) FILTER (WHERE NOT own.is_wallet), 0)::bigint AS escrow_kobo
    FROM own
    JOIN payment_ledgerentry e ON e.account_id = own.id
    JOIN payment_ledgertransaction t ON t.id = e.transaction_id
    WHERE t.created_at < %(until)s AND t.created_at >= %(begin)s
    GROUP BY t.id
)
"""
SUMS = f"""{MOVED}
SELECT coalesce(sum(wallet_kobo) FILTER (WHERE created_at < %(since)s), 0)::bigint,
       coalesce(sum(escrow_kobo) FILTER (WHERE created_at < %(since)s), 0)::bigint,
       coalesce(sum(wallet_kobo), 0)::bigint,
       coalesce(sum(escrow_kobo), 0)::bigint,
       coalesce(sum(wallet_kobo + escrow_kobo)
           FILTER (WHERE created_at >= %(since)s AND wallet_kobo + escrow_kobo > 0), 0)::bigint,
       coalesce(-sum(wallet_kobo + escrow_kobo)
           FILTER (WHERE created_at >= %(since)s AND wallet_kobo + escrow_kobo < 0), 0)::bigint,
       count(*) FILTER (WHERE created_at >= %(since)s)
FROM moved
"""  # noqa: S608  (constants)
# A payment's receipt by the reference that both have; of a funding it is that of the try, without the try's number.
LINES = f"""{MOVED}
SELECT m.id, m.created_at, m.kind, m.reference, m.wallet_kobo, m.escrow_kobo, m.job_id, coalesce(j.title, ''),
       coalesce(s.letters || '-' || s.year || '-' || lpad(r.number::text, 6, '0'), ''),
       CASE WHEN p.payer_id = %(user_id)s THEN p.fee_kobo ELSE 0 END,
       CASE WHEN p.payer_id = %(user_id)s THEN p.vat_kobo ELSE 0 END
FROM moved m
LEFT JOIN jobs_job j ON j.id = m.job_id
LEFT JOIN payment_payment p ON p.reference = CASE
    WHEN m.kind = 'funding' THEN regexp_replace(split_part(m.reference, ':', 2), '-[0-9]+$', '')
    WHEN m.kind IN ('wallet_funding', 'wage', 'compensation', 'award') THEN m.reference
END
LEFT JOIN payment_receipt r ON r.payment_id = p.id
LEFT JOIN payment_receiptseries s ON s.id = r.series_id
WHERE (m.created_at, m.id) > (%(after)s, %(after_id)s)
ORDER BY m.created_at, m.id
LIMIT %(limit)s
"""  # noqa: S608  (constants)
BEGINNING = datetime.fromisoformat("2000-01-01T00:00:00Z")
CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class StatementSums:
    """All in kobo. Opening + in - out = closing, each of wallet and escrows together."""

    opening_wallet_kobo: int
    opening_escrow_kobo: int
    closing_wallet_kobo: int
    closing_escrow_kobo: int
    in_kobo: int
    out_kobo: int
    lines: int

    @property
    def opening_kobo(self) -> int:
        return self.opening_wallet_kobo + self.opening_escrow_kobo

    @property
    def closing_kobo(self) -> int:
        return self.closing_wallet_kobo + self.closing_escrow_kobo


@dataclass(frozen=True, slots=True)
class StatementLine:
    id: int
    at: datetime
    kind: TransactionKind
    reference: str
    wallet_kobo: int
    escrow_kobo: int
    job_id: int | None
    job_title: str
    receipt: str
    # What of it was the reader's fee, and of that VAT.
    fee_kobo: int
    vat_kobo: int

    @property
    def net_kobo(self) -> int:
        """In, if positive; out, if negative; nothing between the person's own accounts."""
        return self.wallet_kobo + self.escrow_kobo

    @property
    def moved_kobo(self) -> int:
        """Between wallet and escrow."""
        return 0 if self.net_kobo else abs(self.wallet_kobo)


@dataclass(frozen=True, slots=True)
class Month:
    """One person's month; `until` is its end, or now in the month that still runs."""

    user_id: int
    month: date
    until: datetime
    is_so_far: bool

    @property
    def period(self) -> Period:
        return whole_month(self.month)


def month_of_person(*, user_id: int, month: date) -> Month:
    """Raises `NotFound` for a month that is still to come."""
    now, period = clock.now(), whole_month(month)
    if month > month_of(now):
        raise NotFound
    return Month(user_id, month, min(period.until, now), is_so_far=now < period.until + GRACE)


def statement_sums(month: Month) -> StatementSums:
    """One query."""
    with connection.cursor() as cursor:
        cursor.execute(SUMS, {**_of(month), "begin": BEGINNING})
        opening_wallet, opening_escrow, closing_wallet, closing_escrow, in_kobo, out_kobo, lines = cursor.fetchone()
    return StatementSums(opening_wallet, opening_escrow, closing_wallet, closing_escrow, in_kobo, out_kobo, lines)


def statement_lines(month: Month) -> Iterator[StatementLine]:
    """In the order of time, a few thousand per query and in memory."""
    after, after_id = month.period.since, 0
    while True:
        with connection.cursor() as cursor:
            begin = max(after, month.period.since)
            cursor.execute(LINES, {**_of(month), "begin": begin, "after": after, "after_id": after_id, "limit": CHUNK})
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        for number, at, kind, *rest in rows:
            yield StatementLine(number, at, TransactionKind(kind), *rest)
        if len(rows) < CHUNK:
            return
        after_id, after = rows[-1][:2]


def _of(month: Month) -> dict[str, int | str | datetime]:
    return {
        "user_id": month.user_id,
        "currency": CURRENCY,
        "since": month.period.since,
        "until": month.until,
    }
