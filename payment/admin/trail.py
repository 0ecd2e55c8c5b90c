"""From a row of money to the rows before and behind it, both ways: payment, tries, books, wallet, withdrawals.

Rows of the books know their event by its reference only, so the links go by reference. A field of links is shown to
whoever may look at what it leads to, and to nobody else.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, ClassVar

from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from core.money import in_naira
from payment.models import (
    LedgerAccount,
    LedgerEntry,
    LedgerTransaction,
    Payment,
    PaymentAttempt,
    PaymentProvider,
    Refund,
    TransactionKind,
    Wallet,
    Withdrawal,
)
from payment.services.references import funding_reference

# Of a wallet, the newest.
FEW = 10
NOTHING = "-"


class TrailMixin:
    """`trail`: fields of links, each with the permission for what it leads to."""

    trail: ClassVar[dict[str, str]] = {}

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Sequence[Any]:
        fields: Sequence[Any] = super().get_fields(request, obj)  # type: ignore[misc]
        return self._allowed(request, fields)

    def get_list_display(self, request: HttpRequest) -> Sequence[Any]:
        return self._allowed(request, super().get_list_display(request))  # type: ignore[misc]

    def _allowed(self, request: HttpRequest, fields: Sequence[Any]) -> list[Any]:
        return [name for name in fields if name not in self.trail or request.user.has_perm(self.trail[name])]


def books_of(references: Collection[str]) -> str:
    """The transactions under these references, in the order of the books."""
    transactions = LedgerTransaction.objects.filter(kind__in=TransactionKind.values, reference__in=references)
    return _links((row, f"{row.get_kind_display()} {row.reference}") for row in transactions.order_by("pk")[:FEW])


def references_of(payment: Payment) -> list[str]:
    """Of the payment, and of each try at a provider: both as the books have it and as the provider has it."""
    tried = [reference for attempt in payment.attempts.all() for reference in references_of_attempt(attempt)]
    return [payment.reference, *tried]


def references_of_attempt(attempt: PaymentAttempt) -> list[str]:
    return [attempt.reference, funding_reference(attempt.provider, attempt.reference)]


def references_of_withdrawal(withdrawal: Withdrawal) -> list[str]:
    """What a failed or reversed transfer cost is under one of its own."""
    return [withdrawal.reference, f"{withdrawal.reference}:returned"]


def events_of(transaction: LedgerTransaction) -> str:
    """What the transaction tells of: the payment, try, refund or withdrawal under its reference."""
    reference = transaction.reference.removesuffix(":returned")
    bare = reference.rpartition(":")[2]
    tries = PaymentAttempt.objects.filter(provider__in=PaymentProvider.values, reference=bare).select_related("payment")
    found: list[Model] = [
        *Payment.objects.filter(reference=bare),
        *(row for attempt in tries for row in (attempt.payment, attempt)),
        *Refund.objects.filter(reference=bare),
        *Withdrawal.objects.filter(reference=bare),
    ]
    return _links((row, str(row)) for row in found)


def whose(account: LedgerAccount) -> str:
    """The wallet behind an account of the books, or the job behind an escrow."""
    if account.job_id:
        return _link("jobs_job", account.job_id, f"Job {account.job_id}")
    wallet = getattr(account, "wallet", None)
    return _link("payment_wallet", wallet.pk, str(wallet)) if wallet else NOTHING


def withdrawals_of(wallet: Wallet) -> str:
    newest = wallet.withdrawals.order_by("-created_at", "-pk")[:FEW]
    return _links((row, f"{row.reference}: {in_naira(row.amount_kobo)}, {row.status}") for row in newest)


def entries_of(wallet: Wallet) -> str:
    newest = LedgerEntry.objects.filter(account_id=wallet.account_id).select_related("transaction").order_by("-pk")
    return _links(
        (row.transaction, f"{row.transaction.get_kind_display()}: {in_naira(row.amount_kobo)}") for row in newest[:FEW]
    )


def _links(rows: Iterable[tuple[Model, str]]) -> str:
    links = [(_link(f"{row._meta.app_label}_{row._meta.model_name}", row.pk, text),) for row, text in rows]
    return format_html_join(mark_safe("<br>"), "{}", links) or NOTHING


def _link(screen: str, pk: int, text: str) -> SafeString:
    return format_html('<a href="{}">{}</a>', reverse(f"admin:{screen}_change", args=[pk]), text)
