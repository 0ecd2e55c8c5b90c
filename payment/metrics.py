"""Figures of money for metrics and for the first page of admin: what is under way, what waits for staff, the books.

Each comes from a partial index over what is open, or from the last run of the ledger check, which alone can add up all
of the books; never from a scan.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Model
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily

from core import clock
from core.models import SelfCheck
from core.querysets import PayshiftQuerySet
from core.self_checks import last_check
from payment.models import (
    OPEN_CHARGEBACKS,
    OPEN_DISPUTES,
    OPEN_WEBHOOKS,
    REFUNDS_IN_FLIGHT,
    WITHDRAWALS_IN_FLIGHT,
    AccountKind,
    Chargeback,
    ChargebackStatus,
    Dispute,
    LedgerAccount,
    Refund,
    WebhookEvent,
    Withdrawal,
)
from payment.services.ledger_check import BOOKS


@dataclass(frozen=True, slots=True)
class Open:
    """How many rows of one kind are open, by status, and since when the oldest is."""

    counts: dict[str, int]
    oldest: datetime | None

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def oldest_seconds(self) -> float:
        return max((clock.now() - self.oldest).total_seconds(), 0) if self.oldest else 0


@dataclass(frozen=True, slots=True)
class MoneyFigures:
    open: dict[str, Open]
    # Balances of Payshift's own accounts; people's are in the ledger check's totals.
    balances: dict[tuple[str, str], int]
    books: SelfCheck | None
    # When the first answer to a payer's bank is due.
    chargeback_due_at: datetime | None

    @property
    def suspense_kobo(self) -> int:
        return self.balances.get((AccountKind.SUSPENSE, ""), 0)


def money_figures() -> MoneyFigures:
    """Eight queries."""
    return MoneyFigures(
        open={
            "webhook": _open(WebhookEvent.objects.planned(), OPEN_WEBHOOKS, "received_at"),
            "withdrawal": _open(Withdrawal.objects.planned(), WITHDRAWALS_IN_FLIGHT, "created_at"),
            "card_refund": _open(Refund.objects.planned(), REFUNDS_IN_FLIGHT, "created_at"),
            "chargeback": _open(Chargeback.objects.planned(), OPEN_CHARGEBACKS, "created_at"),
            "dispute": _open(Dispute.objects.planned(), OPEN_DISPUTES, "created_at"),
        },
        balances={
            (kind, provider): balance
            for kind, provider, balance in LedgerAccount.objects.planned()
            .filter(user__isnull=True, job__isnull=True)
            .values_list("kind", "provider", "balance_kobo")
        },
        books=last_check(BOOKS),
        chargeback_due_at=Chargeback.objects.filter(status=ChargebackStatus.OPEN).aggregate(due=Min("due_at"))["due"],
    )


def _open[M: Model](rows: PayshiftQuerySet[M], statuses: tuple[str, ...], since: str) -> Open:
    found = rows.filter(status__in=statuses).order_by().values_list("status").annotate(Count("pk"), Min(since))
    counts = dict.fromkeys(map(str, statuses), 0)
    oldest: list[datetime] = []
    for status, count, first in found:
        counts[status] = count
        oldest.append(first)
    return Open(counts, min(oldest, default=None))


def read_money() -> Iterator[Metric]:
    figures = money_figures()
    open_rows = GaugeMetricFamily("payshift_open", "What is under way or waits.", labels=["kind", "status"])
    oldest = GaugeMetricFamily("payshift_open_oldest_seconds", "Age of the oldest that is open.", labels=["kind"])
    for kind, of_kind in figures.open.items():
        oldest.add_metric([kind], of_kind.oldest_seconds)
        for status, count in of_kind.counts.items():
            open_rows.add_metric([kind, status], count)
    yield open_rows
    yield oldest
    balances = GaugeMetricFamily(
        "payshift_account_balance_kobo", "Balances of Payshift's own accounts.", labels=["kind", "provider"]
    )
    for (kind, provider), balance in figures.balances.items():
        balances.add_metric([kind, provider], balance)
    yield balances
    yield GaugeMetricFamily("payshift_suspense_kobo", "Money that fits nothing yet.", value=figures.suspense_kobo)
    yield from _books(figures.books)


def _books(check: SelfCheck | None) -> Iterator[Metric]:
    """Nothing where the check has never run: an alert looks for its absence."""
    if check is None:
        return
    age = max((clock.now() - check.checked_at).total_seconds(), 0)
    yield GaugeMetricFamily("payshift_books_differences", "Found by the last ledger check.", value=check.differences)
    yield GaugeMetricFamily("payshift_books_check_age_seconds", "Since the last ledger check.", value=age)
    yield GaugeMetricFamily("payshift_books_check_seconds", "What it took.", value=check.took_ms / 1000)
    yield GaugeMetricFamily("payshift_books_sum_kobo", "Sum of all balances: zero.", value=check.figures["sum_kobo"])
    totals = GaugeMetricFamily("payshift_books_kobo", "Balances by kind of account, as last checked.", labels=["kind"])
    for name, kobo in check.figures.items():
        if (kind := name.removesuffix("_kobo")) in AccountKind.values:
            totals.add_metric([kind], kobo)
    yield totals
