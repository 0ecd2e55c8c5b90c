"""Disputes: staff read both sides, then divide what is frozen."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from accounts.admin.confirming import StaffForm
from accounts.admin.deeds import deed
from accounts.admin.finding import Finds
from accounts.admin.reading import ReadOnlyAdmin, ReadOnlyInline
from accounts.admin.shown import in_words
from accounts.row_names import name_rows
from core.forms import NairaField
from core.money import in_naira
from payment.admin.acting import ActingAdmin
from payment.models import OPEN_DISPUTES, Dispute, DisputeStatement, DisputeStatus, Resolution
from payment.services.disputes import frozen_for, most_for_worker, resolve_dispute, review_dispute

SHIFT = ("planned", "arrived", "distance", "left", "minutes", "said")
PROPOSAL = ("proposed_resolution", "proposed_to_worker_kobo", "proposed_by")
OUTCOME = ("resolution", "to_worker", "to_client", "resolution_note")


name_rows(
    Dispute,
    lambda dispute: f"Dispute {dispute.pk}: {dispute.client.name} and {dispute.worker.name}",
    *("client", "worker"),
)


class DecisionForm(StaffForm):
    reason = forms.CharField(
        label="Resolution note",
        max_length=1000,
        widget=UnfoldAdminTextareaWidget,
        help_text="Both sides read it. Kept in the history, with your name.",
    )


class SplitForm(DecisionForm):
    """How what is frozen is divided. The two sums add up to it, so one of them is enough."""

    to_worker = NairaField(label="₦ to the worker", required=False, widget=UnfoldAdminTextInputWidget)
    to_client = NairaField(label="₦ to the client", required=False, widget=UnfoldAdminTextInputWidget)
    field_order = ("to_worker", "to_client", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.frozen_kobo = frozen_for(self.row.assignment)
        most_kobo = most_for_worker(self.row.assignment)
        self.fields["to_worker"].help_text = f"Less than {in_naira(most_kobo)}."
        rest = f"The rest of {in_naira(self.frozen_kobo)}, with what is frozen of our fee."
        self.fields["to_client"].help_text = rest

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not self.errors:
            given["to_worker_kobo"] = self._share(given.get("to_worker"), given.get("to_client"))
        return given

    def _share(self, to_worker: int | None, to_client: int | None) -> int:
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


def decision(title: str, *, form: type[DecisionForm] = DecisionForm) -> Callable[[Callable[..., Dispute]], Any]:
    """How it ends. Of one that is open as well: its page shows both sides."""
    return deed(
        title,
        done="resolved, or proposed to a second person",
        permission="act",
        form=form,
        traced=("status", "to_worker_kobo", "to_client_kobo", "proposed_resolution", "proposed_to_worker_kobo"),
        applies=lambda dispute: dispute.status in OPEN_DISPUTES,
        one_by_one=True,
    )


def _decide(dispute: Dispute, given: dict[str, Any], staff_id: int, resolution: Resolution) -> Dispute:
    if Dispute.objects.filter(pk=dispute.pk, status=DisputeStatus.OPEN).exists():
        review_dispute(dispute_id=dispute.pk, is_told=False)
    return resolve_dispute(
        staff_id=staff_id,
        dispute_id=dispute.pk,
        resolution=resolution,
        note=given["reason"],
        to_worker_kobo=given.get("to_worker_kobo"),
    )


class StatementInline(ReadOnlyInline):
    """Two columns, which a phone has room for."""

    model = DisputeStatement
    fields = ("who", "body")
    joined = ("author", "dispute")
    show_change_link = False

    @admin.display(description="who, and when")
    def who(self, statement: DisputeStatement) -> str:
        sides = {statement.dispute.client_id: "client", statement.dispute.worker_id: "worker"}
        side = sides.get(statement.author_id, "staff")
        return f"{statement.author.name}, {side}, {in_words(statement.created_at)}"


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
    fieldsets = (
        (None, {"fields": ("status", "client", "worker", "opened_by", "reason", "frozen", "created_at")}),
        ("The shift", {"fields": ("job", "assignment", *SHIFT)}),
        ("Proposed to a second person", {"fields": PROPOSAL, "classes": ("collapse",)}),
        ("Outcome", {"fields": (*OUTCOME, "resolved_by", "closed_at")}),
    )
    inlines = (StatementInline,)
    deeds = ("review", "all_to_worker", "all_to_client", "split")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Dispute]:
        disputes: QuerySet[Dispute] = super().get_queryset(request)
        joined = (*self.get_list_select_related(request), "assignment__application__job")
        return disputes.select_related(*joined).defer("assignment__application__job__search")

    @deed(
        "Take under review",
        done="under review",
        permission="act",
        traced=("status",),
        applies=lambda dispute: dispute.status == DisputeStatus.OPEN,
    )
    def review(self, dispute: Dispute, given: dict[str, Any], staff_id: int) -> Dispute:
        return review_dispute(dispute_id=dispute.pk)

    @decision("All to the worker")
    def all_to_worker(self, dispute: Dispute, given: dict[str, Any], staff_id: int) -> Dispute:
        return _decide(dispute, given, staff_id, Resolution.WORKER)

    @decision("All to the client")
    def all_to_client(self, dispute: Dispute, given: dict[str, Any], staff_id: int) -> Dispute:
        return _decide(dispute, given, staff_id, Resolution.CLIENT)

    @decision("Split", form=SplitForm)
    def split(self, dispute: Dispute, given: dict[str, Any], staff_id: int) -> Dispute:
        return _decide(dispute, given, staff_id, Resolution.SPLIT)

    @admin.display(description="frozen")
    def frozen(self, dispute: Dispute) -> str:
        assignment = dispute.assignment
        return f"{in_naira(frozen_for(assignment))}, of it wage {in_naira(most_for_worker(assignment))}"

    @admin.display(description="job")
    def job(self, dispute: Dispute) -> str:
        job = dispute.assignment.application.job
        return format_html('<a href="{}" class="text-link">{}</a>', reverse("admin:job_everything", args=[job.pk]), job)

    @admin.display(description="planned")
    def planned(self, dispute: Dispute) -> str:
        assignment = dispute.assignment
        return f"{in_words(assignment.starts_at)} to {in_words(assignment.ends_at)}"

    @admin.display(description="arrived")
    def arrived(self, dispute: Dispute) -> str:
        assignment = dispute.assignment
        if assignment.checked_in_at is None:
            return "Did not check in"
        by = assignment.get_check_in_method_display().lower()
        return f"{in_words(assignment.checked_in_at)}, {by}" if by else in_words(assignment.checked_in_at)

    @admin.display(description="distance")
    def distance(self, dispute: Dispute) -> str:
        """Of the check-in from the job's place. Where somebody stood is nobody's business."""
        metres = dispute.assignment.check_in_distance_m
        return "Not measured" if metres is None else f"{metres:,} m from the place of work"

    @admin.display(description="left")
    def left(self, dispute: Dispute) -> str:
        assignment = dispute.assignment
        if assignment.checked_out_at is None:
            return "Did not check out"
        by_itself = ", by itself after the shift's end" if assignment.checked_out_automatically else ""
        return f"{in_words(assignment.checked_out_at)}{by_itself}"

    @admin.display(description="minutes")
    def minutes(self, dispute: Dispute) -> str:
        """As they were recorded, asked for and approved."""
        assignment = dispute.assignment
        told = {
            "recorded": assignment.worked_minutes,
            "asked for by the worker": assignment.asked_minutes,
            "approved by the client": assignment.approved_minutes,
        }
        return ", ".join(f"{count} {which}" for which, count in told.items() if count is not None) or "None"

    @admin.display(description="said with them")
    def said(self, dispute: Dispute) -> str:
        """The words that each side gave with its minutes."""
        assignment = dispute.assignment
        told = {
            "Worker": assignment.asked_reason,
            "Client, for fewer": assignment.lowered_reason,
            "Client, for more": assignment.raised_reason,
            "Client, that nobody was there": assignment.contest_reason,
        }
        return ". ".join(f"{who}: {words}" for who, words in told.items() if words) or "-"

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
