"""R2 for the two lists: a second read is a hit without a query, and what changes in them is seen at once."""

from collections.abc import Callable

import pytest
from django.db import transaction
from pytest_django import Settings

from accounts.models import CustomUser
from core.queries import count_queries
from jobs.models import Job
from rating.models import Review
from tests.factories.rating import ReviewFactory
from tests.support.api_client import ApiClient, ApiResponse
from tests.support.identity import proof_of

pytestmark = pytest.mark.django_db(transaction=True)

type Api = Callable[[CustomUser], ApiClient]
RECEIVED, GIVEN = "/reviews/{reviewed}", "/ratings/reviewer_{reviewer}/"


@pytest.fixture
def review(job: Job, wale: CustomUser) -> Review:
    with transaction.atomic():
        return ReviewFactory.create(job=job, reviewed=wale)


def read(client: ApiClient, path: str, review: Review) -> ApiResponse:
    return client.get(path.format(reviewed=review.reviewed_id, reviewer=review.reviewer_id))


def first(answer: ApiResponse) -> dict[str, object]:
    item: dict[str, object] = answer.json()["items"][0]
    return item


@pytest.mark.parametrize("path", [RECEIVED, GIVEN])
def test_second_read_is_a_hit_without_a_query(
    api: Api, sade: CustomUser, review: Review, path: str, settings: Settings
) -> None:
    settings.TIME_TRAVEL = False
    client = api(sade)
    missed = read(client, path, review)

    with count_queries() as counted:
        hit = read(client, path, review)

    assert missed.headers["Cache-Status"] == "payshift; fwd=miss; stored"
    assert (hit.headers["Cache-Status"], counted.count) == ("payshift; hit", 0)
    assert hit.content == missed.content


@pytest.mark.parametrize("path", [RECEIVED, GIVEN])
def test_response_is_seen_at_once(api: Api, sade: CustomUser, wale: CustomUser, review: Review, path: str) -> None:
    read(api(sade), path, review)

    api(wale).post(f"/reviews/{review.pk}/response", {"response": "Thank you."})

    assert first(read(api(sade), path, review))["response"] == "Thank you."


def test_new_review_is_seen_at_once(api: Api, sade: CustomUser, chidi: CustomUser, wale: CustomUser, job: Job) -> None:
    assert api(sade).get(f"/reviews/{wale.pk}").json()["count"] == 0

    api(chidi).post("/reviews", {"job_id": job.pk, "reviewed_id": wale.pk, "rating": 2})

    body = api(sade).get(f"/reviews/{wale.pk}").json()
    assert (body["count"], body["average"], len(body["items"])) == (1, 2.0, 1)


@pytest.mark.parametrize("path", [RECEIVED, GIVEN])
@pytest.mark.parametrize(("person", "side"), [("chidi", "reviewer"), ("wale", "reviewed")])
def test_new_name_is_seen_at_once(
    api: Api, sade: CustomUser, review: Review, path: str, person: str, side: str, request: pytest.FixtureRequest
) -> None:
    read(api(sade), path, review)

    user = request.getfixturevalue(person)
    api(user).patch("/me", {"first_name": "Renamed", **proof_of(user)})

    shown = first(read(api(sade), path, review))[side]
    assert isinstance(shown, dict)
    assert shown["name"].startswith("Renamed ")


@pytest.mark.parametrize("path", [RECEIVED, GIVEN])
def test_new_title_is_seen_at_once(api: Api, sade: CustomUser, review: Review, job: Job, path: str) -> None:
    read(api(sade), path, review)

    with transaction.atomic():
        job.title = "Waiters for two weddings"
        job.save(update_fields=["title"])

    assert first(read(api(sade), path, review))["job_title"] == "Waiters for two weddings"


@pytest.mark.parametrize("path", [RECEIVED, GIVEN])
def test_pages_are_kept_apart(api: Api, sade: CustomUser, review: Review, job: Job, path: str) -> None:
    whole = read(api(sade), path, review)

    with_limit = api(sade).get(path.format(reviewed=review.reviewed_id, reviewer=review.reviewer_id), {"limit": 1})

    assert with_limit.headers["Cache-Status"].startswith("payshift; fwd=miss")
    assert with_limit.json()["items"] == whole.json()["items"]
