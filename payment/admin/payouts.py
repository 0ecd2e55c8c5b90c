"""Withdrawals and webhooks: what is under way, and what staff do when it is stuck."""

import re

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from core.money import naira
from payment.admin.acting import ActingAdmin
from payment.models import WebhookEvent, Withdrawal
from payment.services.payouts import release_hold, return_withdrawal
from payment.tasks import process_webhook, send_withdrawal

# Of the person who is paid, wherever a provider puts it.
ACCOUNT_NUMBER = re.compile(r'("\w*account_?number"\s*:\s*"?)[0-9]*([0-9]{4})', re.IGNORECASE)


@admin.register(Withdrawal)
class WithdrawalAdmin(ActingAdmin):
    """Account numbers are masked here too: payouts are followed by their reference."""

    list_display = ("reference", "status", "amount", "owner", "provider", "message", "created_at", "finished_at")
    list_filter = ("status", "provider", "created_at")
    list_select_related = ("wallet__user",)
    search_fields = ("=reference", "=provider_id", "wallet__user__email")
    ordering = ("-created_at", "-id")
    fields = (
        *("reference", "status", "amount", "owner", "provider", "provider_id", "message"),
        *("bank_name", "masked_number", "account_name", "created_at", "sent_at", "checked_at", "finished_at"),
    )
    actions = ("look_up", "return_to_wallet", "release")

    @admin.display(description="amount", ordering="amount_kobo")
    def amount(self, withdrawal: Withdrawal) -> str:
        return naira(withdrawal.amount_kobo)

    @admin.display(description="owner")
    def owner(self, withdrawal: Withdrawal) -> str:
        return withdrawal.wallet.user.email

    @admin.display(description="number")
    def masked_number(self, withdrawal: Withdrawal) -> str:
        return "*" * 6 + withdrawal.account_number[-4:]

    @admin.action(description="Send, or look up at the provider", permissions=["act"])
    def look_up(self, request: HttpRequest, queryset: QuerySet[Model]) -> None:
        """By a job: the provider is never called while a person waits, and never under another reference."""
        self.each(request, queryset, lambda pk: send_withdrawal.defer(withdrawal_id=pk), "queued")

    @admin.action(description="No money left: return to the wallet", permissions=["act"])
    def return_to_wallet(self, request: HttpRequest, queryset: QuerySet[Model]) -> None:
        message = f"Returned by {request.user.get_username()}"
        self.each(
            request, queryset, lambda pk: return_withdrawal(withdrawal_id=pk, message=message), "back in the wallet"
        )

    @admin.action(description="Paid after failure: settled, release the wallet", permissions=["act"])
    def release(self, request: HttpRequest, queryset: QuerySet[Model]) -> None:
        message = f"by {request.user.get_username()}"
        self.each(request, queryset, lambda pk: release_hold(withdrawal_id=pk, message=message), "released")


@admin.register(WebhookEvent)
class WebhookEventAdmin(ActingAdmin):
    list_display = ("id", "provider", "event", "reference", "status", "tries", "deliveries", "error", "received_at")
    list_filter = ("status", "provider", "event", "received_at")
    search_fields = ("=reference", "=dedupe_hash")
    ordering = ("-id",)
    fields = (
        *("provider", "event", "reference", "status", "tries", "deliveries", "error", "headers", "content"),
        *("dedupe_hash", "received_at", "processed_at"),
    )
    actions = ("process_again",)

    @admin.display(description="body")
    def content(self, event: WebhookEvent) -> str:
        return ACCOUNT_NUMBER.sub(r"\1******\2", bytes(event.body).decode(errors="replace"))

    @admin.action(description="Process again", permissions=["act"])
    def process_again(self, request: HttpRequest, queryset: QuerySet[Model]) -> None:
        self.each(request, queryset, lambda pk: process_webhook.defer(event_id=pk), "queued")
