"""Payments, the tries that paid them, and refunds: to follow a job's money."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from unfold.decorators import action

from accounts.admin.deeds import QUEUED, deed
from accounts.admin.finding import Finds
from accounts.admin.reading import ReadOnlyAdmin, ReadOnlyInline
from core.money import in_naira
from payment.admin.acting import ActingAdmin
from payment.admin.asking import ChargebackForm, OnceForm, ask
from payment.admin.finding import of_payment, of_try
from payment.admin.papers import paper_urls, receipts_of
from payment.admin.proposing import propose
from payment.admin.trail import TrailMixin, books_of, references_of, references_of_attempt
from payment.models import REFUNDS_IN_FLIGHT, IdempotencyKey, Payment, PaymentAttempt, Refund, StaffMoveKind
from payment.services.acting_alone import act_or_propose
from payment.services.chargebacks import open_chargeback
from payment.services.stopping import waits_for_staff
from payment.tasks import send_card_refund


class AttemptInline(ReadOnlyInline):
    model = PaymentAttempt
    fields = ("reference", "provider", "status", "captured_kobo", "credited_to", "message", "created_at")


@admin.register(Payment)
class PaymentAdmin(TrailMixin, ReadOnlyAdmin):
    list_display = ("reference", "amount_kobo", "kind", "status", "provider", "payer", "recipient", "job", "created_at")
    list_filter = ("kind", "status", "provider", "created_at")
    list_select_related = ("payer", "recipient", "job")
    finds = Finds(
        numbers={"job_id": "job's number"},
        people=("payer_id", "recipient_id"),
        references=(of_payment(), "attempts__provider_id"),
    )
    ordering = ("-id",)
    inlines = (AttemptInline,)
    readonly_fields = ("in_the_books", "receipt_copies")
    trail: ClassVar[dict[str, str]] = {"in_the_books": "payment.view_ledgertransaction"}

    def get_urls(self) -> list[URLPattern]:
        return [*paper_urls(), *super().get_urls()]

    @admin.display(description="receipt")
    def receipt_copies(self, payment: Payment) -> str:
        return receipts_of(payment)

    @admin.display(description="in the books")
    def in_the_books(self, payment: Payment) -> str:
        return books_of(references_of(payment))


@admin.register(PaymentAttempt)
class PaymentAttemptAdmin(TrailMixin, ReadOnlyAdmin):
    """With the filter `credited to: suspense`, the money that staff must find the owner of."""

    list_display = (
        *("reference", "amount_kobo", "status", "provider", "captured_kobo", "credited_to", "message", "created_at"),
    )
    list_filter = ("status", "credited_to", "provider", "created_at")
    finds = Finds(
        numbers={"payment__job_id": "job's number"},
        people=("payment__payer_id",),
        references=(of_try(), "provider_id"),
    )
    ordering = ("-id",)
    actions_detail = ("chargeback_opened", "chargeback")
    readonly_fields = ("in_the_books",)
    trail: ClassVar[dict[str, str]] = {"in_the_books": "payment.view_ledgertransaction"}

    @admin.display(description="in the books")
    def in_the_books(self, attempt: PaymentAttempt) -> str:
        return books_of(references_of_attempt(attempt))

    def has_post_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perm("payment.add_ledgertransaction")

    @action(description="Chargeback lost", permissions=["post"], url_path="chargeback")  # type: ignore[untyped-decorator]
    def chargeback(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return propose(self, request, "Chargeback lost", OnceForm, StaffMoveKind.CHARGEBACK, attempt_id=int(object_id))

    @action(description="Chargeback opened", permissions=["post"], url_path="chargeback-opened")  # type: ignore[untyped-decorator]
    def chargeback_opened(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """One that the provider told by mail or in its dashboard: its money is frozen at once."""
        return ask(
            self,
            request,
            title="Chargeback opened",
            form=ChargebackForm,
            act=lambda given, _: open_chargeback(
                attempt_id=int(object_id),
                provider_id=given["reference"],
                amount_kobo=given["amount_kobo"],
                due_at=given["due_at"],
                category=given["reason"][:40],
            ),
            back="admin:payment_chargeback_changelist",
        )


@admin.register(Refund)
class RefundAdmin(TrailMixin, ActingAdmin):
    list_display = ("reference", "amount_kobo", "status", "destination", "recipient", "job", "message", "created_at")
    list_filter = ("destination", "status", "created_at")
    served = (f"status__in={','.join(REFUNDS_IN_FLIGHT)}",)
    list_select_related = ("recipient", "job")
    finds = Finds(
        numbers={"job_id": "job's number"},
        people=("recipient_id",),
        references=("reference", "provider_id", of_try("attempt")),
    )
    ordering = ("-id",)
    deeds = ("look_up", "return_to_wallet", "let_go")
    readonly_fields = ("in_the_books",)
    trail: ClassVar[dict[str, str]] = {"in_the_books": "payment.view_ledgertransaction"}

    @admin.display(description="in the books")
    def in_the_books(self, refund: Refund) -> str:
        return books_of([refund.reference])

    @deed(
        "Send, or look up at the provider",
        done=QUEUED,
        permission="act",
        applies=lambda refund: refund.status in REFUNDS_IN_FLIGHT,
        is_final=False,
    )
    def look_up(self, refund: Refund, given: dict[str, Any], staff_id: int) -> None:
        send_card_refund.defer(refund_id=refund.pk)

    @deed(
        "No money left: return to the wallet",
        done="back in the wallet, or proposed to a second person",
        permission="act",
        traced=("status",),
        applies=lambda refund: refund.status in REFUNDS_IN_FLIGHT,
    )
    def return_to_wallet(self, refund: Refund, given: dict[str, Any], staff_id: int) -> object:
        return act_or_propose(
            staff_id=staff_id, kind=StaffMoveKind.REFUND_RETURNED, subject_id=refund.pk, reason=given["reason"]
        )

    @deed(
        "Let this one go to its card",
        done="let go, or proposed to a second person",
        permission="act",
        applies=waits_for_staff,
        foretell=lambda refund: [
            f"A job sends {in_naira(refund.amount_kobo)} to the card that paid. Nothing else of its owner's leaves."
        ],
    )
    def let_go(self, refund: Refund, given: dict[str, Any], staff_id: int) -> object:
        return act_or_propose(
            staff_id=staff_id, kind=StaffMoveKind.REFUND_LET_GO, subject_id=refund.pk, reason=given["reason"]
        )


@admin.register(IdempotencyKey)
class IdempotencyKeyAdmin(ReadOnlyAdmin):
    list_display = ("key", "operation", "user", "resource", "response_status", "created_at")
    list_filter = ("operation", "response_status")
    list_select_related = ("user",)
    finds = Finds(people=("user_id",))
    ordering = ("-id",)
    fields = ("user", "operation", "key", "resource", "response_status", "created_at", "answered_at")
