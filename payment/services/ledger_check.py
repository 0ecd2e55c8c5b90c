"""Whether the books are right, proved from the rows themselves. Each check is one statement, so one snapshot.

M1 to M5 hold by triggers and constraints; this looks for what got past them: a restored backup, a repair by hand, a
migration, a bug in a trigger, the owner of the tables. Three kinds of checks: the books among themselves (`LAWS`), the
books against what the rest of payment believes (`ROWS`), and whether the database's guards are there (`GUARDS`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from django.db import connection

from core import clock
from core.money import naira
from core.patience import unhurried
from core.self_checks import record_check
from payment.models import AccountKind, LedgerAccount
from payment.services.alerts import alert_staff
from payment.services.ledger_guards import GUARDS
from payment.services.ledger_queries import LAWS
from payment.services.ledger_rows import ROWS
from payment.services.receipt_numbers import RECEIPT_CHECKS
from payment.services.taxes import fees_with_other_vat

# Under this name the last result is kept.
BOOKS = "books"


# A query with a row per difference (subject, what is there, what should be), or what tells of each in words.
type Check = str | Callable[[], Iterable[str]]
CHECKS: dict[str, Check] = {
    **LAWS,
    **ROWS,
    **RECEIPT_CHECKS,
    "VAT is by the rate of the day": fees_with_other_vat,
    **GUARDS,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference: in which check, about what, what is there and what should be (None: it is no sum)."""

    check: str
    subject: str
    found_kobo: int | None = None
    expected_kobo: int | None = None

    def __str__(self) -> str:
        return f"{self.check}: {self.difference}"

    @property
    def difference(self) -> str:
        if self.found_kobo is None or self.expected_kobo is None:
            return self.subject
        return f"{self.subject} is {naira(self.found_kobo)}, should be {naira(self.expected_kobo)}"


@dataclass(frozen=True, slots=True)
class AccountSum:
    kind: str
    currency: str
    accounts: int
    balance_kobo: int


@dataclass(frozen=True, slots=True)
class BooksReport:
    findings: list[Finding]
    sums: list[AccountSum]
    transactions: int
    entries: int
    suspense_since: datetime | None
    checks: tuple[str, ...]

    @property
    def suspense_kobo(self) -> int:
        return sum(row.balance_kobo for row in self.sums if row.kind == AccountKind.SUSPENSE)

    def figures(self) -> dict[str, int]:
        """The totals that only a reading of all books can give."""
        return {
            "transactions": self.transactions,
            "entries": self.entries,
            "sum_kobo": sum(row.balance_kobo for row in self.sums),
            **{f"{row.kind}_kobo": row.balance_kobo for row in self.sums},
        }

    @property
    def suspense_age(self) -> timedelta | None:
        """How long the suspense account has not been empty. Not a difference, but work for staff."""
        return clock.now() - self.suspense_since if self.suspense_since is not None else None


SUMS = """
SELECT kind, currency, count(*), sum(balance_kobo)::bigint
FROM payment_ledgeraccount GROUP BY kind, currency ORDER BY kind, currency
"""
COUNTS = "SELECT (SELECT count(*) FROM payment_ledgertransaction), (SELECT count(*) FROM payment_ledgerentry)"
# When the first entry came after the last moment at which suspense was empty.
SUSPENSE_SINCE = """
WITH running AS (
    SELECT e.id, t.created_at, sum(e.amount_kobo) OVER (ORDER BY e.id) AS total
    FROM payment_ledgerentry e
    JOIN payment_ledgeraccount a ON a.id = e.account_id AND a.kind = 'suspense'
    JOIN payment_ledgertransaction t ON t.id = e.transaction_id
)
SELECT min(created_at) FROM running WHERE id > coalesce((SELECT max(id) FROM running WHERE total = 0), 0)
"""


def check_books(checks: Mapping[str, Check] = CHECKS) -> BooksReport:
    """Run the checks, however long that takes: books that have grown are not books that nobody can prove.

    Reads only; takes no lock. A transaction of its own, or the caller's, which then has no time-out either, and is seen
    as its end will leave it.
    """
    with unhurried(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        findings = [finding for name, check in checks.items() for finding in _run(name, check)]
        cursor.execute(SUMS)
        sums = [AccountSum(*row) for row in cursor.fetchall()]
        cursor.execute(COUNTS)
        transactions, entries = cursor.fetchone()
        cursor.execute(SUSPENSE_SINCE)
        (suspense_since,) = cursor.fetchone()
    return BooksReport(findings, sums, transactions, entries, suspense_since, tuple(checks))


def watch_books() -> int:
    """Run every check, keep the result, tell staff of differences. Returns how many there are.

    Called by a job every hour, and when staff ask for it.
    """
    started = monotonic()
    report = check_books()
    findings = report.findings
    record_check(
        name=BOOKS,
        checked_at=clock.now(),
        took_ms=int((monotonic() - started) * 1000),
        findings=[str(finding) for finding in findings],
        figures=report.figures(),
    )
    if findings:
        first = findings[0]
        alert_staff(
            "the_books_are_wrong",
            differences=len(findings),
            check=first.check,
            subject=first.subject,
            found_kobo=first.found_kobo or 0,
            expected_kobo=first.expected_kobo or 0,
        )
    return len(findings)


def rebuilt_balances() -> dict[int, int]:
    """Every account's balance, from its entries alone."""
    query = """
    SELECT a.id, coalesce(sum(e.amount_kobo), 0)::bigint
    FROM payment_ledgeraccount a LEFT JOIN payment_ledgerentry e ON e.account_id = a.id GROUP BY a.id
    """
    with connection.cursor() as cursor:
        cursor.execute(query)
        return dict(cursor.fetchall())


def stored_balances() -> dict[int, int]:
    return dict(LedgerAccount.objects.values_list("pk", "balance_kobo"))


def _run(name: str, check: Check) -> Iterator[Finding]:
    if not isinstance(check, str):
        for subject in check():
            yield Finding(name, subject)
        return
    with connection.cursor() as cursor:
        cursor.execute(check)
        for subject, found_kobo, expected_kobo in cursor.fetchall():
            yield Finding(name, subject, found_kobo, expected_kobo)
