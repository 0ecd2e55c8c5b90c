"""Closed months and anchors of the ledger: to look at. Months are closed by `manage.py close_month`."""

from django.contrib import admin

from accounts.admin.finding import Finds
from accounts.admin.reading import ReadOnlyAdmin
from payment.models import ClosedMonth, LedgerAnchor


@admin.register(ClosedMonth)
class ClosedMonthAdmin(ReadOnlyAdmin):
    list_display = ("month", "closed_at", "closed_by")
    list_select_related = ("closed_by",)
    ordering = ("-month",)
    fields = ("month", "closed_at", "closed_by")


@admin.register(LedgerAnchor)
class LedgerAnchorAdmin(ReadOnlyAdmin):
    list_display = ("until", "transactions", "digest", "created_at")
    ordering = ("-until",)
    finds = Finds(references=("digest",))
    fields = ("until", "transactions", "previous", "digest", "created_at")
