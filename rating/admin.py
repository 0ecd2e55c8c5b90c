"""Reviews for staff: read and moderate the words. Ratings stay what they are, because profiles count them."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import CharField, Field, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminTextareaWidget

from accounts.admin.finding import Finds
from accounts.admin.reading import StaffAdmin
from rating.models import Review


@admin.register(Review)
class ReviewAdmin(StaffAdmin):
    # Comment and response may have several lines.
    formfield_overrides: ClassVar[dict[type[Field[Any, Any]], Any]] = {CharField: {"widget": UnfoldAdminTextareaWidget}}
    list_display = ("id", "rating", "reviewer", "reviewed", "job", "created_at", "responded_at")
    list_filter = ("rating", "created_at")
    finds = Finds(numbers={"pk": "number", "job_id": "job's number"}, people=("reviewer_id", "reviewed_id"))
    date_hierarchy = "created_at"
    ordering = ("-id",)
    readonly_fields = ("reviewer", "reviewed", "job", "rating", "created_at", "responded_at")
    fields = (*readonly_fields[:4], "comment", "created_at", "response", "responded_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Review]:
        reviews: QuerySet[Review] = super().get_queryset(request)
        return reviews.select_related("reviewer", "reviewed", "job")

    def get_readonly_fields(self, request: HttpRequest, obj: Review | None = None) -> tuple[str, ...]:
        """A response that is there may be reworded; staff do not respond in somebody's place."""
        return self.readonly_fields if obj and obj.responded_at else (*self.readonly_fields, "response")

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> type[ModelForm[Review]]:
        """An emptied response would leave its time behind, which the database refuses."""
        form: type[ModelForm[Review]] = super().get_form(request, *args, **kwargs)
        if "response" in form.base_fields:
            form.base_fields["response"].required = True
        return form

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Review | None = None) -> bool:
        return False
