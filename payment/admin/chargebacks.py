"""Chargebacks: when an answer is due, what is held, our answer, and the verdicts that no provider told."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from unfold.decorators import action
from unfold.widgets import UnfoldAdminTextareaWidget

from accounts.admin.confirming import ReasonForm
from accounts.admin.deeds import deed
from accounts.admin.finding import Finds
from core.forms import refuse_deceiving
from core.money import in_naira, naira
from payment.admin.acting import ActingAdmin
from payment.admin.asking import OnceForm
from payment.admin.evidence import attach, download
from payment.admin.finding import of_try
from payment.admin.proposing import propose
from payment.models import OPEN_CHARGEBACKS, Chargeback, ChargebackStatus, StaffMoveKind
from payment.services.acting_alone import accept_chargeback, win_chargeback
from payment.services.chargeback_answers import contest, is_known_to_staff_only, note_answered, takes_document
from payment.services.staff_moves import propose_write_off


class AcceptForm(OnceForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = "The payer's bank reads it; kept in the history, with your name."
        if self.row is not None:
            self.fields["amount"].initial = naira(self.row.amount_kobo)


class ContestForm(ReasonForm):
    """What the payer's bank is told: who worked when, who approved, what the client wrote."""

    evidence = forms.CharField(max_length=4000, widget=UnfoldAdminTextareaWidget, validators=[refuse_deceiving])
    field_order = ("evidence", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = "In one line, for the payer's bank too; kept in the history, with your name."


def can_be_answered(chargeback: Chargeback) -> bool:
    return is_unanswered(chargeback) and not is_known_to_staff_only(chargeback)


def can_take_document(chargeback: Chargeback) -> bool:
    return can_be_answered(chargeback) and takes_document(chargeback)


def is_unanswered(chargeback: Chargeback) -> bool:
    return chargeback.status in OPEN_CHARGEBACKS and not chargeback.answer


def after_accepting(chargeback: Chargeback) -> list[str]:
    """The whole sum, as the books stand: what is accepted of it moves in this order."""
    return [
        f"Once the provider has taken it: out of {in_naira(chargeback.held_kobo)} that is held; the payer owes what is "
        f"more, up to {in_naira(chargeback.short_kobo)}; what is held beyond it is free again",
    ]


def after_contesting(chargeback: Chargeback) -> list[str]:
    with_it = "with the document that is attached" if chargeback.document else "without a document: none is attached"
    return [f"{in_naira(chargeback.held_kobo)} stays held until the bank decides", f"In these words, {with_it}"]


@admin.register(Chargeback)
class ChargebackAdmin(ActingAdmin):
    list_display = (
        "provider_id",
        "status",
        "amount_kobo",
        "held_kobo",
        "owed_kobo",
        "due_at",
        "payer",
        "category",
        "created_at",
    )
    list_filter = ("status", "provider", "category", "due_at")
    served = (f"status__in={','.join(OPEN_CHARGEBACKS)}",)
    list_select_related = ("payer",)
    finds = Finds(people=("payer_id",), references=(of_try("attempt"), "provider_id", "told_as"))
    ordering = ("due_at", "-id")
    fields = (
        *("provider", "provider_id", "told_as", "status", "category", "message", "attempt", "payer", "due_at"),
        *("amount_kobo", "held_kobo", "taken_kobo", "owed_kobo", "written_off_kobo"),
        *("answer", "given_up", "answer_reason", "evidence", "document_kept", "answer_asked_at", "answer_sent_at"),
        *("created_at", "checked_at", "closed_at"),
    )
    deeds = ("accept", "contest", "answered_there", "won", "give_up")
    actions_detail = ("lost", "attach", "document")

    def has_post_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perm("payment.add_ledgertransaction")

    @deed(
        "Accept: the payer gets it back",
        done="accepted, or proposed to a second person",
        permission="act",
        form=AcceptForm,
        traced=("answer", "answer_kobo"),
        applies=can_be_answered,
        foretell=after_accepting,
        one_by_one=True,
    )
    def accept(self, chargeback: Chargeback, given: dict[str, Any], staff_id: int) -> object:
        return accept_chargeback(
            staff_id=staff_id,
            chargeback_id=chargeback.pk,
            amount_kobo=given["amount_kobo"],
            reason=given["reason"],
            reference=given["reference"],
        )

    @deed(
        "Contest with evidence",
        done="contested",
        permission="act",
        form=ContestForm,
        traced=("answer",),
        applies=can_be_answered,
        foretell=after_contesting,
        one_by_one=True,
    )
    def contest(self, chargeback: Chargeback, given: dict[str, Any], staff_id: int) -> object:
        return contest(
            staff_id=staff_id, chargeback_id=chargeback.pk, evidence=given["evidence"], reason=given["reason"]
        )

    @deed(
        "Contested in the provider's dashboard",
        done="kept as contested",
        permission="act",
        form=ContestForm,
        traced=("answer", "status"),
        applies=lambda chargeback: is_unanswered(chargeback) and is_known_to_staff_only(chargeback),
        foretell=after_contesting,
        one_by_one=True,
    )
    def answered_there(self, chargeback: Chargeback, given: dict[str, Any], staff_id: int) -> object:
        return note_answered(
            staff_id=staff_id, chargeback_id=chargeback.pk, evidence=given["evidence"], reason=given["reason"]
        )

    @action(description="Lost", permissions=["post"], url_path="lost")  # type: ignore[untyped-decorator]
    def lost(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return propose(
            self, request, "Chargeback lost", OnceForm, StaffMoveKind.CHARGEBACK, chargeback_id=int(object_id)
        )

    @action(description="Attach a document", permissions=["act"], url_path="attach")  # type: ignore[untyped-decorator]
    def attach(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return attach(self, request, self.get_object(request, object_id))

    attach.applies = can_take_document

    @action(description="Open the document", permissions=["act"], url_path="document")  # type: ignore[untyped-decorator]
    def document(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return download(self.get_object(request, object_id))

    document.applies = lambda chargeback: bool(chargeback.document)

    @deed(
        "Won: the money stays, or came back",
        done="won, or proposed to a second person",
        permission="post",
        traced=("status",),
        applies=lambda chargeback: chargeback.status != ChargebackStatus.WON,
    )
    def won(self, chargeback: Chargeback, given: dict[str, Any], staff_id: int) -> object:
        return win_chargeback(staff_id=staff_id, chargeback_id=chargeback.pk, reason=given["reason"])

    @deed(
        "Give up what its payer owes",
        done="proposed",
        permission="post",
        applies=lambda chargeback: chargeback.owed_kobo > chargeback.written_off_kobo,
    )
    def give_up(self, chargeback: Chargeback, given: dict[str, Any], staff_id: int) -> object:
        return propose_write_off(staff_id=staff_id, chargeback_id=chargeback.pk, reason=given["reason"])

    @admin.display(description="document", boolean=True)
    def document_kept(self, chargeback: Chargeback) -> bool:
        return bool(chargeback.document)

    @admin.display(description="given up")
    def given_up(self, chargeback: Chargeback) -> str:
        return in_naira(chargeback.answer_kobo)
