"""POST /reviews: only between a job's client and a worker with an approved shift on it, once, within 30 days."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from accounts.models import CustomUser, Notification, NotificationKind, Profile
from core import clock
from jobs.models import Job
from rating.models import Review
from tests.rating.test_races import worked_for_another_client, works_again
from tests.support.api_client import ApiClient
from tests.support.jobs import RunJobs

pytestmark = pytest.mark.django_db

type Api = Callable[[CustomUser], ApiClient]


def review_of(person: CustomUser, job: Job, **changes: Any) -> dict[str, Any]:
    return {"job_id": job.pk, "reviewed_id": person.pk, "rating": 4, "comment": "Good work.", **changes}


def nothing_changed(*people: CustomUser) -> bool:
    counters = Profile.objects.filter(user__in=people).values_list("reviews_count", "rating_sum")
    return not Review.objects.exists() and all(pair == (0, 0) for pair in counters)


def test_client_reviews_worker(api: Api, job: Job, chidi: CustomUser, wale: CustomUser) -> None:
    response = api(chidi).post("/reviews", json=review_of(wale, job))

    assert response.status_code == 201
    review = Review.objects.get()
    assert response.json() == {
        "id": review.pk,
        "job_id": job.pk,
        "job_title": "Waiters for a wedding",
        "reviewer": {"id": chidi.pk, "name": chidi.name, "avatar_url": None, "avatar_small_url": None},
        "reviewed": {"id": wale.pk, "name": wale.name, "avatar_url": None, "avatar_small_url": None},
        "rating": 4,
        "comment": "Good work.",
        "created_at": review.created_at.isoformat().replace("+00:00", "Z"),
        "response": None,
        "responded_at": None,
    }
    assert (review.reviewer, review.reviewed, review.job, review.rating) == (chidi, wale, job, 4)


def test_worker_reviews_client(api: Api, job: Job, chidi: CustomUser, wale: CustomUser) -> None:
    response = api(wale).post("/reviews", json=review_of(chidi, job, comment=""))

    assert response.status_code == 201
    assert list(Review.objects.values_list("reviewer", "reviewed", "comment")) == [(wale.pk, chidi.pk, "")]


def test_review_counts_on_the_profile_of_the_reviewed_alone(
    api: Api, job: Job, chidi: CustomUser, wale: CustomUser
) -> None:
    Profile.objects.filter(user=wale).update(reviews_count=2, rating_sum=9)

    api(chidi).post("/reviews", json=review_of(wale, job, rating=3))

    assert Profile.objects.values_list("reviews_count", "rating_sum").get(user=wale) == (3, 12)
    assert Profile.objects.values_list("reviews_count", "rating_sum").get(user=chidi) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_reviewed_person_is_notified_once(
    api: Api, job: Job, chidi: CustomUser, wale: CustomUser, run_jobs: RunJobs
) -> None:
    api(chidi).post("/reviews", json=review_of(wale, job))
    run_jobs()

    told = Notification.objects.filter(kind=NotificationKind.REVIEW_RECEIVED)
    assert list(told.values_list("user", flat=True)) == [wale.pk]


def test_second_review_is_refused_and_counts_nothing(api: Api, job: Job, chidi: CustomUser, wale: CustomUser) -> None:
    api(chidi).post("/reviews", json=review_of(wale, job, rating=5))

    response = api(chidi).post("/reviews", json=review_of(wale, job, rating=1))

    assert (response.status_code, response.json()["code"]) == (409, "already_reviewed")
    assert Profile.objects.values_list("reviews_count", "rating_sum").get(user=wale) == (1, 5)


def test_worker_without_an_approved_shift_is_not_reviewable(
    api: Api, job: Job, chidi: CustomUser, ada: CustomUser
) -> None:
    response = api(chidi).post("/reviews", json=review_of(ada, job))

    assert (response.status_code, response.json()["code"]) == (409, "not_reviewable")
    assert nothing_changed(chidi, ada)


def test_worker_without_an_approved_shift_finds_no_such_job(
    api: Api, job: Job, chidi: CustomUser, ada: CustomUser
) -> None:
    response = api(ada).post("/reviews", json=review_of(chidi, job))

    assert (response.status_code, response.json()["code"]) == (404, "not_found")
    assert nothing_changed(chidi, ada)


def test_workers_do_not_review_each_other(api: Api, job: Job, wale: CustomUser, ada: CustomUser) -> None:
    response = api(wale).post("/reviews", json=review_of(ada, job))

    assert (response.status_code, response.json()["code"]) == (409, "not_reviewable")
    assert nothing_changed(wale, ada)


@pytest.mark.parametrize("person", ["sade", "emeka", "bisi"])
def test_stranger_finds_no_such_job(
    api: Api, job: Job, wale: CustomUser, person: str, request: pytest.FixtureRequest
) -> None:
    response = api(request.getfixturevalue(person)).post("/reviews", json=review_of(wale, job))

    assert (response.status_code, response.json()["code"]) == (404, "not_found")
    assert nothing_changed(wale)


def test_client_does_not_review_themselves(api: Api, job: Job, chidi: CustomUser) -> None:
    response = api(chidi).post("/reviews", json=review_of(chidi, job))

    assert (response.status_code, response.json()["code"]) == (409, "not_reviewable")
    assert nothing_changed(chidi)


def test_unknown_job_is_not_found(api: Api, job: Job, chidi: CustomUser, wale: CustomUser) -> None:
    response = api(chidi).post("/reviews", json=review_of(wale, job, job_id=job.pk + 1))

    assert (response.status_code, response.json()["code"]) == (404, "not_found")
    assert nothing_changed(wale)


@pytest.mark.parametrize(("days", "status"), [(30, 201), (30.001, 409)])
def test_window_closes_thirty_days_after_the_end_of_the_job(
    api: Api, job: Job, chidi: CustomUser, wale: CustomUser, days: float, status: int
) -> None:
    with time_machine.travel(job.ends_at + timedelta(days=days), tick=False):
        response = api(chidi).post("/reviews", json=review_of(wale, job))

    assert response.status_code == status
    if status == 409:
        assert response.json()["code"] == "review_window_closed"
        assert nothing_changed(wale)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("rating", 0),
        ("rating", 6),
        ("rating", True),
        ("rating", "5"),
        ("rating", 4.5),
        ("rating", None),
        ("comment", "x" * 2001),
        ("comment", "a\x00b"),
        ("job_id", "1"),
        ("job_id", 0),
        ("reviewed_id", 2**63),
        ("created_at", "2026-01-01T00:00:00Z"),
    ],
)
def test_bad_input_is_refused_by_name(
    api: Api, job: Job, chidi: CustomUser, wale: CustomUser, field: str, value: object
) -> None:
    response = api(chidi).post("/reviews", json=review_of(wale, job, **{field: value}))

    assert (response.status_code, response.json()["code"]) == (422, "invalid_input")
    assert nothing_changed(wale)


def test_nobody_reviews_without_a_token(anonymous_api: ApiClient, job: Job, wale: CustomUser) -> None:
    response = anonymous_api.post("/reviews", json=review_of(wale, job))

    assert (response.status_code, response.json()["code"]) == (401, "unauthenticated")
    assert nothing_changed(wale)


def test_of_one_pair_s_reviews_the_first_in_a_while_weighs(
    api: Api, job: Job, chidi: CustomUser, wale: CustomUser, settings: Any
) -> None:
    """They work for each other again and again: all is shown, one counts; anybody else's counts beside it."""
    settings.REVIEW_WEIGHS_ONCE_DAYS = 10
    again, other = works_again(job, wale), worked_for_another_client(wale)
    api(chidi).post("/reviews", json=review_of(wale, job, rating=5))
    assert api(chidi).post("/reviews", json=review_of(wale, again, rating=1)).status_code == 201
    api(other.client).post("/reviews", json=review_of(wale, other, rating=3))

    shown = api(chidi).get(f"/reviews/{wale.pk}").json()
    assert (len(shown["items"]), shown["count"], shown["average"]) == (3, 2, 4.0)
    assert Profile.objects.values_list("reviews_count", "rating_sum").get(user=wale) == (2, 8)

    later = works_again(job, wale)
    with time_machine.travel(clock.now() + timedelta(days=11)):
        assert api(chidi).post("/reviews", json=review_of(wale, later, rating=2)).status_code == 201
    assert Profile.objects.values_list("reviews_count", "rating_sum").get(user=wale) == (3, 10)
