"""Where a provider's own figures and the books differ."""

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from core.money import naira
from payment.admin.acting import ActingAdmin
from payment.models import ProviderDifference
from payment.services.provider_comparison import explain_difference


@admin.register(ProviderDifference)
class ProviderDifferenceAdmin(ActingAdmin):
    list_display = ("subject", "provider", "reference", "books", "at_provider", "difference", "found_at", "closed_at")
    list_filter = ("provider", ("closed_at", admin.EmptyFieldListFilter))
    search_fields = ("=reference", "=subject")
    ordering = ("-found_at", "-id")
    actions = ("explained",)

    @admin.action(description="Explained: close it until its sums change", permissions=["act"])
    def explained(self, request: HttpRequest, queryset: QuerySet[Model]) -> None:
        staff_id = request.user.pk or 0
        self.each(request, queryset, lambda pk: explain_difference(staff_id=staff_id, difference_id=pk), "closed")

    @admin.display(description="by the books", ordering="books_kobo")
    def books(self, row: ProviderDifference) -> str:
        return naira(row.books_kobo)

    @admin.display(description="by the provider", ordering="provider_kobo")
    def at_provider(self, row: ProviderDifference) -> str:
        return naira(row.provider_kobo)

    @admin.display(description="difference")
    def difference(self, row: ProviderDifference) -> str:
        return naira(row.difference_kobo)
