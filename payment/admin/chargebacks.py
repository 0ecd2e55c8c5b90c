"""Chargebacks: when an answer is due, what is held, the evidence, and the verdicts that no provider told."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from unfold.decorators import action
from unfold.widgets import UnfoldAdminTextareaWidget

from accounts.admin.deeds import deed
from core.errors import PayshiftError
from core.forms import refuse_deceiving
from core.money import naira
from payment.admin.acting import ActingAdmin
from payment.admin.asking import OnceForm
from payment.admin.proposing import propose
from payment.models import OPEN_CHARGEBACKS, Chargeback, ChargebackStatus, StaffMoveKind
from payment.services.chargebacks import book_chargeback_won
from payment.services.evidence import give_evidence
from payment.services.staff_moves import propose_write_off


class EvidenceForm(forms.ModelForm[Chargeback]):
    """What the payer's bank is told: who worked when, who approved, what the client wrote."""

    evidence = forms.CharField(max_length=4000, widget=UnfoldAdminTextareaWidget, validators=[refuse_deceiving])


@admin.register(Chargeback)
class ChargebackAdmin(ActingAdmin):
    form = EvidenceForm
    list_display = ("provider_id", "status", "amount", "held", "owed", "due_at", "payer", "category", "created_at")
    list_filter = ("status", "provider", "category", "due_at")
    list_select_related = ("payer",)
    search_fields = ("=provider_id", "=attempt__reference", "payer__email")
    search_help_text = "The provider's number, the payment's reference, or the payer's e-mail"
    ordering = ("due_at", "-id")
    fields = (
        *("provider", "provider_id", "status", "category", "message", "attempt", "payer", "due_at"),
        *("amount", "held", "taken", "owed", "written_off", "evidence", "evidence_sent_at"),
        *("created_at", "checked_at", "closed_at"),
    )
    deeds = ("won", "give_up")
    actions_detail = ("lost",)

    def has_post_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perm("payment.add_ledgertransaction")

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Evidence is given while it is open."""
        is_open = isinstance(obj, Chargeback) and obj.status in OPEN_CHARGEBACKS
        return is_open and self.has_act_permission(request)

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        editable = ("evidence",) if self.has_change_permission(request, obj) else ()
        return tuple(name for name in self.fields if name not in editable)

    def save_model(self, request: HttpRequest, obj: Chargeback, form: EvidenceForm, change: bool) -> None:
        try:
            give_evidence(chargeback_id=obj.pk, text=form.cleaned_data["evidence"])
        except PayshiftError as refusal:
            self.message_user(request, f"Nothing was sent. {refusal.detail}", messages.ERROR)

    @action(description="Lost", permissions=["post"], url_path="lost")  # type: ignore[untyped-decorator]
    def lost(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return propose(
            self, request, "Chargeback lost", OnceForm, StaffMoveKind.CHARGEBACK, chargeback_id=int(object_id)
        )

    @deed(
        "Won: the money stays, or came back",
        done="won",
        permission="post",
        traced=("status",),
        applies=lambda chargeback: chargeback.status != ChargebackStatus.WON,
    )
    def won(self, chargeback: Chargeback, given: dict[str, Any], staff_id: int) -> object:
        return book_chargeback_won(staff_id=staff_id, chargeback_id=chargeback.pk, reason=given["reason"])

    @deed(
        "Give up what its payer owes",
        done="proposed",
        permission="post",
        applies=lambda chargeback: chargeback.owed_kobo > chargeback.written_off_kobo,
    )
    def give_up(self, chargeback: Chargeback, given: dict[str, Any], staff_id: int) -> object:
        return propose_write_off(staff_id=staff_id, chargeback_id=chargeback.pk, reason=given["reason"])

    @admin.display(description="amount", ordering="amount_kobo")
    def amount(self, chargeback: Chargeback) -> str:
        return naira(chargeback.amount_kobo)

    @admin.display(description="held", ordering="held_kobo")
    def held(self, chargeback: Chargeback) -> str:
        return naira(chargeback.held_kobo)

    @admin.display(description="taken")
    def taken(self, chargeback: Chargeback) -> str:
        return naira(chargeback.taken_kobo)

    @admin.display(description="left owing", ordering="owed_kobo")
    def owed(self, chargeback: Chargeback) -> str:
        return naira(chargeback.owed_kobo)

    @admin.display(description="written off")
    def written_off(self, chargeback: Chargeback) -> str:
        return naira(chargeback.written_off_kobo)
