"""GET /jobs as cards, tabs and maps ask for it: several values, a box, the soonest, marks of the viewer's own."""

from datetime import date, time
from typing import Any

import pytest
from django.db import transaction

from accounts.models import CustomUser
from jobs.models import Job, JobIndustry
from tests.factories.jobs import ApplicationFactory, JobFactory, JobIndustryFactory, SavedJobFactory
from tests.jobs.conftest import Api, Count
from tests.support.api_client import ApiClient

pytestmark = pytest.mark.django_db


def found(client: ApiClient, **params: Any) -> list[int]:
    answer = client.get("/jobs", params)
    assert answer.status_code == 200, answer.content
    return [item["id"] for item in answer.json()["items"]]


def test_several_values_find_what_is_one_of_them(api: Api, wale: CustomUser) -> None:
    night, day, evening = (JobFactory.create(shift_type=kind).pk for kind in ("night", "day", "evening"))
    security = JobIndustryFactory.create(slug="security", name="Security")
    guard = JobFactory.create(industry=security, subcategory=None, shift_type="flexible").pk
    client = api(wale)

    assert found(client, shift_type=["night", "evening"]) == [evening, night]
    assert found(client, industry=["security", "hospitality"], shift_type=["day", "flexible"]) == [guard, day]
    assert found(client, job_type=["part_time", "temporary"]) == []
    assert found(client, subcategory=["waiter"]) == [evening, day, night]


def test_pages_of_several_values_follow_each_other(api: Api, wale: CustomUser) -> None:
    jobs = [JobFactory.create(shift_type=kind).pk for kind in ("night", "day", "evening", "night")]
    query = {"shift_type": ["night", "evening"], "limit": 2}
    client = api(wale)

    first = client.get("/jobs", query).json()
    second = client.get("/jobs", {**query, "cursor": first["next_cursor"]}).json()

    assert [item["id"] for item in first["items"] + second["items"]] == [jobs[3], jobs[2], jobs[0]]
    assert second["next_cursor"] is None


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ({"industry": "nope"}, ["industry"]),
        ({"industry": ["hospitality", "nope,other"], "subcategory": "nope"}, ["industry", "subcategory"]),
    ],
)
def test_trade_that_nobody_has_is_refused(
    api: Api, wale: CustomUser, job: Job, query: dict[str, Any], fields: list[str]
) -> None:
    answer = api(wale).get("/jobs", query)

    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_trade")
    assert [error["field"] for error in answer.json()["errors"]] == fields


@pytest.mark.django_db(transaction=True)
def test_new_trade_is_known_at_once(api: Api, wale: CustomUser, job: Job) -> None:
    client = api(wale)
    assert client.get("/jobs", {"industry": "fishing"}).status_code == 422

    with transaction.atomic():
        JobIndustry.objects.create(slug="fishing", name="Fishing")

    assert found(client, industry="fishing") == []


def test_box_finds_what_lies_on_the_map(api: Api, wale: CustomUser) -> None:
    lagos = JobFactory.create(latitude=6.45, longitude=3.4).pk
    abuja = JobFactory.create(latitude=9.06, longitude=7.49).pk
    JobFactory.create(latitude=None, longitude=None)
    fiji = JobFactory.create(latitude=-17, longitude=-179.9).pk
    client = api(wale)

    assert found(client, south=6, north=7, west=3, east=4) == [lagos]
    assert found(client, south=4, north=14, west=2, east=15, order="soonest") == [lagos, abuja]
    assert found(client, south=-20, north=10, west=170, east=3.5) == [fiji, lagos]


@pytest.mark.parametrize("sides", [{"south": 6}, {"south": 7, "north": 6, "west": 3, "east": 4}])
def test_box_needs_all_its_sides_in_order(api: Api, wale: CustomUser, sides: dict[str, float]) -> None:
    assert api(wale).get("/jobs", sides).status_code == 422


def test_soonest_comes_first(api: Api, wale: CustomUser) -> None:
    later, sooner = (JobFactory.create(date=date(2026, 3, day)).pk for day in (9, 5))

    assert found(api(wale), order="soonest") == [sooner, later]


def test_cards_are_marked_for_who_looks(api: Api, wale: CustomUser, ada: CustomUser, count: Count) -> None:
    saved, applied, withdrawn, plain = JobFactory.create_batch(4)
    SavedJobFactory.create(user=wale, job=saved)
    ApplicationFactory.create(applicant=wale, job=applied)
    ApplicationFactory.create(applicant=wale, job=withdrawn, status="withdrawn")
    client = api(wale)

    items = client.get("/jobs").json()["items"]

    assert {item["id"]: (item["saved"], item["applied"]) for item in items} == {
        saved.pk: (True, False),
        applied.pk: (False, True),
        # Who withdrew before an answer may apply again.
        withdrawn.pk: (False, False),
        plain.pk: (False, False),
    }
    assert {(item["saved"], item["applied"]) for item in api(ada).get("/jobs").json()["items"]} == {(False, False)}
    # Token and page.
    assert count(api(wale), "/jobs") == 2


def test_card_says_what_one_worker_earns(api: Api, wale: CustomUser) -> None:
    """Three nights of 7 hours 20 at 100,001 kobo an hour, each rounded by itself."""
    job = JobFactory.create(
        days=7, weekdays=[0, 2, 4], start_time=time(22), end_time=time(5, 20), shift_minutes=440, rate_kobo=100_001
    )
    Job.objects.filter(pk=job.pk).update(price_wage_kobo=3 * 733_341 * job.applicants_needed)

    (item,) = api(wale).get("/jobs").json()["items"]

    assert (item["shift_count"], item["minutes"], item["pay_kobo"]) == (3, 3 * 440, 3 * 733_341)
    whole = api(wale).get(f"/jobs/{job.pk}").json()
    assert {name: whole[name] for name in ("shift_count", "minutes", "pay_kobo")} == {
        name: item[name] for name in ("shift_count", "minutes", "pay_kobo")
    }
