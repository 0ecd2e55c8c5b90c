"""Admin's Figures: money by the ledger and work by trade of a range of days, with plots, and as a file."""

import json
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from django import forms
from django.contrib.admin.models import CHANGE, LogEntry
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from accounts.models import ExportFormat
from core import clock
from core.money import naira
from core.words import counted
from payment.models import TransactionKind
from payshift.operations.page import StaffPage, Table
from payshift.services import liquidity
from payshift.services.exports.sheets import naira as as_decimal
from payshift.services.exports.writing import CONTENT_TYPES, table
from payshift.services.figures import MOST_DAYS, Posted, posted, totals_of, work_by_trade

# Of a plot: what comes in, what is earned, and what goes out.
PLOTTED = {
    "Paid in": (TransactionKind.FUNDING, TransactionKind.WALLET_FUNDING),
    "Wages": (TransactionKind.WAGE, TransactionKind.COMPENSATION, TransactionKind.AWARD),
    "Paid out": (TransactionKind.WITHDRAWAL_PAID,),
}
COLOURS = ("var(--color-primary-600)", "var(--color-primary-300)", "var(--color-base-500)")
LEGEND = tuple(zip(PLOTTED, COLOURS, strict=True))
HEADERS = ("day", "kind", "currency", "transactions", "amount")


class DaysForm(forms.Form):
    first = forms.DateField(label="From", widget=UnfoldAdminTextInputWidget(attrs={"type": "date"}))
    last = forms.DateField(label="To, this day too", widget=UnfoldAdminTextInputWidget(attrs={"type": "date"}))
    by = forms.ChoiceField(
        label="Per", choices=[("day", "Day"), ("month", "Month")], required=False, widget=UnfoldAdminSelectWidget
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        values["by"] = values.get("by") or "day"
        first, last, most = values.get("first"), values.get("last"), MOST_DAYS[values["by"]]
        if first and last and not timedelta() <= last - first < timedelta(days=most):
            raise forms.ValidationError(f"From the first day to the last are 1 to {most} days, per {values['by']}.")
        return values


class FiguresPage(StaffPage):
    title = "Figures"
    # Of the ledger: whoever reads it may add it up.
    permission_required = "payment.view_ledgerentry"
    template_name = "operations/figures.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        today = timezone.localdate(clock.now())
        asked = request.GET if "first" in request.GET else {"first": today.replace(day=1), "last": today, "by": "day"}
        form = DaysForm(asked)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form, tables=[]), status=422)
        first, last, by = (form.cleaned_data[name] for name in ("first", "last", "by"))
        rows = posted(first, last, by)
        for format in ExportFormat:
            if format in request.GET:
                return as_file(request, rows, first, last, format)
        return self.render_to_response(
            self.get_context_data(form=form, plot=plot(rows, by), legend=LEGEND, tables=tables(rows, first, last, by))
        )


def tables(rows: list[Posted], first: date, last: date, by: Literal["day", "month"]) -> list[Table]:
    each = [
        (f"{named(row.day, by)}, {row.kind.label}", row.currency, row.count, naira(row.amount_kobo)) for row in rows
    ]
    totals = [
        (kind.label.capitalize(), currency, count, naira(kobo)) for kind, currency, count, kobo in totals_of(rows)
    ]
    work = [
        (
            *(row.trade, row.jobs, row.places, row.filled, f"{row.fill_percent:.1f}"),
            "-" if row.hours_to_fill is None else f"{row.hours_to_fill:.1f}",
            *(row.shifts_due, row.no_shows, f"{row.no_show_percent:.1f}"),
        )
        for row in work_by_trade(first, last)
    ]
    by_trade, by_area = liquidity.liquidity()
    return [
        Table(
            "Money posted",
            ("Kind", "Currency", "Transactions", "Amount"),
            totals,
            note="What the ledger posted on these days.",
        ),
        Table(
            "Work",
            (
                *("Trade", "Jobs", "Places", "Filled", "Filled, %", "Hours to fill"),
                *("Shifts over", "No-shows", "No-shows, %"),
            ),
            work,
            note="Of jobs that begin on these days and were paid for. Hours to fill: from the posting to the last "
            "worker who was needed, in the middle of the jobs that are full.",
        ),
        liquidity_table("trade", by_trade),
        liquidity_table("area", by_area),
        Table(f"Money by {by}", (f"{by.capitalize()} and kind", "Currency", "Transactions", "Amount"), each),
    ]


def liquidity_table(by: str, rows: list[liquidity.Liquidity]) -> Table:
    return Table(
        f"Open now, by {by}",
        (by.capitalize(), "Jobs", "Open places", "Applications", "People", "Applications per place"),
        [
            (row.name, row.jobs, row.open_places, row.applications, row.workers, f"{row.applications_per_place:.1f}")
            for row in rows
        ],
        note="Whatever days are chosen. Applications and people are those that wait for an answer.",
        empty="No place is open.",
    )


def plot(rows: list[Posted], by: Literal["day", "month"]) -> str:
    """For unfold's chart: naira, which need not be exact to be drawn. Empty where there is nothing to draw."""
    days = sorted({row.day for row in rows})
    sums: defaultdict[tuple[str, date], int] = defaultdict(int)
    for row in rows:
        for name, kinds in PLOTTED.items():
            if row.kind in kinds:
                sums[name, row.day] += row.amount_kobo
    if not sums:
        return ""
    return json.dumps(
        {
            "labels": [named(day, by) for day in days],
            "datasets": [
                {
                    "label": name,
                    "data": [sums[name, day] / 100 for day in days],
                    "backgroundColor": colour,
                    "displayYAxis": True,
                }
                for name, colour in LEGEND
            ],
        }
    )


def named(day: date, by: str) -> str:
    return f"{day:%Y-%m}" if by == "month" else str(day)


def as_file(request: HttpRequest, rows: list[Posted], first: date, last: date, format: ExportFormat) -> HttpResponse:
    """With a line in the history of staff's acts: figures leave the house."""
    LogEntry.objects.create(
        user_id=request.user.pk or 0,
        action_flag=CHANGE,
        object_repr=f"Figures of {first} to {last}",
        change_message=f"Downloaded as {format.label}: {counted(len(rows), 'row')}.",
    )
    with TemporaryDirectory() as directory:
        path = Path(directory) / "figures"
        with table(path, format, HEADERS) as file:
            file.add(
                (str(row.day), str(row.kind), row.currency, row.count, as_decimal(row.amount_kobo)) for row in rows
            )
        answer = HttpResponse(path.read_bytes(), content_type=CONTENT_TYPES[format])
    answer["Content-Disposition"] = f'attachment; filename="payshift-{first}-{last}.{format}"'
    answer["Cache-Control"] = "no-store"
    return answer
