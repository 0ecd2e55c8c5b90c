"""Where a provider's own figures and the books differ."""

from typing import Any

from django.contrib import admin

from accounts.admin.deeds import deed
from accounts.admin.finding import Finds
from core.money import naira
from payment.admin.acting import ActingAdmin
from payment.models import ProviderDifference
from payment.services.provider_comparison import explain_difference


@admin.register(ProviderDifference)
class ProviderDifferenceAdmin(ActingAdmin):
    list_display = ("subject", "provider", "reference", "books", "at_provider", "difference", "found_at", "closed_at")
    list_filter = ("provider", ("closed_at", admin.EmptyFieldListFilter))
    served = ("closed_at__isempty=1",)
    finds = Finds(references=("reference", "subject"))
    ordering = ("-found_at", "-id")
    deeds = ("explained",)

    @deed("Explained: close it until its sums change", done="closed", permission="act", is_final=False)
    def explained(self, row: ProviderDifference, given: dict[str, Any], staff_id: int) -> object:
        return explain_difference(staff_id=staff_id, difference_id=row.pk)

    @admin.display(description="by the books", ordering="books_kobo")
    def books(self, row: ProviderDifference) -> str:
        return naira(row.books_kobo)

    @admin.display(description="by the provider", ordering="provider_kobo")
    def at_provider(self, row: ProviderDifference) -> str:
        return naira(row.provider_kobo)

    @admin.display(description="difference")
    def difference(self, row: ProviderDifference) -> str:
        return naira(row.difference_kobo)
