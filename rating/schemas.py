"""What reviews look like in the API."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import Field

from accounts.face_schemas import FaceOut
from core.rows import From
from core.schemas import Id, Out, StrictIn
from rating.models import HIGHEST_RATING, LOWEST_RATING, MAX_TEXT_LENGTH, Review

Rating = Annotated[int, Field(strict=True, ge=LOWEST_RATING, le=HIGHEST_RATING)]


class ReviewIn(StrictIn):
    job_id: Annotated[Id, Field(strict=True)]
    reviewed_id: Annotated[Id, Field(strict=True)]
    rating: Rating
    comment: Annotated[str, Field(max_length=MAX_TEXT_LENGTH)] = ""


class ResponseIn(StrictIn):
    response: Annotated[str, Field(min_length=1, max_length=MAX_TEXT_LENGTH)]


def text_or_none(text: str) -> str | None:
    return text or None


class ReviewOut(Out):
    """A review and its response; `response` is null until there is one."""

    id: int
    job_id: int
    job_title: Annotated[str, From("job__title")]
    reviewer: FaceOut
    reviewed: FaceOut
    rating: int
    comment: str
    created_at: datetime
    response: Annotated[str | None, From("response", by=text_or_none)]
    responded_at: datetime | None

    @classmethod
    def of(cls, review: Review) -> Self:
        return cls(
            id=review.pk,
            job_id=review.job_id,
            job_title=review.job.title,
            reviewer=FaceOut.model_validate(review.reviewer),
            reviewed=FaceOut.model_validate(review.reviewed),
            rating=review.rating,
            comment=review.comment,
            created_at=review.created_at,
            response=text_or_none(review.response),
            responded_at=review.responded_at,
        )


class ToReviewOut(Out):
    """Somebody whom you may review for a job, `until` when."""

    job_id: int
    job_title: str
    person: FaceOut
    until: datetime


class ReceivedReviewsOut(Out):
    """A page of the reviews that a person received; average and histogram are over all that weigh.

    Of one person's reviews of another the first in 30 days weighs, unless the operator sets another number of days.
    A review that staff hid is not among them and does not weigh.
    """

    user_id: int
    average: float | None
    count: int
    histogram: dict[int, int] = Field(description="How often each rating from 1 to 5 was given.")
    items: list[ReviewOut]
    next_cursor: str | None
