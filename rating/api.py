"""Operations on reviews."""

from ninja import Query, Router, Status

from core.actor import ApiRequest
from core.pagination import PageOut, PageQuery
from core.schemas import problems
from rating import selectors
from rating.schemas import ReceivedReviewsOut, ResponseIn, ReviewIn, ReviewOut
from rating.services import reviews

router = Router(tags=["rating"])


@router.post("/reviews", response={201: ReviewOut, **problems(401, 404, 409, 422)}, summary="Review the other side")
def create_review(request: ApiRequest, body: ReviewIn) -> Status[ReviewOut]:
    """A job's client reviews a worker with an approved shift on it, or that worker the client: once, within 30 days."""
    review = reviews.create_review(actor=request.auth, **body.model_dump())
    return Status(201, ReviewOut.of(selectors.review_shown(review_id=review.pk)))


@router.get(
    "/reviews/{int:user_id}",
    response={200: ReceivedReviewsOut, **problems(401, 404, 422)},
    summary="Reviews that a person received",
)
def list_reviews_received(request: ApiRequest, user_id: int, page: Query[PageQuery]) -> ReceivedReviewsOut:
    """Newest first, with the average and the histogram of all of them."""
    summary = selectors.rating_summary(user_id=user_id)
    return ReceivedReviewsOut.of(user_id, summary, selectors.reviews_received(user_id=user_id, page=page))


@router.get(
    "/ratings/reviewer_{int:user_id}/",
    response={200: PageOut[ReviewOut], **problems(401, 404, 422)},
    summary="Reviews that a person gave",
)
def list_reviews_given(request: ApiRequest, user_id: int, page: Query[PageQuery]) -> PageOut[ReviewOut]:
    """Newest first."""
    given = selectors.reviews_given(user_id=user_id, page=page)
    return PageOut[ReviewOut](items=[ReviewOut.of(review) for review in given.items], next_cursor=given.next_cursor)


@router.post(
    "/reviews/{int:review_id}/response",
    response={200: ReviewOut, **problems(401, 404, 409, 422)},
    summary="Respond to a review",
)
def respond_to_review(request: ApiRequest, review_id: int, body: ResponseIn) -> ReviewOut:
    """Only the person reviewed, once."""
    reviews.respond_to_review(actor=request.auth, review_id=review_id, response=body.response)
    return ReviewOut.of(selectors.review_shown(review_id=review_id))
