"""Operations on reviews."""

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from ninja import Query, Router

from accounts.face_schemas import FaceOut
from core.actor import ApiRequest, Role
from core.cache.reads import Shown
from core.errors import InvalidCursor
from core.listings import json_response
from core.pagination import PageOut, PageQuery
from core.schemas import problems
from rating import listings, selectors
from rating.exceptions import AlreadyResponded, AlreadyReviewed, NotReviewable, ReviewWindowClosed
from rating.reads import GIVEN, RECEIVED, entities_of
from rating.schemas import ReceivedReviewsOut, ResponseIn, ReviewIn, ReviewOut, ToReviewOut
from rating.services import reviews

router = Router(tags=["rating"])


@router.post(
    "/reviews",
    response={201: ReviewOut, **problems(401, 404, 422, AlreadyReviewed, NotReviewable, ReviewWindowClosed)},
    summary="Review the other side",
)
def create_review(request: ApiRequest, body: ReviewIn) -> HttpResponse:
    """A job's client reviews a worker with an approved shift on it, or that worker the client: once, within 30 days."""
    review = reviews.create_review(actor=request.auth, **body.model_dump())
    return json_response(listings.review_shown(review.pk), status=201)


@router.get(
    RECEIVED.path,
    response={200: ReceivedReviewsOut, **problems(401, 404, 422, InvalidCursor)},
    summary="Reviews that a person received",
)
def list_reviews_received(request: ApiRequest, user_id: int, page: Query[PageQuery]) -> HttpResponseBase:
    """Newest first, with average and histogram of all of them. Cached for 30 min, current after every change."""

    def build() -> Shown:
        summary = selectors.get_user_rating(user_id=user_id)
        received = listings.received_by(user_id, page=page)
        content = received.to_json({"user_id": user_id, **summary.shown()})
        return Shown(content, entities_of(received) | {f"reviews-of:{user_id}", f"user:{user_id}"})

    return RECEIVED.answer(request, params={"user_id": user_id, **page.model_dump()}, build=build)


@router.get(
    GIVEN.path, response={200: PageOut[ReviewOut], **problems(401, 404, 422, InvalidCursor)}, summary="Reviews given"
)
def list_reviews_given(request: ApiRequest, user_id: int, page: Query[PageQuery]) -> HttpResponseBase:
    """Newest first. Cached for 30 min, current after every change."""

    def build() -> Shown:
        given = listings.given_by(user_id, page=page)
        return Shown(given.to_json(), entities_of(given) | {f"reviews-by:{user_id}", f"user:{user_id}"})

    return GIVEN.answer(request, params={"user_id": user_id, **page.model_dump()}, build=build)


@router.get(
    "/reviews/to-write",
    response={200: PageOut[ToReviewOut], **problems(401, 422, InvalidCursor)},
    summary="Reviews to be written",
)
def list_reviews_to_write(request: ApiRequest, page: Query[PageQuery]) -> PageOut[ToReviewOut]:
    """Whom the caller, in the present role, may review and has not: the last accepted first."""
    found = selectors.page_to_review(actor=request.auth, page=page)
    as_client = request.auth.role is Role.CLIENT
    items = [
        ToReviewOut(
            job_id=each.job_id,
            job_title=each.job.title,
            person=FaceOut.model_validate(each.applicant if as_client else each.job.client),
            until=each.until,
        )
        for each in found.items
    ]
    return PageOut[ToReviewOut](items=items, next_cursor=found.next_cursor)


@router.post(
    "/reviews/{int:review_id}/response",
    response={200: ReviewOut, **problems(401, 404, 422, AlreadyResponded)},
    summary="Respond to a review",
)
def respond_to_review(request: ApiRequest, review_id: int, body: ResponseIn) -> HttpResponse:
    """Only the person reviewed, once."""
    reviews.respond_to_review(actor=request.auth, review_id=review_id, response=body.response)
    return json_response(listings.review_shown(review_id))
