"""POST /reviews/{review_id}/response: by the person reviewed, once."""

from collections.abc import Callable

import pytest

from accounts.models import CustomUser, Notification, NotificationKind
from jobs.models import Job
from rating.models import Review
from tests.factories.rating import ReviewFactory
from tests.support.api_client import ApiClient
from tests.support.jobs import RunJobs

pytestmark = pytest.mark.django_db

type Api = Callable[[CustomUser], ApiClient]


@pytest.fixture
def review(job: Job, wale: CustomUser) -> Review:
    return ReviewFactory.create(job=job, reviewed=wale)


def test_reviewed_person_responds(api: Api, review: Review, wale: CustomUser) -> None:
    response = api(wale).post(f"/reviews/{review.pk}/response", json={"response": "  Thank you.  "})

    assert response.status_code == 200
    review.refresh_from_db()
    assert (review.response, review.rating) == ("Thank you.", 5)
    assert review.responded_at is not None
    body = response.json()
    assert (body["id"], body["response"]) == (review.pk, "Thank you.")
    assert body["responded_at"] == review.responded_at.isoformat().replace("+00:00", "Z")


@pytest.mark.django_db(transaction=True)
def test_reviewer_is_notified_once(
    api: Api, review: Review, chidi: CustomUser, wale: CustomUser, run_jobs: RunJobs
) -> None:
    api(wale).post(f"/reviews/{review.pk}/response", json={"response": "Thank you."})
    run_jobs()

    told = Notification.objects.filter(kind=NotificationKind.REVIEW_RESPONSE)
    assert list(told.values_list("user", flat=True)) == [chidi.pk]


def test_second_response_is_refused(api: Api, review: Review, wale: CustomUser) -> None:
    api(wale).post(f"/reviews/{review.pk}/response", json={"response": "Thank you."})

    response = api(wale).post(f"/reviews/{review.pk}/response", json={"response": "On second thoughts"})

    assert (response.status_code, response.json()["code"]) == (409, "already_responded")
    review.refresh_from_db()
    assert review.response == "Thank you."


@pytest.mark.parametrize("person", ["chidi", "ada", "emeka", "bisi"])
def test_nobody_else_responds(api: Api, review: Review, person: str, request: pytest.FixtureRequest) -> None:
    caller = request.getfixturevalue(person)

    response = api(caller).post(f"/reviews/{review.pk}/response", json={"response": "Thank you."})

    assert (response.status_code, response.json()["code"]) == (404, "not_found")
    review.refresh_from_db()
    assert (review.response, review.responded_at) == ("", None)


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001, 5, None])
def test_bad_response_is_refused(api: Api, review: Review, wale: CustomUser, text: object) -> None:
    response = api(wale).post(f"/reviews/{review.pk}/response", json={"response": text})

    assert (response.status_code, response.json()["code"]) == (422, "invalid_input")
    review.refresh_from_db()
    assert (review.response, review.responded_at) == ("", None)


def test_nobody_responds_without_a_token(anonymous_api: ApiClient, review: Review) -> None:
    response = anonymous_api.post(f"/reviews/{review.pk}/response", json={"response": "Thank you."})

    assert (response.status_code, response.json()["code"]) == (401, "unauthenticated")
