"""What reviews look like in the API."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import Field

from accounts.models import CustomUser
from core.pagination import Page
from core.schemas import Id, Out, StrictIn
from rating.models import HIGHEST_RATING, LOWEST_RATING, MAX_TEXT_LENGTH, Review
from rating.selectors import RatingSummary

Rating = Annotated[int, Field(strict=True, ge=LOWEST_RATING, le=HIGHEST_RATING)]


class ReviewIn(StrictIn):
    job_id: Annotated[Id, Field(strict=True)]
    reviewed_id: Annotated[Id, Field(strict=True)]
    rating: Rating
    comment: Annotated[str, Field(max_length=MAX_TEXT_LENGTH)] = ""


class ResponseIn(StrictIn):
    response: Annotated[str, Field(min_length=1, max_length=MAX_TEXT_LENGTH)]


class ReviewPersonOut(Out):
    id: int
    name: str
    avatar_url: str | None

    @classmethod
    def of(cls, user: CustomUser) -> Self:
        avatar = user.profile.avatar
        return cls(id=user.pk, name=user.name, avatar_url=avatar.url if avatar else None)


class ReviewOut(Out):
    """A review and its response; `response` is null until there is one."""

    id: int
    job_id: int
    job_title: str
    reviewer: ReviewPersonOut
    reviewed: ReviewPersonOut
    rating: int
    comment: str
    created_at: datetime
    response: str | None
    responded_at: datetime | None

    @classmethod
    def of(cls, review: Review) -> Self:
        return cls(
            id=review.pk,
            job_id=review.job_id,
            job_title=review.job.title,
            reviewer=ReviewPersonOut.of(review.reviewer),
            reviewed=ReviewPersonOut.of(review.reviewed),
            rating=review.rating,
            comment=review.comment,
            created_at=review.created_at,
            response=review.response or None,
            responded_at=review.responded_at,
        )


class ReceivedReviewsOut(Out):
    """A page of the reviews that a person received; average and histogram are over all of them."""

    user_id: int
    average: float | None
    count: int
    histogram: dict[int, int] = Field(description="How often each rating from 1 to 5 was given.")
    items: list[ReviewOut]
    next_cursor: str | None

    @classmethod
    def of(cls, user_id: int, summary: RatingSummary, page: Page[Review]) -> Self:
        return cls(
            user_id=user_id,
            average=summary.average,
            count=summary.count,
            histogram=summary.histogram,
            items=[ReviewOut.of(review) for review in page.items],
            next_cursor=page.next_cursor,
        )
