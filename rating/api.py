"""Operations on reviews."""

from django.http.response import HttpResponseBase
from ninja import Query, Router, Status

from core.actor import ApiRequest
from core.cache.reads import Shown
from core.pagination import PageOut, PageQuery
from core.schemas import problems
from rating import listings, selectors
from rating.reads import GIVEN, RECEIVED, entities_of
from rating.schemas import ReceivedReviewsOut, ResponseIn, ReviewIn, ReviewOut
from rating.services import reviews

router = Router(tags=["rating"])


@router.post("/reviews", response={201: ReviewOut, **problems(401, 404, 409, 422)}, summary="Review the other side")
def create_review(request: ApiRequest, body: ReviewIn) -> Status[ReviewOut]:
    """A job's client reviews a worker with an approved shift on it, or that worker the client: once, within 30 days."""
    review = reviews.create_review(actor=request.auth, **body.model_dump())
    return Status(201, ReviewOut.of(selectors.review_shown(review_id=review.pk)))


@router.get(
    RECEIVED.path,
    response={200: ReceivedReviewsOut, **problems(401, 404, 422)},
    summary="Reviews that a person received",
)
def list_reviews_received(request: ApiRequest, user_id: int, page: Query[PageQuery]) -> HttpResponseBase:
    """Newest first, with average and histogram of all of them. Cached for 30 min, current after every change."""

    def build() -> Shown:
        summary = selectors.get_user_rating(user_id=user_id)
        received = listings.received_by(user_id, page=page)
        content = received.to_json(user_id=user_id, **summary.shown())
        return Shown(content, entities_of(received) | {f"reviews-of:{user_id}", f"user:{user_id}"})

    return RECEIVED.answer(request, params={"user_id": user_id, **page.model_dump()}, build=build)


@router.get(GIVEN.path, response={200: PageOut[ReviewOut], **problems(401, 404, 422)}, summary="Reviews given")
def list_reviews_given(request: ApiRequest, user_id: int, page: Query[PageQuery]) -> HttpResponseBase:
    """Newest first. Cached for 30 min, current after every change."""

    def build() -> Shown:
        given = listings.given_by(user_id, page=page)
        return Shown(given.to_json(), entities_of(given) | {f"reviews-by:{user_id}", f"user:{user_id}"})

    return GIVEN.answer(request, params={"user_id": user_id, **page.model_dump()}, build=build)


@router.post(
    "/reviews/{int:review_id}/response",
    response={200: ReviewOut, **problems(401, 404, 409, 422)},
    summary="Respond to a review",
)
def respond_to_review(request: ApiRequest, review_id: int, body: ResponseIn) -> ReviewOut:
    """Only the person reviewed, once."""
    reviews.respond_to_review(actor=request.auth, review_id=review_id, response=body.response)
    return ReviewOut.of(selectors.review_shown(review_id=review_id))
