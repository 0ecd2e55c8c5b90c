"""GET, POST, PATCH and DELETE /saved-searches, and who is told of a new job because of one."""

import random
from collections import Counter
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import transaction

from accounts.models import CustomUser, Notification, NotificationKind
from core import clock
from core.actor import Actor, Role
from core.pagination import PageQuery
from core.queries import count_queries
from jobs.exceptions import TooManySavedSearches
from jobs.geography import Box, Position
from jobs.listings import find_jobs
from jobs.models import Job, SavedSearch
from jobs.selectors.saved_searches import searches_that_show
from jobs.selectors.search import JobSearch
from jobs.services import announcing
from jobs.services.funding import job_funded
from jobs.services.searches import save_search
from tests.factories.accounts import UserFactory
from tests.factories.jobs import (
    ApplicationFactory,
    BlockFactory,
    JobFactory,
    JobIndustryFactory,
    JobSubcategoryFactory,
    SavedSearchFactory,
)
from tests.jobs.conftest import Api
from tests.support.jobs import RunJobs
from tests.support.races import errors_of, race

pytestmark = pytest.mark.django_db

FILTERS: dict[str, Any] = {
    "q": "Waiters, please",
    "industry": ["hospitality"],
    "subcategory": [],
    "min_rate_kobo": 100_000,
    "max_rate_kobo": None,
    "date_from": "2026-03-02",
    "date_to": None,
    "shift_type": ["day", "night"],
    "job_type": [],
    "latitude": 6.43,
    "longitude": 3.42,
    "radius_km": 10.0,
    "south": None,
    "north": None,
    "west": None,
    "east": None,
}


def sent(filters: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in filters.items() if value not in (None, [])}


def test_search_is_kept_as_it_was_made_renamed_and_deleted(api: Api, wale: CustomUser, ada: CustomUser) -> None:
    worker = api(wale)

    saved = worker.post("/saved-searches", {"name": " Weekend bars ", "filters": sent(FILTERS)})

    assert saved.status_code == 201, saved.content
    path = f"/saved-searches/{saved.json()['id']}"
    expected = {"id": saved.json()["id"], "name": "Weekend bars", "filters": FILTERS}
    assert {name: value for name, value in saved.json().items() if name != "created_at"} == expected
    assert worker.get("/saved-searches").json()["items"] == [saved.json()]
    assert worker.get("/jobs", sent(FILTERS)).status_code == 200
    assert api(ada).get("/saved-searches").json()["items"] == []
    assert api(ada).patch(path, {"name": "Mine"}).status_code == api(ada).delete(path).status_code == 404
    assert worker.patch(path, {"name": "Bars"}).json() == {**saved.json(), "name": "Bars"}
    assert worker.delete(path).status_code == 204
    assert not SavedSearch.objects.exists()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"name": "All", "filters": {}}, "invalid_input"),
        ({"name": "All", "filters": {"q": "", "industry": []}}, "invalid_input"),
        ({"name": "", "filters": {"q": "waiter"}}, "invalid_input"),
        ({"name": "Near", "filters": {"radius_km": 5}}, "invalid_input"),
        ({"name": "Half", "filters": {"latitude": 6.5}}, "invalid_input"),
        ({"name": "Rank", "filters": {"q": "waiter", "order": "rate"}}, "invalid_input"),
        ({"name": "Odd", "filters": {"industry": ["pirates"]}}, "unknown_trade"),
    ],
)
def test_search_that_asks_nothing_or_cannot_be_made_is_not_kept(
    api: Api, wale: CustomUser, body: dict[str, Any], code: str
) -> None:
    answer = api(wale).post("/saved-searches", body)

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert not SavedSearch.objects.exists()


def test_name_is_a_persons_once_in_whatever_case(api: Api, wale: CustomUser, ada: CustomUser) -> None:
    SavedSearchFactory.create(user=wale, name="Bars")
    other = SavedSearchFactory.create(user=wale, name="Halls")
    body = {"name": "BARS", "filters": {"q": "bar"}}

    refused = [
        api(wale).post("/saved-searches", body),
        api(wale).patch(f"/saved-searches/{other.pk}", {"name": "bars"}),
    ]

    assert [(answer.status_code, answer.json()["code"]) for answer in refused] == [(409, "search_name_taken")] * 2
    assert api(ada).post("/saved-searches", body).status_code == 201


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_no_more_are_kept_than_the_bound(wale: CustomUser, settings: Any) -> None:
    settings.SAVED_SEARCHES_AT_MOST = 3
    save = partial(save_search, actor=Actor(wale.pk, Role.APPLICANT), search=JobSearch(text="waiter"))

    outcomes = race(*(partial(save, name=f"Search {number}") for number in range(6)))

    assert errors_of(outcomes) == [TooManySavedSearches] * 3
    assert SavedSearch.objects.count() == 3


# Who is told


@pytest.mark.django_db(transaction=True)
def test_new_job_is_told_once_with_the_names_of_all_searches_that_it_fits(chidi: CustomUser, run_jobs: RunJobs) -> None:
    job = JobFactory.create(client=chidi, status="pending", latitude=None, longitude=None)
    wale = SavedSearchFactory.create(name="Any work").user
    SavedSearchFactory.create(user=wale, name="Waiting", text="wait", words=["wait"])
    SavedSearchFactory.create(user=wale, name="Dear", min_rate_kobo=10**8)
    SavedSearchFactory.create(name="Elsewhere", latitude=9.0, longitude=7.4)

    with transaction.atomic():
        job_funded(job=job, held_kobo=job.price_kobo)
    run_jobs()
    announcing.announce_to_others(job_id=job.pk)
    run_jobs()

    notice = Notification.objects.get(kind=NotificationKind.NEW_JOB)
    assert notice.user_id == wale.pk
    assert "It fits your saved search “Any work” and “Waiting”." in notice.body


@pytest.mark.django_db(transaction=True)
def test_batches_tell_everybody_once_and_go_on_after_a_kill(
    job: Job, run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(announcing, "SEARCHES_AT_ONCE", 2)
    people = [UserFactory.create() for _ in range(4)]
    for person in people:
        SavedSearchFactory.create_batch(2, user=person)

    def die(*args: object, **named: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(announcing, "tell_of_new_job", die)
        with pytest.raises(KeyboardInterrupt):
            announcing.announce_to_searches(job_id=job.pk, after_user_id=0)
    assert not Notification.objects.exists()
    # The batch is run again; once done, it is run once more by whoever found it stalled.
    for _ in range(2):
        announcing.announce_to_searches(job_id=job.pk, after_user_id=0)
    run_jobs()

    told = Counter(Notification.objects.filter(kind=NotificationKind.NEW_JOB).values_list("user_id", flat=True))
    assert told == dict.fromkeys((person.pk for person in people), 1)


def test_only_who_may_work_and_has_not_applied_is_told(job: Job, chidi: CustomUser) -> None:
    for refused in ({"is_active": False}, {"email_verified_at": None}, {"role": Role.CLIENT}):
        SavedSearchFactory.create(user=UserFactory.create(**refused))
    ApplicationFactory.create(job=job, applicant=SavedSearchFactory.create().user)
    BlockFactory.create(blocker=chidi, blocked=SavedSearchFactory.create().user)
    BlockFactory.create(blocker=SavedSearchFactory.create().user, blocked=chidi)
    free = SavedSearchFactory.create()
    ApplicationFactory.create(job=job, applicant=free.user, status="withdrawn")

    assert list(searches_that_show(job.pk, now=clock.now())) == [free]


def test_matching_is_one_query_for_any_number_of_searches(job: Job) -> None:
    SavedSearchFactory.create_batch(30)

    with count_queries() as counted:
        assert len(searches_that_show(job.pk, now=clock.now())) == 30

    assert counted.count == 1


class TestTheSearchAndTheTellingAgree:
    """Random jobs and searches, the same each time."""

    TEXTS = ("wait", "Waiters, please", "cook lagos", "the", "!!!", "Ọ̀ṣun", "guard", "ikeja guard")
    TITLES = ("Waiter", "Cook for Ọ̀ṣun hall", "Guards at the gate", "Usher")

    def test_those_are_told_whose_search_would_show_the_job(self, chidi: CustomUser, emeka: CustomUser) -> None:
        chance = random.Random(20260302)
        trades = [("hospitality", "waiter"), ("hospitality", "cook"), ("security", "bouncer")]
        jobs = [self.random_job(chance, trades, chance.choice([chidi, emeka])) for _ in range(60)]
        searches = [self.random_search(chance, trades, number) for number in range(80)]
        BlockFactory.create(blocker=chidi, blocked=searches[0][0])
        BlockFactory.create(blocker=searches[1][0], blocked=emeka)

        shown = {
            (user.pk, item["id"])
            for user, search in searches
            for item in find_jobs(viewer_id=user.pk, search=search, page=PageQuery(limit=100)).items
        }
        told = {
            (user_id, job.pk)
            for job in jobs
            for user_id in searches_that_show(job.pk, now=clock.now()).values_list("user_id", flat=True)
        }

        assert told == shown
        # Neither nothing nor all, and each filter tells some jobs from others.
        assert 200 < len(shown) < len(jobs) * len(searches) / 2
        assert len({user_id for user_id, _ in shown}) > 40

    def random_job(self, chance: random.Random, trades: list[tuple[str, str]], client: CustomUser) -> Job:
        industry, subcategory = chance.choice(trades)
        trade = JobIndustryFactory.create(slug=industry)
        place = (6.4 + chance.random() / 4, 3.3 + chance.random() / 4) if chance.random() < 0.85 else (None, None)
        job: Job = JobFactory.create(
            client=client,
            title=chance.choice(self.TITLES),
            location=chance.choice(["Ikeja, Lagos", "Yaba, Lagos", "Osogbo"]),
            industry=trade,
            subcategory=chance.choice([None, JobSubcategoryFactory.create(industry=trade, slug=subcategory)]),
            shift_type=chance.choice(["day", "night", "evening"]),
            days=chance.choice([1, 1, 3]),
            date=date(2026, 3, 3) + timedelta(days=chance.randrange(10)),
            rate_kobo=chance.randrange(100_000, 300_000),
            latitude=place[0],
            longitude=place[1],
            status=chance.choice(["upcoming"] * 9 + ["pending"]),
        )
        return job

    def random_search(
        self, chance: random.Random, trades: list[tuple[str, str]], number: int
    ) -> tuple[CustomUser, JobSearch]:
        def perhaps[T](value: T, share: float = 0.25) -> T | None:
            return value if chance.random() < share else None

        here = perhaps(Position(6.4 + chance.random() / 4, 3.3 + chance.random() / 4), 0.4)
        day = date(2026, 3, 1) + timedelta(days=chance.randrange(10))
        south, west = 6.3 + chance.random() / 4, 3.2 + chance.random() / 4
        around = Box(south, south + 0.2, west, west + 0.2)
        beyond = Box(-90, 90, west + 0.2, west)
        search = JobSearch(
            text=perhaps(chance.choice(self.TEXTS)),
            industry=perhaps(tuple({chance.choice(trades)[0] for _ in range(2)})) or (),
            subcategory=perhaps(tuple({chance.choice(trades)[1] for _ in range(2)})) or (),
            min_rate_kobo=perhaps(chance.randrange(100_000, 250_000)),
            max_rate_kobo=perhaps(chance.randrange(150_000, 300_000)),
            date_from=perhaps(day),
            date_to=perhaps(day + timedelta(days=chance.randrange(6))),
            shift_type=perhaps(tuple({chance.choice(["day", "night", "evening"]) for _ in range(2)})) or (),
            job_type=perhaps(("single_day",)) or (),
            position=here,
            radius_km=perhaps(1 + 15 * chance.random(), 0.7) if here else None,
            box=perhaps(chance.choice([around, beyond])),
        )
        if search == JobSearch():
            search = JobSearch(text="wait")
        user = UserFactory.create()
        save_search(actor=Actor(user.pk, Role.APPLICANT), name=f"Search {number}", search=search)
        return user, search
