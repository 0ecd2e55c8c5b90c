"""Admin's first page: the few numbers that staff look at in the morning, each with the list behind it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from accounts.selectors.people import staff_without_second_factor
from core import clock
from core.models import SelfCheck
from core.money import in_naira
from core.words import counted
from jobs.models import Report
from payment.metrics import MoneyFigures, money_figures
from payment.models import (
    OPEN_CHARGEBACKS,
    OPEN_DISPUTES,
    REFUNDS_IN_FLIGHT,
    WITHDRAWALS_IN_FLIGHT,
    ProviderDifference,
    StaffMove,
    StaffMoveStatus,
    WebhookStatus,
)
from payshift.operations.health import queues
from payshift.services.liquidity import open_places

# The check runs every hour.
BOOKS_LATE_SECONDS = 2 * 3600
BOOKS_PERMISSION = "payment.view_ledgeraccount"
# Any of them shows a card of `money_cards`.
MONEY_PERMISSIONS = (
    *("payment.view_dispute", "payment.view_chargeback", "payment.view_ledgertransaction"),
    *("payment.view_webhookevent", "payment.view_withdrawal", "payment.view_refund", BOOKS_PERMISSION),
)


@dataclass(frozen=True, slots=True)
class Card:
    title: str
    value: str
    note: str
    link: str
    # To open that list.
    permission: str
    # Whether somebody has to do something.
    needs_staff: bool


def add_figures(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """UNFOLD's DASHBOARD_CALLBACK: the cards whose lists this member of staff may open. Figures are read for those."""
    may = request.user.has_perm
    cards = [card for card in money_cards(money_figures()) if may(card.permission)] if sees_money(may) else []
    if may("accounts.view_customuser") and may("accounts.view_secondfactor"):
        cards.append(second_factors_card())
    if may("payment.view_staffmove"):
        cards.append(staff_moves_card())
    if may("payment.view_providerdifference"):
        cards.append(differences_card())
    if may("jobs.change_report"):
        cards.append(reports_card())
    if may("payment.view_ledgerentry"):
        cards.append(open_places_card())
    if may("procrastinate.view_procrastinatejob"):
        cards.append(failed_jobs_card())
    return {**context, "title": "Today", "cards": cards}


def sees_money(may: Callable[[str], bool]) -> bool:
    return any(may(permission) for permission in MONEY_PERMISSIONS)


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
            "payment.view_dispute",
            needs_staff=disputes.total > 0,
        ),
        chargebacks_card(figures),
        Card(
            "Suspense",
            in_naira(figures.suspense_kobo),
            "Money whose owner must be found" if figures.suspense_kobo else "All money has an owner",
            _list("payment_ledgertransaction", suspense="open"),
            "payment.view_ledgertransaction",
            needs_staff=figures.suspense_kobo != 0,
        ),
        Card(
            "Failed webhooks",
            str(failed),
            f"{webhooks.counts['received']} more not processed yet",
            _list("payment_webhookevent", status__exact=WebhookStatus.FAILED),
            "payment.view_webhookevent",
            needs_staff=failed > 0,
        ),
        Card(
            "Withdrawals waiting",
            str(withdrawals.total),
            f"{unknown} without a verdict" if unknown else "None without a verdict",
            _list("payment_withdrawal", status__in=",".join(WITHDRAWALS_IN_FLIGHT)),
            "payment.view_withdrawal",
            needs_staff=unknown > 0,
        ),
        Card(
            "Refunds to cards",
            str(refunds.total),
            _since(refunds.oldest_seconds) if refunds.total else "None under way",
            _list("payment_refund", status__in=",".join(REFUNDS_IN_FLIGHT)),
            "payment.view_refund",
            needs_staff=False,
        ),
        books_card(figures.books),
    ]


def second_factors_card() -> Card:
    """Of staff whose password alone lets them in."""
    return _counted_card(
        "Staff without a second factor",
        staff_without_second_factor(),
        some="Whoever has their password is in",
        none="Everybody has one",
        link=_list("accounts_customuser", second_factor="none"),
        permission="accounts.view_customuser",
    )


def staff_moves_card() -> Card:
    """Money that waits for a second person."""
    return _counted_card(
        "Money that staff move",
        StaffMove.objects.filter(status=StaffMoveStatus.PROPOSED),
        some="Waiting for a second person",
        none="Nothing is proposed",
        link=_list("payment_staffmove", status__exact=StaffMoveStatus.PROPOSED),
        permission="payment.view_staffmove",
    )


def differences_card() -> Card:
    return _counted_card(
        "Differences with providers",
        ProviderDifference.objects.filter(closed_at__isnull=True),
        some="Not explained yet",
        none="Providers and books agree",
        link=_list("payment_providerdifference", closed_at__isempty="1"),
        permission="payment.view_providerdifference",
    )


def reports_card() -> Card:
    """For who may answer them."""
    return _counted_card(
        "Reports",
        Report.objects.filter(answered_at__isnull=True),
        some="Of jobs and people, not answered yet",
        none="All are answered",
        link=_list("jobs_report", answered_at__isempty="1"),
        permission="jobs.change_report",
    )


def chargebacks_card(figures: MoneyFigures) -> Card:
    """Unanswered ones are accepted in our name when they fall due."""
    count, due_at = figures.open["chargeback"].total, figures.chargeback_due_at
    note = "Nobody's bank wants money back"
    if count:
        left = max((due_at - clock.now()).total_seconds(), 0) if due_at else None
        note = f"Answer the first within {_duration(left)}" if left is not None else "All are answered"
    link = _list("payment_chargeback", status__in=",".join(OPEN_CHARGEBACKS))
    return Card("Chargebacks", str(count), note, link, "payment.view_chargeback", needs_staff=count > 0)


def books_card(check: SelfCheck | None) -> Card:
    link = reverse("admin:books")
    if check is None:
        return Card("Books", "Not checked yet", "The check runs every hour", link, BOOKS_PERMISSION, needs_staff=True)
    age = (clock.now() - check.checked_at).total_seconds()
    value = counted(check.differences, "difference") if check.differences else "Right"
    is_late = age > BOOKS_LATE_SECONDS
    note = f"Checked {_duration(age)} ago" + (", and not since: does the worker run?" if is_late else "")
    return Card("Books", value, note, link, BOOKS_PERMISSION, needs_staff=check.differences > 0 or is_late)


def open_places_card() -> Card:
    """Whether work finds workers. Figures says it by trade and by area."""
    places, applications = open_places()
    return Card(
        "Open places",
        str(places),
        f"{applications / places:.1f} applications for each" if places else "No job is open",
        reverse("admin:figures"),
        "payment.view_ledgerentry",
        needs_staff=False,
    )


def failed_jobs_card() -> Card:
    rows = queues()
    failed, waiting = sum(row.failed for row in rows), sum(row.todo for row in rows)
    return Card(
        "Failed background jobs",
        str(failed),
        f"{waiting} waiting",
        _list("procrastinate_procrastinatejob", status__exact="failed"),
        "procrastinate.view_procrastinatejob",
        needs_staff=failed > 0,
    )


def _counted_card(title: str, rows: QuerySet[Any], *, some: str, none: str, link: str, permission: str) -> Card:
    """How many rows wait for staff, in one query."""
    count = rows.count()
    return Card(title, str(count), some if count else none, link, permission, needs_staff=count > 0)


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
