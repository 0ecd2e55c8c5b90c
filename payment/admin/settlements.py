"""What providers settled: how many of its payments the books have, and which they have not."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from accounts.admin.deeds import deed
from accounts.admin.finding import Finds
from accounts.admin.reading import ReadOnlyAdmin
from core.money import in_naira
from payment.admin.acting import ActingAdmin
from payment.models import Settlement, SettlementLine, SettlementOutcome
from payment.services.settlements import propose_settled


@admin.register(Settlement)
class SettlementAdmin(ActingAdmin):
    list_display = (
        *("provider_id", "provider", "status", "settled_at", "gross_kobo", "fees_kobo", "net_kobo"),
        *("matched", "missing", "different", "compared_at"),
    )
    list_filter = ("provider", "settled_at")
    finds = Finds(references=("provider_id",))
    ordering = ("-settled_at", "-id")
    deeds = ("booked",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Settlement]:
        there = Q(lines__taken_out_at__isnull=True)
        counts = {
            f"{outcome}_lines": Count("lines", filter=there & Q(lines__outcome=outcome))
            for outcome in SettlementOutcome
        }
        settlements: QuerySet[Settlement] = super().get_queryset(request)
        return settlements.annotate(**counts)

    def has_post_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perm("payment.add_ledgertransaction")

    @deed(
        "Came to the bank: propose to book it",
        done="proposed",
        permission="post",
        applies=lambda settlement: settlement.net_kobo > 0,
    )
    def booked(self, settlement: Settlement, given: dict[str, Any], staff_id: int) -> object:
        return propose_settled(staff_id=staff_id, settlement_id=settlement.pk, reason=given["reason"])

    @admin.display(description="matched")
    def matched(self, settlement: Settlement) -> str:
        return self._lines(settlement, SettlementOutcome.MATCHED)

    @admin.display(description="not in the books")
    def missing(self, settlement: Settlement) -> str:
        return self._lines(settlement, SettlementOutcome.MISSING)

    @admin.display(description="different")
    def different(self, settlement: Settlement) -> str:
        return self._lines(settlement, SettlementOutcome.DIFFERENT)

    def _lines(self, settlement: Settlement, outcome: SettlementOutcome) -> str:
        """How many, leading to them."""
        path = reverse("admin:payment_settlementline_changelist")
        query = f"?settlement__id__exact={settlement.pk}&outcome__exact={outcome}&taken_out_at__isnull=True"
        return format_html('<a href="{}{}">{}</a>', path, query, getattr(settlement, f"{outcome}_lines"))


@admin.register(SettlementLine)
class SettlementLineAdmin(ReadOnlyAdmin):
    list_display = (
        "reference",
        "provider_id",
        "settlement",
        "amount_kobo",
        "fee_kobo",
        "net",
        "books_kobo",
        "outcome",
        "taken_out_at",
    )
    list_filter = ("outcome", "settlement__provider")
    served = ("settlement__id__exact",)
    list_select_related = ("settlement",)
    finds = Finds(references=("reference", "provider_id"))
    ordering = ("-id",)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return lookup in ("settlement__id__exact", "taken_out_at__isnull") or super().lookup_allowed(
            lookup, value, request
        )

    @admin.display(description="net")
    def net(self, line: SettlementLine) -> str:
        return in_naira(line.net_kobo)
