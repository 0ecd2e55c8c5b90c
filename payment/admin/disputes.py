"""Disputes: staff read both sides, then divide what is frozen."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from unfold.admin import TabularInline

from accounts.admin.reading import ReadOnlyAdmin
from core.errors import PayshiftError
from core.money import naira
from payment.admin.acting import ActingAdmin
from payment.models import Dispute, DisputeStatement, DisputeStatus, Resolution
from payment.services.disputes import award_of, frozen_for, most_for_worker, resolve_dispute, review_dispute

OUTCOME = ("resolution", "to_worker_kobo", "resolution_note")


class ResolutionForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """Asked for while a dispute is under review."""

    class Meta:
        model = Dispute
        fields = OUTCOME

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "to_worker_kobo" in self.fields:
            self.fields["to_worker_kobo"].required = False
            self.fields["to_worker_kobo"].help_text = "For a split: kobo to the worker, the rest to the client."
            self.fields["resolution"].required = self.fields["resolution_note"].required = True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("resolution"):
            try:
                award_of(self.instance.assignment, Resolution(cleaned["resolution"]), cleaned.get("to_worker_kobo"))
            except PayshiftError as refusal:
                raise ValidationError(refusal.detail) from refusal
        return cleaned

    def _post_clean(self) -> None:
        """The row is written by the service: validating it half resolved would refuse what is right."""


class StatementInline(TabularInline):  # type: ignore[misc]  # unfold has no types
    model = DisputeStatement
    fields = readonly_fields = ("created_at", "author", "body")
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Dispute | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Dispute | None = None) -> bool:
        return False


@admin.register(Dispute)
class DisputeAdmin(ActingAdmin):
    form = ResolutionForm
    list_display = ("id", "status", "assignment", "client", "worker", "opened_by", "resolution", "created_at")
    list_filter = ("status", "resolution", "created_at")
    list_select_related = ("assignment", "client", "worker", "opened_by")
    search_fields = ("=id", "=assignment__id", "client__email", "worker__email")
    ordering = ("-created_at", "-id")
    fields = (
        *("status", "assignment", "client", "worker", "opened_by", "reason", "frozen", "created_at"),
        *(*OUTCOME, "to_client_kobo", "resolved_by", "closed_at"),
    )
    inlines = (StatementInline,)
    actions = ("review",)

    @admin.display(description="frozen")
    def frozen(self, dispute: Dispute) -> str:
        assignment = dispute.assignment
        return f"{naira(frozen_for(assignment))}, of it wage {naira(most_for_worker(assignment))}"

    @admin.action(description="Take under review", permissions=["act"])
    def review(self, request: HttpRequest, queryset: QuerySet[Model]) -> None:
        self.each(request, queryset, lambda pk: review_dispute(dispute_id=pk), "under review")

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Only a dispute under review has something to fill in."""
        under_review = isinstance(obj, Dispute) and obj.status == DisputeStatus.UNDER_REVIEW
        return under_review and self.has_act_permission(request)

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        editable = OUTCOME if self.has_change_permission(request, obj) else ()
        return tuple(name for name in self.fields if name not in editable)

    def save_model(self, request: HttpRequest, obj: Dispute, form: ResolutionForm, change: bool) -> None:
        outcome = form.cleaned_data
        try:
            resolve_dispute(
                staff_id=request.user.pk or 0,
                dispute_id=obj.pk,
                resolution=Resolution(outcome["resolution"]),
                note=outcome["resolution_note"],
                to_worker_kobo=outcome.get("to_worker_kobo"),
            )
        except PayshiftError as refusal:
            self.message_user(request, f"Nothing was resolved. {refusal.detail}", messages.ERROR)


@admin.register(DisputeStatement)
class DisputeStatementAdmin(ReadOnlyAdmin):
    list_display = ("id", "dispute", "author", "created_at", "body")
    list_select_related = ("dispute", "author")
    search_fields = ("=dispute__id", "author__email")
    ordering = ("-id",)
