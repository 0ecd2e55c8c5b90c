"""Account numbers of clients, and the money that came to them: to look at, nothing to change."""

from django.contrib import admin

from accounts.admin.finding import Finds
from accounts.admin.reading import ReadOnlyAdmin
from core.money import naira
from payment.admin.finding import numbered
from payment.models import Deposit, VirtualAccount


@admin.register(VirtualAccount)
class VirtualAccountAdmin(ReadOnlyAdmin):
    list_display = ("user", "provider", "status", "bank_name", "account_number", "message", "created_at")
    list_filter = ("status", "provider", "created_at")
    list_select_related = ("user",)
    finds = Finds(people=("user_id",), references=(numbered(),))
    ordering = ("-id",)


@admin.register(Deposit)
class DepositAdmin(ReadOnlyAdmin):
    list_display = ("reference", "provider", "account", "amount", "fee", "paid_at", "created_at")
    list_filter = ("provider", "created_at")
    list_select_related = ("account",)
    finds = Finds(people=("account__user_id",), references=("reference", "provider_id", numbered("account__")))
    ordering = ("-id",)

    @admin.display(description="amount", ordering="amount_kobo")
    def amount(self, deposit: Deposit) -> str:
        return naira(deposit.amount_kobo)

    @admin.display(description="fee")
    def fee(self, deposit: Deposit) -> str:
        return naira(deposit.provider_fee_kobo or 0)
