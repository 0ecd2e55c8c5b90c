"""Reviews for staff: read, hide and show again, moderate the words. What somebody gave stays what it was."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import CharField
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from accounts.admin.confirming import ReasonForm
from accounts.admin.deeds import deed
from accounts.admin.finding import Finds
from accounts.admin.reading import ReadOnlyAdmin
from accounts.faces import average_rating
from rating.models import MAX_TEXT_LENGTH, Review
from rating.services.moderating import hide_review, restore_review, reword_review
from rating.services.weighing import counted_ratings, weighs_at

type Given = dict[str, Any]


class ToldReasonForm(ReasonForm):
    reason = CharField(
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


class RewordForm(ToldReasonForm):
    """The words as they are, to be changed; a response only where there is one."""

    comment = CharField(required=False, max_length=MAX_TEXT_LENGTH, widget=UnfoldAdminTextareaWidget)
    response = CharField(max_length=MAX_TEXT_LENGTH, widget=UnfoldAdminTextareaWidget)
    field_order = ("comment", "response", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.row is not None:
            self.fields["comment"].initial, self.fields["response"].initial = self.row.comment, self.row.response
            if not self.row.responded_at:
                del self.fields["response"]


@admin.register(Review)
class ReviewAdmin(ReadOnlyAdmin):
    list_display = ("id", "rating", "reviewer", "reviewed", "job", "created_at", "responded_at", "is_hidden")
    list_filter = ("is_hidden", "rating", "created_at")
    finds = Finds(numbers={"pk": "number", "job_id": "job's number"}, people=("reviewer_id", "reviewed_id"))
    ordering = ("-id",)
    fields = (
        *("reviewer", "reviewed", "job", "rating", "is_hidden", "weighs"),
        *("comment", "created_at", "response", "responded_at"),
    )
    deeds = ("hide", "show_again", "reword")

    def has_moderate_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perm("rating.change_review")

    @deed(
        "Hide",
        done="hidden",
        permission="moderate",
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
        permission="moderate",
        form=ToldReasonForm,
        traced=("is_hidden", "weighs"),
        applies=lambda review: review.is_hidden,
        foretell=average_afterwards,
        is_final=False,
    )
    def show_again(self, review: Review, given: Given, staff_id: int) -> Review:
        return restore_review(review_id=review.pk, reason=given["reason"])

    @deed(
        "Reword",
        done="reworded",
        permission="moderate",
        form=RewordForm,
        traced=("comment", "response"),
        one_by_one=True,
    )
    def reword(self, review: Review, given: Given, staff_id: int) -> Review:
        """Other words under somebody's name: the history keeps both."""
        return reword_review(
            review_id=review.pk,
            comment=given["comment"],
            response=given.get("response", ""),
            reason=given["reason"],
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Review]:
        reviews: QuerySet[Review] = super().get_queryset(request)
        return reviews.select_related("reviewer", "reviewed__profile", "job")
