"""Admin's first page: the few numbers that staff look at in the morning, each with the list behind it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from core import clock
from core.models import SelfCheck
from core.money import naira
from payment.metrics import MoneyFigures, money_figures
from payment.models import OPEN_CHARGEBACKS, OPEN_DISPUTES, REFUNDS_IN_FLIGHT, WITHDRAWALS_IN_FLIGHT, WebhookStatus
from payshift.operations.health import queues

# The check runs every hour.
BOOKS_LATE_SECONDS = 2 * 3600


@dataclass(frozen=True, slots=True)
class Card:
    title: str
    value: str
    note: str
    link: str
    # Whether somebody has to do something.
    needs_staff: bool


def add_figures(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """UNFOLD's DASHBOARD_CALLBACK. Nine queries for whoever may see money, none for others."""
    cards = money_cards(money_figures()) if request.user.has_perm("payment.view_ledgeraccount") else []
    if request.user.has_perm("core.view_selfcheck"):
        cards.append(failed_jobs_card())
    return {**context, "title": "Today", "cards": cards}


def money_cards(figures: MoneyFigures) -> list[Card]:
    disputes, withdrawals = figures.open["dispute"], figures.open["withdrawal"]
    webhooks, refunds = figures.open["webhook"], figures.open["card_refund"]
    unknown, failed = withdrawals.counts["unknown"], webhooks.counts["failed"]
    return [
        Card(
            "Open disputes",
            str(disputes.total),
            _since(disputes.oldest_seconds) if disputes.total else "Nobody argues",
            _list("payment_dispute", status__in=",".join(OPEN_DISPUTES)),
            needs_staff=disputes.total > 0,
        ),
        chargebacks_card(figures),
        Card(
            "Suspense",
            f"₦{naira(figures.suspense_kobo)}",
            "Money whose owner must be found" if figures.suspense_kobo else "All money has an owner",
            _list("payment_paymentattempt", credited_to__exact="suspense"),
            needs_staff=figures.suspense_kobo != 0,
        ),
        Card(
            "Failed webhooks",
            str(failed),
            f"{webhooks.counts['received']} more not processed yet",
            _list("payment_webhookevent", status__exact=WebhookStatus.FAILED),
            needs_staff=failed > 0,
        ),
        Card(
            "Withdrawals waiting",
            str(withdrawals.total),
            f"{unknown} without a verdict" if unknown else "None without a verdict",
            _list("payment_withdrawal", status__in=",".join(WITHDRAWALS_IN_FLIGHT)),
            needs_staff=unknown > 0,
        ),
        Card(
            "Refunds to cards",
            str(refunds.total),
            _since(refunds.oldest_seconds) if refunds.total else "None under way",
            _list("payment_refund", status__in=",".join(REFUNDS_IN_FLIGHT)),
            needs_staff=False,
        ),
        books_card(figures.books),
    ]


def chargebacks_card(figures: MoneyFigures) -> Card:
    """Unanswered ones are accepted in our name when they fall due."""
    count, due_at = figures.open["chargeback"].total, figures.chargeback_due_at
    note = "Nobody's bank wants money back"
    if count:
        left = max((due_at - clock.now()).total_seconds(), 0) if due_at else None
        note = f"Answer the first within {_duration(left)}" if left is not None else "All are answered"
    link = _list("payment_chargeback", status__in=",".join(OPEN_CHARGEBACKS))
    return Card("Chargebacks", str(count), note, link, needs_staff=count > 0)


def books_card(check: SelfCheck | None) -> Card:
    link = reverse("admin:books")
    if check is None:
        return Card("Books", "Not checked yet", "The check runs every hour", link, needs_staff=True)
    age = (clock.now() - check.checked_at).total_seconds()
    value = f"{check.differences} differences" if check.differences else "Right"
    note = f"Checked {_duration(age)} ago"
    return Card("Books", value, note, link, needs_staff=check.differences > 0 or age > BOOKS_LATE_SECONDS)


def failed_jobs_card() -> Card:
    rows = queues()
    failed, waiting = sum(row.failed for row in rows), sum(row.todo for row in rows)
    return Card(
        "Failed jobs",
        str(failed),
        f"{waiting} waiting",
        _list("procrastinate_procrastinatejob", status__exact="failed"),
        needs_staff=failed > 0,
    )


def _list(screen: str, **filters: str) -> str:
    return f"{reverse(f'admin:{screen}_changelist')}?{urlencode(filters)}"


def _since(seconds: float) -> str:
    return f"Oldest: {_duration(seconds)}"


def _duration(seconds: float) -> str:
    """In the largest unit that is at least two, so that `90 min` is not `1 h`."""
    for unit, size in (("days", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{int(seconds // size)} {unit}"
    return f"{int(seconds)} s"
