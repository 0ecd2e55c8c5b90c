"""Reviews for staff: read, hide and show again, moderate the words. What somebody gave stays what it was."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import CharField, Field, QuerySet
from django.forms import CharField as FormCharField
from django.forms import ModelForm
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from accounts.admin.confirming import ReasonForm
from accounts.admin.deeds import DeedsAdmin, deed
from accounts.admin.finding import Finds
from accounts.admin.reading import StaffAdmin
from accounts.faces import average_rating
from rating.models import Review
from rating.services.moderating import hide_review, restore_review
from rating.services.weighing import counted_ratings, weighs_at

type Given = dict[str, Any]


class ToldReasonForm(ReasonForm):
    reason = FormCharField(
        max_length=150,
        widget=UnfoldAdminTextInputWidget,
        help_text="Told to the author and to whom it is about. Kept in the history, with your name.",
    )


def average_afterwards(review: Review) -> Sequence[str]:
    """What the other side's rating becomes."""
    by_pair = {"reviewer_id": review.reviewer_id, "reviewed_id": review.reviewed_id}
    weighs = weighs_at(review.created_at, **by_pair) if review.is_hidden else review.weighs
    if not weighs:
        return ["The average stays as it is: another review by the same author weighs."]
    profile, step = review.reviewed.profile, 1 if review.is_hidden else -1
    now = average_rating(profile.rating_sum, profile.reviews_count)
    # Counted anew, as it will be.
    count, total = counted_ratings(review.reviewed_id)
    then = average_rating(total + step * review.rating, count + step)
    return [f"Average of {review.reviewed}: {now or 'none'} → {then or 'none'}"]


@admin.register(Review)
class ReviewAdmin(DeedsAdmin, StaffAdmin):
    # Comment and response may have several lines.
    formfield_overrides: ClassVar[dict[type[Field[Any, Any]], Any]] = {CharField: {"widget": UnfoldAdminTextareaWidget}}
    list_display = ("id", "rating", "reviewer", "reviewed", "job", "created_at", "responded_at", "is_hidden")
    list_filter = ("is_hidden", "rating", "created_at")
    finds = Finds(numbers={"pk": "number", "job_id": "job's number"}, people=("reviewer_id", "reviewed_id"))
    ordering = ("-id",)
    readonly_fields = ("reviewer", "reviewed", "job", "rating", "is_hidden", "weighs", "created_at", "responded_at")
    fields = (*readonly_fields[:6], "comment", "created_at", "response", "responded_at")
    deeds = ("hide", "show_again")

    @deed(
        "Hide",
        done="hidden",
        permission="change",
        form=ToldReasonForm,
        traced=("is_hidden", "weighs"),
        applies=lambda review: not review.is_hidden,
        foretell=average_afterwards,
        is_final=False,
    )
    def hide(self, review: Review, given: Given, staff_id: int) -> Review:
        return hide_review(review_id=review.pk, reason=given["reason"])

    @deed(
        "Show again",
        done="shown again",
        permission="change",
        form=ToldReasonForm,
        traced=("is_hidden", "weighs"),
        applies=lambda review: review.is_hidden,
        foretell=average_afterwards,
        is_final=False,
    )
    def show_again(self, review: Review, given: Given, staff_id: int) -> Review:
        return restore_review(review_id=review.pk, reason=given["reason"])

    def get_queryset(self, request: HttpRequest) -> QuerySet[Review]:
        reviews: QuerySet[Review] = super().get_queryset(request)
        return reviews.select_related("reviewer", "reviewed__profile", "job")

    def get_readonly_fields(self, request: HttpRequest, obj: Review | None = None) -> tuple[Any, ...]:
        """A response that is there may be reworded; staff do not respond in somebody's place."""
        fixed = super().get_readonly_fields(request, obj)
        return tuple(fixed) if obj and obj.responded_at else (*fixed, "response")

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
