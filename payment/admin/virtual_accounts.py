"""Account numbers of clients, and the money that came to them: to look at, nothing to change."""

from django.contrib import admin

from accounts.admin.reading import ReadOnlyAdmin
from core.money import naira
from payment.models import Deposit, VirtualAccount


@admin.register(VirtualAccount)
class VirtualAccountAdmin(ReadOnlyAdmin):
    list_display = ("user", "provider", "status", "bank_name", "account_number", "message", "created_at")
    list_filter = ("status", "provider", "created_at")
    list_select_related = ("user",)
    search_fields = ("=account_number", "user__email")
    search_help_text = "The number, or its owner's e-mail"
    ordering = ("-id",)


@admin.register(Deposit)
class DepositAdmin(ReadOnlyAdmin):
    list_display = ("reference", "provider", "account", "amount", "fee", "paid_at", "created_at")
    list_filter = ("provider", "created_at")
    list_select_related = ("account",)
    search_fields = ("=reference", "=provider_id", "=account__account_number")
    search_help_text = "Reference, the provider's number of the payment, or the account number"
    ordering = ("-id",)

    @admin.display(description="amount", ordering="amount_kobo")
    def amount(self, deposit: Deposit) -> str:
        return naira(deposit.amount_kobo)

    @admin.display(description="fee")
    def fee(self, deposit: Deposit) -> str:
        return naira(deposit.provider_fee_kobo or 0)
