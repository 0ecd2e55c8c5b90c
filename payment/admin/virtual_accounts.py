"""Account numbers of clients, and the money that came to them: to look at, nothing to change."""

from django.contrib import admin

from accounts.admin.finding import Finds
from accounts.admin.reading import ReadOnlyAdmin
from accounts.row_names import name_of_person, name_rows
from payment.admin.finding import numbered
from payment.models import Deposit, VirtualAccount

name_rows(VirtualAccount, lambda account: f"{account.bank_name} of {name_of_person(account.user)}", "user")


@admin.register(VirtualAccount)
class VirtualAccountAdmin(ReadOnlyAdmin):
    list_display = ("user", "provider", "status", "bank_name", "account_number", "reference", "message", "created_at")
    list_filter = ("status", "provider", "created_at")
    list_select_related = ("user",)
    finds = Finds(people=("user_id",), references=("reference", "provider_id", numbered()))
    ordering = ("-id",)


@admin.register(Deposit)
class DepositAdmin(ReadOnlyAdmin):
    list_display = ("reference", "provider", "account", "amount_kobo", "provider_fee_kobo", "paid_at", "created_at")
    list_filter = ("provider", "created_at")
    list_select_related = ("account",)
    finds = Finds(people=("account__user_id",), references=("reference", "provider_id", numbered("account__")))
    ordering = ("-id",)
