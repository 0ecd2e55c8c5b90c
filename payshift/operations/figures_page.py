"""Admin's Figures: money by the ledger and work by trade of a range of days, on the page and as CSV."""

import csv
from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib.admin.models import CHANGE, LogEntry
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from unfold.widgets import UnfoldAdminTextInputWidget

from core import clock
from core.money import naira
from payshift.operations.page import StaffPage, Table
from payshift.services.figures import MOST_DAYS, Posted, posted_by_day, totals_of, work_by_trade


class DaysForm(forms.Form):
    first = forms.DateField(label="From", widget=UnfoldAdminTextInputWidget(attrs={"type": "date"}))
    last = forms.DateField(label="To, this day too", widget=UnfoldAdminTextInputWidget(attrs={"type": "date"}))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first, last = values.get("first"), values.get("last")
        if first and last and not timedelta() <= last - first < timedelta(days=MOST_DAYS):
            raise forms.ValidationError(f"From the first day to the last are 1 to {MOST_DAYS} days.")
        return values


class FiguresPage(StaffPage):
    title = "Figures"
    # Of the ledger: whoever reads it may add it up.
    permission_required = "payment.view_ledgerentry"
    template_name = "operations/figures.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        today = timezone.localdate(clock.now())
        asked = request.GET if "first" in request.GET else {"first": today.replace(day=1), "last": today}
        form = DaysForm(asked)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form, tables=[]), status=422)
        first, last = form.cleaned_data["first"], form.cleaned_data["last"]
        posted = posted_by_day(first, last)
        if "csv" in request.GET:
            return as_csv(request, posted, first, last)
        return self.render_to_response(
            self.get_context_data(form=form, tables=tables(posted, first, last), first=first, last=last)
        )


def tables(posted: list[Posted], first: date, last: date) -> list[Table]:
    days = [(f"{row.day}, {row.kind.label}", row.count, naira(row.amount_kobo)) for row in posted]
    totals = [(kind.label.capitalize(), count, naira(kobo)) for kind, count, kobo in totals_of(posted)]
    work = [
        (
            *(row.trade, row.jobs, row.places, row.filled, f"{row.fill_percent:.1f}"),
            *(row.shifts_due, row.no_shows, f"{row.no_show_percent:.1f}"),
        )
        for row in work_by_trade(first, last)
    ]
    return [
        Table("Money posted", ("Kind", "Transactions", "NGN"), totals, note="What the ledger posted on these days."),
        Table(
            "Work",
            ("Trade", "Jobs", "Places", "Filled", "Filled, %", "Shifts over", "No-shows", "No-shows, %"),
            work,
            note="Of jobs that begin on these days and were paid for.",
        ),
        Table("Money by day", ("Day and kind", "Transactions", "NGN"), days),
    ]


def as_csv(request: HttpRequest, posted: list[Posted], first: date, last: date) -> HttpResponse:
    """With a line in the history of staff's acts: figures leave the house."""
    LogEntry.objects.create(
        user_id=request.user.pk or 0,
        action_flag=CHANGE,
        object_repr=f"Figures of {first} to {last}",
        change_message="Downloaded as CSV.",
    )
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="payshift-{first}-{last}.csv"'
    answer["Cache-Control"] = "no-store"
    lines = csv.writer(answer)
    lines.writerow(("day", "kind", "currency", "transactions", "amount"))
    for row in posted:
        lines.writerow((row.day, row.kind, "NGN", row.count, naira(row.amount_kobo).replace(",", "")))
    return answer
