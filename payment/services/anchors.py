"""Silent rewriting of the ledger made evident, by the owner of its tables too.

Every hour a digest is taken of the transactions and entries that were recorded since the last one, chained to it, kept
in the database and written to the log. Nothing is computed when money moves. The check of the books takes every digest
again; `manage.py ledger_check --anchor DIGEST` asks whether one that the log has kept is still in the chain.

What was recorded less than two minutes ago waits for the next anchor: a transaction of the application that has
recorded it ends within seconds (`transaction_timeout`). One of the owner's that takes longer shows up as a difference.
"""

from collections.abc import Iterator
from datetime import timedelta

import structlog
from django.db import connection, transaction

from core import clock
from core.patience import unhurried
from payment.models import LedgerAnchor

logger = structlog.get_logger(__name__)

SETTLED_AFTER = timedelta(minutes=2)
# Any number that nothing else in this database locks.
ONE_ANCHOR_AT_A_TIME = 5_072_603

# Rows that were written before there was a `recorded_at` belong to the first anchor.
TRANSACTIONS = """
SELECT t.id, sha256(convert_to(concat_ws('|',
    t.id, t.kind, t.reference, coalesce(t.job_id, 0), t.memo, extract(epoch FROM t.created_at), (
        SELECT string_agg(concat(e.id, ':', e.account_id, ':', e.amount_kobo), ',' ORDER BY e.id)
        FROM payment_ledgerentry e WHERE e.transaction_id = t.id
    )), 'UTF8')) AS digest
FROM payment_ledgertransaction t
"""
DIGEST = """
SELECT count(*), encode(sha256(convert_to({previous}, 'UTF8') || coalesce(string_agg(d.digest, ''::bytea ORDER BY d.id),
    ''::bytea)), 'hex')
FROM ({transactions}) d
"""
NEXT = DIGEST.format(
    previous="%(previous)s",
    transactions=TRANSACTIONS
    + "WHERE t.recorded_at >= %(since)s AND t.recorded_at < %(until)s OR (%(since)s IS NULL AND t.recorded_at IS NULL)",
)
FIRST = DIGEST.format(
    previous="''", transactions=TRANSACTIONS + "WHERE t.recorded_at < %(until)s OR t.recorded_at IS NULL"
)
ALL = f"""
SELECT a.until, a.previous = coalesce(a.before, '') AS chained, a.transactions, taken.count, a.digest = taken.encode
FROM (
    SELECT *, lag(until) OVER chain AS since, lag(digest) OVER chain AS before
    FROM payment_ledgeranchor WINDOW chain AS (ORDER BY until)
) a
CROSS JOIN LATERAL ({
    DIGEST.format(
        previous="a.previous",
        transactions=TRANSACTIONS + "WHERE t.recorded_at >= coalesce(a.since, '-infinity') AND t.recorded_at < a.until"
        " OR (a.since IS NULL AND t.recorded_at IS NULL)",
    )
}) taken
ORDER BY a.until
"""  # noqa: S608  (all of it is ours)


def anchor_books(*, settled_after: timedelta = SETTLED_AFTER) -> LedgerAnchor | None:
    """Take the next digest. None when the last is too young. Locks other runs out."""
    with unhurried(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_ANCHOR_AT_A_TIME])
        last = LedgerAnchor.objects.order_by("-until").first()
        cursor.execute("SELECT clock_timestamp() - make_interval(secs => %s)", [settled_after.total_seconds()])
        (until,) = cursor.fetchone()
        if last is not None and last.until >= until:
            return None
        if last is None:
            cursor.execute(FIRST, {"until": until})
        else:
            cursor.execute(NEXT, {"previous": last.digest, "since": last.until, "until": until})
        transactions, digest = cursor.fetchone()
        anchor = LedgerAnchor.objects.create(
            until=until,
            transactions=transactions,
            previous=last.digest if last else "",
            digest=digest,
            created_at=clock.now(),
        )
        transaction.on_commit(lambda: _log(anchor))
    return anchor


def anchors_hold() -> Iterator[str]:
    """Every digest taken again: what differs from it was changed, removed or added after it was taken."""
    with connection.cursor() as cursor:
        cursor.execute(ALL)
        for until, chained, then, now, same in cursor.fetchall():
            if not chained:
                yield f"anchor of {until:%Y-%m-%d %H:%M:%S} does not follow the one before it: one was taken out"
            elif not same:
                yield f"what was recorded before {until:%Y-%m-%d %H:%M:%S} was changed: {now} transactions, were {then}"


def is_in_chain(digest: str) -> bool:
    return LedgerAnchor.objects.filter(digest=digest).exists()


def _log(anchor: LedgerAnchor) -> None:
    """Where the owner of the tables does not write: ship the log elsewhere."""
    logger.info("ledger_anchor", until=anchor.until.isoformat(), transactions=anchor.transactions, digest=anchor.digest)
