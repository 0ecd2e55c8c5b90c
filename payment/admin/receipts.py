"""Receipts by their numbers, and what their issuer was called when they were issued: to look at, nothing to change."""

from typing import ClassVar

from django.contrib import admin

from accounts.admin.finding import Finds
from accounts.admin.reading import ReadOnlyAdmin
from accounts.models import CustomUser
from core.money import in_naira
from payment.admin.finding import of_payment, of_receipt
from payment.admin.papers import copies_of
from payment.admin.trail import TrailMixin
from payment.models import Receipt, ReceiptIssuer
from payment.services.receipt_numbers import issuer_in_force


def called(person: CustomUser) -> str:
    """As lists name people: the e-mail beside the name would leave no room for the copies."""
    return person.name or person.email


@admin.register(Receipt)
class ReceiptAdmin(TrailMixin, ReadOnlyAdmin):
    list_display = ("numbered", "paid_at", "kind", "amount", "paid_by", "paid_to", "copies", "issuer")
    list_filter = ("series", "issuer", "paid_at")
    list_select_related = ("series", "issuer", "payment__payer", "payment__recipient", "withdrawal__wallet__user")
    finds = Finds(
        numbers={"payment__job_id": "job's number"},
        people=("payment__payer_id", "payment__recipient_id", "withdrawal__wallet__user_id"),
        references=(of_receipt, of_payment("payment"), "withdrawal__reference"),
    )
    ordering = ("-id",)
    fields = (
        *("numbered", "copies", "kind", "amount", "paid_by", "paid_to", "payment", "withdrawal"),
        *("paid_at", "issued_at", "issuer"),
    )
    # Whoever may look at payments may look at withdrawals: no role has one without the other.
    trail: ClassVar[dict[str, str]] = {
        "copies": "payment.view_payment",
        "payment": "payment.view_payment",
        "withdrawal": "payment.view_withdrawal",
    }

    @admin.display(description="number")
    def numbered(self, receipt: Receipt) -> str:
        return str(receipt)

    @admin.display(description="of")
    def kind(self, receipt: Receipt) -> str:
        return receipt.payment.get_kind_display().capitalize() if receipt.payment else "Payout to the bank"

    @admin.display(description="amount")
    def amount(self, receipt: Receipt) -> str:
        row = receipt.payment or receipt.withdrawal
        return in_naira(row.amount_kobo) if row else "-"

    @admin.display(description="paid by")
    def paid_by(self, receipt: Receipt) -> str:
        return called(receipt.payment.payer) if receipt.payment else "The wallet"

    @admin.display(description="paid to")
    def paid_to(self, receipt: Receipt) -> str:
        if receipt.withdrawal:
            return called(receipt.withdrawal.wallet.user)
        payee = receipt.payment and receipt.payment.recipient
        return called(payee) if payee else "The escrow of the job"

    @admin.display(description="copies")
    def copies(self, receipt: Receipt) -> str:
        return copies_of(receipt)


@admin.register(ReceiptIssuer)
class ReceiptIssuerAdmin(ReadOnlyAdmin):
    """One row for each wording that receipts were issued under; each receipt keeps its own."""

    list_display = ("letters", "name", "address", "tax_number", "vat_number", "since", "in_force")
    ordering = ("-id",)

    @admin.display(description="in force", boolean=True)
    def in_force(self, issuer: ReceiptIssuer) -> bool:
        return issuer.words == issuer_in_force().words
