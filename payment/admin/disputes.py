"""Disputes: staff read both sides, then divide what is frozen."""

from typing import Any

from django import forms
from django.contrib import admin
from unfold.widgets import UnfoldAdminRadioSelectWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from accounts.admin.confirming import StaffForm
from accounts.admin.deeds import deed
from accounts.admin.finding import Finds
from accounts.admin.reading import ReadOnlyAdmin, ReadOnlyInline
from accounts.row_names import name_rows
from core.forms import NairaField
from core.money import in_naira
from payment.admin.acting import ActingAdmin
from payment.models import OPEN_DISPUTES, Dispute, DisputeStatement, DisputeStatus, Resolution
from payment.services.disputes import frozen_for, most_for_worker, resolve_dispute, review_dispute

OUTCOME = ("resolution", "to_worker", "to_client", "resolution_note")


name_rows(
    Dispute,
    lambda dispute: f"Dispute {dispute.pk}: {dispute.client.name} and {dispute.worker.name}",
    *("client", "worker"),
)


class ResolutionForm(StaffForm):
    """How what is frozen is divided. The two sums add up to it, so one of them is enough."""

    resolution = forms.ChoiceField(choices=Resolution.choices, widget=UnfoldAdminRadioSelectWidget)
    to_worker = NairaField(label="₦ to the worker", required=False, widget=UnfoldAdminTextInputWidget)
    to_client = NairaField(label="₦ to the client", required=False, widget=UnfoldAdminTextInputWidget)
    reason = forms.CharField(
        label="Resolution note",
        max_length=2000,
        widget=UnfoldAdminTextareaWidget,
        help_text="Both sides read it. Kept in the history, with your name.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.frozen_kobo = frozen_for(self.row.assignment)
        self.most_kobo = most_for_worker(self.row.assignment)
        self.fields["to_worker"].help_text = f"For a split: less than {in_naira(self.most_kobo)}."
        self.fields[
            "to_client"
        ].help_text = f"The rest of {in_naira(self.frozen_kobo)}, with what is frozen of our fee."

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        given["to_worker_kobo"] = None
        if given.get("resolution") == Resolution.SPLIT and not self.errors:
            given["to_worker_kobo"] = self._share(given.get("to_worker"), given.get("to_client"))
        return given

    def _share(self, to_worker: int | None, to_client: int | None) -> int | None:
        if to_worker is None and to_client is None:
            raise forms.ValidationError("Say how much each side gets.")
        if to_worker is None:
            return self.frozen_kobo - (to_client or 0)
        if to_client is not None and to_worker + to_client != self.frozen_kobo:
            raise forms.ValidationError(
                f"{in_naira(to_worker)} and {in_naira(to_client)} are {in_naira(to_worker + to_client)}, "
                f"and {in_naira(self.frozen_kobo)} are frozen."
            )
        return to_worker


class StatementInline(ReadOnlyInline):
    model = DisputeStatement
    fields = ("created_at", "author", "body")
    joined = ("author",)
    show_change_link = False


@admin.register(Dispute)
class DisputeAdmin(ActingAdmin):
    list_display = ("id", "status", "assignment", "client", "worker", "opened_by", "resolution", "created_at")
    list_filter = ("status", "resolution", "created_at")
    served = (f"status__in={','.join(OPEN_DISPUTES)}",)
    list_select_related = ("assignment", "client", "worker", "opened_by")
    finds = Finds(
        numbers={
            "pk": "number",
            "assignment_id": "assignment's number",
            "assignment__application__job_id": "job's number",
        },
        people=("client_id", "worker_id"),
    )
    ordering = ("-id",)
    fields = (
        *("status", "assignment", "client", "worker", "opened_by", "reason", "frozen", "created_at"),
        *(*OUTCOME, "resolved_by", "closed_at"),
    )
    inlines = (StatementInline,)
    deeds = ("review", "resolve")

    @deed(
        "Take under review",
        done="under review",
        permission="act",
        traced=("status",),
        applies=lambda dispute: dispute.status == DisputeStatus.OPEN,
    )
    def review(self, dispute: Dispute, given: dict[str, Any], staff_id: int) -> Dispute:
        return review_dispute(dispute_id=dispute.pk)

    @deed(
        "Resolve",
        done="resolved",
        permission="act",
        form=ResolutionForm,
        traced=("status", "to_worker_kobo", "to_client_kobo"),
        applies=lambda dispute: dispute.status == DisputeStatus.UNDER_REVIEW,
        one_by_one=True,
    )
    def resolve(self, dispute: Dispute, given: dict[str, Any], staff_id: int) -> Dispute:
        return resolve_dispute(
            staff_id=staff_id,
            dispute_id=dispute.pk,
            resolution=Resolution(given["resolution"]),
            note=given["reason"],
            to_worker_kobo=given["to_worker_kobo"],
        )

    @admin.display(description="frozen")
    def frozen(self, dispute: Dispute) -> str:
        assignment = dispute.assignment
        return f"{in_naira(frozen_for(assignment))}, of it wage {in_naira(most_for_worker(assignment))}"

    @admin.display(description="to the worker")
    def to_worker(self, dispute: Dispute) -> str:
        return "-" if not dispute.resolution else in_naira(dispute.to_worker_kobo)

    @admin.display(description="to the client")
    def to_client(self, dispute: Dispute) -> str:
        return "-" if not dispute.resolution else in_naira(dispute.to_client_kobo)


@admin.register(DisputeStatement)
class DisputeStatementAdmin(ReadOnlyAdmin):
    list_display = ("id", "dispute", "author", "created_at", "body")
    list_select_related = ("dispute", "author")
    finds = Finds(numbers={"dispute_id": "dispute's number"}, people=("dispute__client_id", "dispute__worker_id"))
    ordering = ("-id",)
