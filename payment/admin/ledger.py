"""The books, to look at: nothing here can be changed, by privileges of the database as much as by these screens.

Who may add ledger transactions can post the few that people decide: see `payment.admin.asking`.
"""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Model, QuerySet, Subquery, Sum
from django.db.models.expressions import OuterRef
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from unfold.decorators import action

from accounts.admin.deeds import deed
from accounts.admin.finding import Finds, is_one_of
from accounts.admin.reading import ReadOnlyAdmin, ReadOnlyInline
from accounts.admin.shown import in_words
from accounts.row_names import name_of_person, name_rows
from core.money import in_naira
from payment.admin.acting import ActingAdmin
from payment.admin.asking import SettlementForm, StaffPaymentForm, StatementForm, SuspenseForm, ask
from payment.admin.finding import accounts_of, escrow_of, in_the_books
from payment.admin.proposing import propose
from payment.admin.trail import TrailMixin, entries_of, events_of, whose, withdrawals_of
from payment.models import LedgerAccount, LedgerEntry, LedgerTransaction, StaffMoveKind, Wallet
from payment.services.acting_alone import act_or_propose
from payment.services.platform import unresolved_suspense
from payment.services.staff_acts import freed_kobo
from payment.services.staff_moves import propose_suspense
from payment.services.wallet_holds import hold_withdrawals


def name_of_account(account: LedgerAccount) -> str:
    """As the books say it: whose wallet, which job's escrow, or which provider's."""
    if account.user is not None:
        return f"{account.get_kind_display().capitalize()} of {name_of_person(account.user)}"
    return f"{account.get_kind_display().capitalize()} of {account.job}" if account.job else str(account)


name_rows(LedgerAccount, name_of_account, "user", "job")
name_rows(Wallet, lambda wallet: f"Wallet of {name_of_person(wallet.user)}", "user")


class EntryInline(ReadOnlyInline):
    model = LedgerEntry
    fields = ("account", "whose", "amount_kobo")
    joined = ("account__user", "account__job", "account__wallet")
    show_change_link = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[LedgerEntry]:
        entries: QuerySet[LedgerEntry] = super().get_queryset(request)
        return entries.order_by("pk")

    def get_fields(self, request: HttpRequest, obj: LedgerTransaction | None = None) -> tuple[str, ...]:
        return tuple(name for name in self.fields if name != "whose" or request.user.has_perm("payment.view_wallet"))

    @admin.display(description="whose")
    def whose(self, entry: LedgerEntry) -> str:
        return whose(entry.account)


class SuspenseFilter(admin.SimpleListFilter):
    """Money that came into suspense and has not left it: resolving is posted under the same reference."""

    title = "suspense"
    parameter_name = "suspense"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [("open", "Not resolved")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[LedgerTransaction]) -> QuerySet[LedgerTransaction]:
        if self.value() != "open":
            return queryset
        return queryset.filter(is_one_of(LedgerTransaction, unresolved_suspense()))


@admin.register(LedgerAccount)
class LedgerAccountAdmin(ReadOnlyAdmin):
    list_display = ("id", "kind", "user", "job", "provider", "balance_kobo", "entries_link")
    list_filter = ("kind", "provider", "currency")
    list_select_related = ("user", "job")
    finds = Finds(numbers={escrow_of: "job's number"}, people=(accounts_of,))
    ordering = ("-id",)
    fields = ("kind", "user", "job", "provider", "currency", "balance_kobo", "created_at", "entries_link")

    @admin.display(description="history")
    def entries_link(self, account: LedgerAccount) -> str:
        return format_html(
            '<a href="{}?account__id__exact={}">entries</a>',
            reverse("admin:payment_ledgerentry_changelist"),
            account.pk,
        )


@admin.register(LedgerTransaction)
class LedgerTransactionAdmin(TrailMixin, ReadOnlyAdmin):
    list_display = ("id", "created_at", "kind", "reference", "amount", "job", "memo")
    list_filter = (SuspenseFilter, "kind")
    served = ("suspense=open",)
    list_select_related = ("job",)
    finds = Finds(numbers={"job_id": "job's number"}, references=(in_the_books(),))
    ordering = ("-id",)
    fields = ("kind", "reference", "event", "job", "memo", "created_at", "xid")
    # Whoever may look at payments may look at tries, refunds and withdrawals: no role has one without the others.
    trail: ClassVar[dict[str, str]] = {"event": "payment.view_payment"}
    inlines = (EntryInline,)
    actions_list = ("staff_payment", "settlement", "statement_line")
    actions_detail = ("suspense",)

    def has_post_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perm("payment.add_ledgertransaction")

    @admin.display(description="of")
    def event(self, transaction: LedgerTransaction) -> str:
        return events_of(transaction)

    def has_suspense_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """On transactions that put money there."""
        # Unfold asks with the text of the address, or with the key of an object.
        text = str(object_id or "")
        pk = int(text) if text.isdecimal() else 0
        return unresolved_suspense().filter(transaction_id=pk).exists() and self.has_post_permission(request)

    @action(description="Pay from the platform", permissions=["post"], url_path="staff-payment")  # type: ignore[untyped-decorator]
    def staff_payment(self, request: HttpRequest) -> HttpResponse:
        return propose(self, request, "Pay from the platform", StaffPaymentForm, StaffMoveKind.STAFF_PAYMENT)

    @action(description="Settled to the bank", permissions=["post"], url_path="settlement")  # type: ignore[untyped-decorator]
    def settlement(self, request: HttpRequest) -> HttpResponse:
        return propose(self, request, "Settled to the bank", SettlementForm, StaffMoveKind.SETTLEMENT)

    @action(description="Top-up, charge, adjustment", permissions=["post"], url_path="statement-line")  # type: ignore[untyped-decorator]
    def statement_line(self, request: HttpRequest) -> HttpResponse:
        return propose(self, request, "Top-up, charge, adjustment", StatementForm)

    @action(description="Resolve suspense", permissions=["suspense"], url_path="resolve-suspense")  # type: ignore[untyped-decorator]
    def suspense(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return ask(
            self,
            request,
            title="Resolve suspense",
            form=SuspenseForm,
            act=lambda given, staff_id: propose_suspense(
                staff_id=staff_id,
                transaction_id=int(object_id),
                user_id=given.get("user_id"),
                reason=given["reason"],
            ),
            back="admin:payment_staffmove_changelist",
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[LedgerTransaction]:
        """With the sum of the credits: what the transaction moved."""
        moved = (
            LedgerEntry.objects.filter(transaction=OuterRef("pk"), amount_kobo__gt=0)
            .order_by()
            .values("transaction")
            .annotate(kobo=Sum("amount_kobo"))
        )
        transactions: QuerySet[LedgerTransaction] = super().get_queryset(request)
        return transactions.annotate(moved_kobo=Coalesce(Subquery(moved.values("kobo")), 0))

    @admin.display(description="amount")
    def amount(self, transaction: LedgerTransaction) -> str:
        return in_naira(transaction.moved_kobo)  # type: ignore[attr-defined]  # annotated in get_queryset


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnlyAdmin):
    list_display = ("id", "posted_at", "transaction", "account", "amount_kobo")
    list_filter = ("account__kind",)
    served = ("account__id__exact",)
    list_select_related = ("transaction", "account")
    finds = Finds(references=(in_the_books("transaction__"),))
    ordering = ("-id",)
    fields = ("transaction", "account", "amount_kobo", "posted_at")

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """An account's history is linked from its page."""
        allowed: bool = lookup == "account__id__exact" or super().lookup_allowed(lookup, value, request)
        return allowed

    @admin.display(description="time")
    def posted_at(self, entry: LedgerEntry) -> str:
        return in_words(entry.transaction.created_at)


@admin.register(Wallet)
class WalletAdmin(TrailMixin, ActingAdmin):
    list_display = ("id", "user", "balance", "held_at", "created_at")
    list_filter = (("held_at", admin.EmptyFieldListFilter),)
    list_select_related = ("user", "account")
    finds = Finds(people=("user_id",))
    ordering = ("-id",)
    fields = (
        *("user", "account", "balance", "held_at", "hold_reason", "created_at"),
        *("newest_withdrawals", "newest_entries"),
    )
    deeds = ("hold", "let_go")
    trail: ClassVar[dict[str, str]] = {
        "newest_withdrawals": "payment.view_withdrawal",
        "newest_entries": "payment.view_ledgertransaction",
    }

    @admin.display(description="withdrawals")
    def newest_withdrawals(self, wallet: Wallet) -> str:
        return withdrawals_of(wallet)

    @admin.display(description="what moved")
    def newest_entries(self, wallet: Wallet) -> str:
        return entries_of(wallet)

    @deed(
        "Hold withdrawals",
        done="on hold",
        permission="act",
        applies=lambda wallet: wallet.held_at is None,
        is_final=False,
    )
    def hold(self, wallet: Wallet, given: dict[str, Any], staff_id: int) -> Wallet:
        return hold_withdrawals(user_id=wallet.user_id, reason=f"Held by staff {staff_id}: {given['reason']}")

    @deed(
        "Let withdrawals go",
        done="free to go, or proposed to a second person",
        permission="act",
        applies=lambda wallet: wallet.held_at is not None,
        foretell=lambda wallet: [f"May leave the wallet again: {in_naira(freed_kobo(wallet.user_id))}"],
    )
    def let_go(self, wallet: Wallet, given: dict[str, Any], staff_id: int) -> Model:
        return act_or_propose(
            staff_id=staff_id,
            kind=StaffMoveKind.WITHDRAWALS_FREED,
            subject_id=wallet.user_id,
            reason=given["reason"],
        )

    @admin.display(description="balance", ordering="account__balance_kobo")
    def balance(self, wallet: Wallet) -> str:
        return in_naira(wallet.account.balance_kobo)
