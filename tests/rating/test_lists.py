"""GET /reviews/{user_id} and GET /ratings/reviewer_{user_id}/: public to everyone who is logged in."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from pytest_django import Settings

from accounts.models import CustomUser
from core import clock
from core.queries import count_queries
from jobs.models import Job
from rating.models import Review
from tests.factories.jobs import JobFactory
from tests.factories.rating import ReviewFactory
from tests.support.api_client import ApiClient

pytestmark = pytest.mark.django_db

type Api = Callable[[CustomUser], ApiClient]


@pytest.fixture(autouse=True)
def _no_development_clock(settings: Settings) -> None:
    """Reading its offset is one query more in development, and none of production's."""
    settings.TIME_TRAVEL = False


def reviews_of(worker: CustomUser, *ratings: int) -> list[Review]:
    """Each by another client for another job, the last one newest."""
    started = clock.now()
    return [
        ReviewFactory.create(reviewed=worker, rating=rating, created_at=started + timedelta(minutes=number))
        for number, rating in enumerate(ratings)
    ]


def test_received_reviews_come_newest_first_with_average_and_histogram(
    api: Api, sade: CustomUser, wale: CustomUser
) -> None:
    first, second, third = reviews_of(wale, 5, 4, 4)

    response = api(sade).get(f"/reviews/{wale.pk}")

    assert response.status_code == 200
    body = response.json()
    assert [item["id"] for item in body.pop("items")] == [third.pk, second.pk, first.pk]
    assert body == {
        "user_id": wale.pk,
        "average": 4.33,
        "count": 3,
        "histogram": {"1": 0, "2": 0, "3": 0, "4": 2, "5": 1},
        "next_cursor": None,
    }


def test_review_shows_people_job_and_response_and_nothing_else(
    api: Api, sade: CustomUser, chidi: CustomUser, wale: CustomUser, job: Job
) -> None:
    review = ReviewFactory.create(job=job, reviewed=wale, answered=True)

    body = api(sade).get(f"/reviews/{wale.pk}").json()

    moment = review.created_at.isoformat().replace("+00:00", "Z")
    assert body["items"] == [
        {
            "id": review.pk,
            "job_id": job.pk,
            "job_title": "Waiters for a wedding",
            "reviewer": {"id": chidi.pk, "name": chidi.name, "avatar_url": None, "avatar_small_url": None},
            "reviewed": {"id": wale.pk, "name": wale.name, "avatar_url": None, "avatar_small_url": None},
            "rating": 5,
            "comment": "On time, friendly, knows the work.",
            "created_at": moment,
            "response": "Thank you.",
            "responded_at": moment,
        }
    ]


def test_person_without_reviews_has_no_average(api: Api, sade: CustomUser, wale: CustomUser) -> None:
    assert api(sade).get(f"/reviews/{wale.pk}").json() == {
        "user_id": wale.pk,
        "average": None,
        "count": 0,
        "histogram": {"1": 0, "2": 0, "3": 0, "4": 0, "5": 0},
        "items": [],
        "next_cursor": None,
    }


def test_given_reviews_are_those_of_the_reviewer(
    api: Api, sade: CustomUser, chidi: CustomUser, wale: CustomUser, job: Job
) -> None:
    given = ReviewFactory.create(job=job, reviewer=chidi, reviewed=wale)
    ReviewFactory.create(job=job, reviewer=wale, reviewed=chidi)

    body = api(sade).get(f"/ratings/reviewer_{chidi.pk}/").json()

    assert [item["id"] for item in body["items"]] == [given.pk]
    assert body["next_cursor"] is None


@pytest.mark.parametrize("path", ["/reviews/{}", "/ratings/reviewer_{}/"])
def test_unknown_person_is_not_found(api: Api, sade: CustomUser, path: str) -> None:
    response = api(sade).get(path.format(CustomUser.objects.latest("pk").pk + 1))

    assert (response.status_code, response.json()["code"]) == (404, "not_found")


def test_pages_follow_each_other_without_gap_or_repeat(api: Api, sade: CustomUser, wale: CustomUser) -> None:
    reviews = reviews_of(wale, 1, 2, 3, 4, 5)
    seen: list[int] = []
    cursor = ""

    for _ in range(3):
        body = api(sade).get(f"/reviews/{wale.pk}?limit=2{cursor and f'&cursor={cursor}'}").json()
        seen += [item["id"] for item in body["items"]]
        assert body["count"] == 5
        cursor = body["next_cursor"] or ""

    assert seen == [review.pk for review in reversed(reviews)]
    assert cursor == ""


def test_cursor_of_another_list_is_refused(api: Api, sade: CustomUser, wale: CustomUser, ada: CustomUser) -> None:
    reviews_of(wale, 4, 5)
    cursor = api(sade).get(f"/reviews/{wale.pk}?limit=1").json()["next_cursor"]

    for path in (f"/reviews/{ada.pk}", f"/ratings/reviewer_{wale.pk}/"):
        response = api(sade).get(f"{path}?cursor={cursor}")
        assert (response.status_code, response.json()["code"]) == (422, "invalid_cursor")


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "order=best"])
def test_bad_query_is_refused(api: Api, sade: CustomUser, wale: CustomUser, query: str) -> None:
    response = api(sade).get(f"/reviews/{wale.pk}?{query}")

    assert (response.status_code, response.json()["code"]) == (422, "invalid_input")


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_received_list_runs_three_queries(api: Api, sade: CustomUser, wale: CustomUser, rows: int) -> None:
    reviews_of(wale, *[1 + row % 5 for row in range(rows)])
    client = api(sade)

    with count_queries(statements=True) as counted:
        body = client.get(f"/reviews/{wale.pk}?limit=100").json()

    # The token's device, the summary, the page with its people and jobs.
    assert (len(body["items"]), counted.count) == (rows, 3), counted.statements


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_given_list_runs_three_queries(api: Api, sade: CustomUser, chidi: CustomUser, rows: int) -> None:
    for _ in range(rows):
        ReviewFactory.create(job=JobFactory.create(client=chidi), answered=True)
    client = api(sade)

    with count_queries(statements=True) as counted:
        body = client.get(f"/ratings/reviewer_{chidi.pk}/?limit=100").json()

    # The token's device, whether there is such a person, the page with its people and jobs.
    assert (len(body["items"]), counted.count) == (rows, 3), counted.statements


@pytest.mark.parametrize("path", ["/reviews/{}", "/ratings/reviewer_{}/"])
def test_nobody_reads_reviews_without_a_token(anonymous_api: ApiClient, wale: CustomUser, path: str) -> None:
    response = anonymous_api.get(path.format(wale.pk))

    assert (response.status_code, response.json()["code"]) == (401, "unauthenticated")
