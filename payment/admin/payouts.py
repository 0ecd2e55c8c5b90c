"""Withdrawals and webhooks: what is under way, and what staff do when it is stuck."""

import json
import re
from contextlib import suppress
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Q
from django.utils.html import format_html

from accounts.admin.deeds import QUEUED, deed
from accounts.admin.finding import Finds
from accounts.row_names import name_of_person
from payment.admin.acting import ActingAdmin
from payment.admin.papers import receipts_of
from payment.admin.trail import TrailMixin, books_of, references_of_withdrawal
from payment.models import WITHDRAWALS_IN_FLIGHT, StaffMoveKind, WebhookEvent, Withdrawal
from payment.services.acting_alone import act_or_propose
from payment.services.stopping import PAID_AFTER_FAILURE
from payment.tasks import process_webhook, send_withdrawal

type Given = dict[str, Any]

# Of the person who is paid, wherever a provider puts it.
ACCOUNT_NUMBER = re.compile(r'("\w*account_?number"\s*:\s*"?)[0-9]*([0-9]{4})', re.IGNORECASE)


def of_delivery(digest: str) -> Q:
    return Q(dedupe_hash=digest.lower())


@admin.register(Withdrawal)
class WithdrawalAdmin(TrailMixin, ActingAdmin):
    """Account numbers are masked here too: payouts are followed by their reference."""

    list_display = ("reference", "amount_kobo", "status", "owner", "provider", "message", "created_at", "finished_at")
    list_filter = ("status", "provider", "created_at")
    served = (f"status__in={','.join(WITHDRAWALS_IN_FLIGHT)}",)
    list_select_related = ("wallet__user",)
    finds = Finds(people=("wallet__user_id",), references=("reference", "provider_id"))
    ordering = ("-id",)
    fields = (
        *("reference", "status", "amount_kobo", "owner", "wallet", "in_the_books", "receipt_copy"),
        *("provider", "provider_id", "message"),
        *("bank_name", "masked_number", "account_name", "created_at", "sent_at", "checked_at", "finished_at"),
    )
    deeds = ("look_up", "return_to_wallet", "release")
    trail: ClassVar[dict[str, str]] = {
        "wallet": "payment.view_wallet",
        "in_the_books": "payment.view_ledgertransaction",
    }

    @admin.display(description="receipt")
    def receipt_copy(self, withdrawal: Withdrawal) -> str:
        return receipts_of(withdrawal)

    @admin.display(description="in the books")
    def in_the_books(self, withdrawal: Withdrawal) -> str:
        return books_of(references_of_withdrawal(withdrawal))

    @admin.display(description="owner")
    def owner(self, withdrawal: Withdrawal) -> str:
        return name_of_person(withdrawal.wallet.user)

    @admin.display(description="number")
    def masked_number(self, withdrawal: Withdrawal) -> str:
        return "*" * 6 + withdrawal.account_number[-4:]

    @deed(
        "Send, or look up at the provider",
        done=QUEUED,
        permission="act",
        applies=lambda withdrawal: withdrawal.status in WITHDRAWALS_IN_FLIGHT,
        is_final=False,
    )
    def look_up(self, withdrawal: Withdrawal, given: Given, staff_id: int) -> None:
        """By a job: the provider is never called while a person waits, and never under another reference."""
        send_withdrawal.defer(withdrawal_id=withdrawal.pk)

    @deed(
        "No money left: return to the wallet",
        done="back in the wallet, or proposed to a second person",
        permission="act",
        traced=("status",),
        applies=lambda withdrawal: withdrawal.status in WITHDRAWALS_IN_FLIGHT,
    )
    def return_to_wallet(self, withdrawal: Withdrawal, given: Given, staff_id: int) -> object:
        return act_or_propose(
            staff_id=staff_id,
            kind=StaffMoveKind.WITHDRAWAL_RETURNED,
            subject_id=withdrawal.pk,
            reason=given["reason"],
        )

    @deed(
        "Paid after failure: settled, release the wallet",
        done="released, or proposed to a second person",
        permission="act",
        applies=lambda withdrawal: withdrawal.message == PAID_AFTER_FAILURE,
    )
    def release(self, withdrawal: Withdrawal, given: Given, staff_id: int) -> object:
        return act_or_propose(
            staff_id=staff_id,
            kind=StaffMoveKind.WITHDRAWAL_RELEASED,
            subject_id=withdrawal.pk,
            reason=given["reason"],
        )


@admin.register(WebhookEvent)
class WebhookEventAdmin(ActingAdmin):
    list_display = ("id", "provider", "event", "reference", "status", "tries", "deliveries", "error", "received_at")
    list_filter = ("status", "provider", "event", "received_at")
    served = ("status__exact=failed",)
    finds = Finds(references=("reference", of_delivery))
    ordering = ("-id",)
    fields = (
        *("provider", "event", "reference", "status", "tries", "deliveries", "error", "headers", "content"),
        *("dedupe_hash", "received_at", "processed_at"),
    )
    deeds = ("process_again",)

    @admin.display(description="body")
    def content(self, event: WebhookEvent) -> str:
        """In lines, to be read; what is no JSON as it came."""
        body = bytes(event.body).decode(errors="replace")
        with suppress(ValueError, RecursionError):
            body = json.dumps(json.loads(body), indent=2, ensure_ascii=False)
        return format_html('<pre class="body">{}</pre>', ACCOUNT_NUMBER.sub(r"\1******\2", body))

    @deed("Process again", done=QUEUED, permission="act", is_final=False)
    def process_again(self, event: WebhookEvent, given: Given, staff_id: int) -> None:
        process_webhook.defer(event_id=event.pk)
