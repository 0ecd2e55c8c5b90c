"""GET /jobs: what is found, in which order, page by page."""

import unicodedata
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.forms import model_to_dict

from accounts.models import CustomUser
from core import clock
from core.listings import Listing, Statement
from jobs.models import Job, JobStatus, Shift
from jobs.models.job import TAKES_PEOPLE
from jobs.selectors.filters import WORD
from tests.factories.jobs import (
    ApplicationFactory,
    BlockFactory,
    JobFactory,
    JobIndustryFactory,
    JobSubcategoryFactory,
)
from tests.jobs.conftest import STARTS_AT, Api, Count, Move
from tests.support.api_client import ApiClient
from tests.support.cast import NO_FACE

pytestmark = pytest.mark.django_db

# Ikeja is 18 km north of the factories' Victoria Island, Abuja 530 km.
IKEJA = {"latitude": 6.6018, "longitude": 3.3515, "location": "Ikeja, Lagos"}
ABUJA = {"latitude": 9.0765, "longitude": 7.3986, "location": "Wuse, Abuja"}


def found(client: ApiClient, **params: Any) -> list[int]:
    response = client.get("/jobs", params)
    assert response.status_code == 200, response.content
    return [item["id"] for item in response.json()["items"]]


def test_item_of_the_list_shows_the_job(api: Api, wale: CustomUser, job: Job) -> None:
    (item,) = api(wale).get("/jobs").json()["items"]

    assert item == {
        "id": job.pk,
        "title": "Waiters for a wedding",
        "industry": {"slug": "hospitality", "name": "Hospitality"},
        "subcategory": {"slug": "waiter", "name": "Waiter"},
        "job_type": "single_day",
        "shift_type": "day",
        "date": "2026-03-03",
        "end_date": "2026-03-03",
        "start_time": "09:00:00",
        "end_time": "17:00:00",
        "break_minutes": 0,
        "time_zone": "Africa/Lagos",
        "starts_at": "2026-03-03T08:00:00Z",
        "ends_at": "2026-03-03T16:00:00Z",
        "applicants_needed": 2,
        "places_left": 2,
        "rate_kobo": 150_000,
        "shift_count": 1,
        "minutes": 480,
        "pay_kobo": 1_200_000,
        "currency": "NGN",
        "location": "Victoria Island, Lagos",
        "latitude": 6.4281,
        "longitude": 3.4219,
        "status": "upcoming",
        "client": {"id": job.client_id, "name": "Chidi Okafor", **NO_FACE, "rating": None, "reviews_count": 0},
        "created_at": "2026-03-02T07:00:00Z",
        "days_left": None,
        "pay_for_days_left_kobo": None,
        "distance_m": None,
        "saved": False,
        "applied": False,
    }


@pytest.mark.parametrize("status", [status for status in JobStatus if status not in TAKES_PEOPLE])
def test_only_funded_jobs_that_go_on_are_found(api: Api, wale: CustomUser, status: JobStatus) -> None:
    JobFactory.create(status=status)

    assert found(api(wale)) == []


def test_full_job_is_not_found(api: Api, wale: CustomUser) -> None:
    job = JobFactory.create(applicants_needed=1)
    ApplicationFactory.create(job=job, status="accepted")

    assert found(api(wale)) == []


def test_started_job_is_not_found(api: Api, wale: CustomUser, job: Job, clock_at: Move) -> None:
    client = api(wale)
    clock_at(STARTS_AT - timedelta(seconds=1))
    assert found(client) == [job.pk]

    clock_at(STARTS_AT)

    assert found(client) == []


def test_jobs_between_people_who_blocked_each_other_are_not_found(
    api: Api, wale: CustomUser, ada: CustomUser, sade: CustomUser, job: Job
) -> None:
    BlockFactory.create(blocker=job.client, blocked=wale)
    BlockFactory.create(blocker=ada, blocked=job.client)

    assert found(api(wale)) == []
    assert found(api(ada)) == []
    assert found(api(sade)) == [job.pk]


def test_jobs_of_a_banned_client_are_not_found(api: Api, wale: CustomUser, job: Job) -> None:
    CustomUser.objects.filter(pk=job.client_id).update(is_active=False)

    assert found(api(wale)) == []


def test_text_finds_beginnings_of_words_in_title_place_and_description(api: Api, wale: CustomUser) -> None:
    waiter = JobFactory.create(title="Waiter", location="Lekki, Lagos", description="Evening party.")
    guard = JobFactory.create(title="Guard", location="Wuse, Abuja", description="Watch the gate.")
    client = api(wale)

    assert found(client, q="wait") == [waiter.pk]
    assert found(client, q="guards ABU") == [guard.pk]
    assert found(client, q="gate") == [guard.pk]
    assert found(client, q="waiter abuja") == []
    assert found(client, q="!!!") == []
    assert found(client, q="wait' | guard:*") == []


@pytest.mark.parametrize("word", ["catering", "theatre", "hospitality", "Ọ̀ṣun"])
def test_text_finds_a_word_at_each_letter_that_is_typed(api: Api, wale: CustomUser, word: str) -> None:
    """Its stem (cater, hospit) is shorter than what somebody types on the way, and `the` is no word to a stemmer."""
    job = JobFactory.create(title="Catering for a theatre", description="Hospitality.", location="Ọ̀ṣun")
    client = api(wale)

    for end in range(2, len(word) + 1):
        assert found(client, q=word[:end]) == [job.pk], word[:end]
        assert found(client, q=word[:end], order="relevance") == [job.pk], word[:end]
    assert found(client, q=f"{word}x") == []


def test_text_finds_other_forms_of_a_word(api: Api, wale: CustomUser) -> None:
    job = JobFactory.create(title="Waiter", description="Clean kitchens.")

    client = api(wale)

    assert found(client, q="waiters cleaning the kitchen") == [job.pk]
    assert found(client, q="waiters cleaning the kitche") == [job.pk]
    assert found(client, q="waiters cleaning the stairs") == []
    # One in another form, one half typed, one that is no word to a stemmer, in any order.
    assert found(client, q="kitche waiters the") == [job.pk]
    assert found(client, q="the of") == []


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        (["premiere"], "'premier':*"),
        (["cateri"], "'cateri':*"),
        (["happy", "waiters"], "( 'happi':* | 'happy':* ) & 'waiter':*"),
        (["the", "waiter"], "'waiter':*"),
        (["waiter", "the"], "'waiter':*"),
        (["the"], "'the':*"),
        ([], ""),
    ],
)
def test_index_is_asked_once_for_what_begins_alike(words: list[str], asked: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT jobs_text_query(%s)::text", [words])
        assert cursor.fetchone() == (asked,)


def test_word_of_a_hundred_parts_is_cut_like_any_text() -> None:
    """`_` made one word of them, which PostgreSQL cut into a phrase of a hundred."""
    assert WORD.findall("_".join(["a"] * 100)) == ["a"] * 100


@pytest.mark.parametrize("text", ["the", "_", "&", "| !(", "a:*b", "\\", "x" * 200, " ".join("ab" for _ in range(66))])
@pytest.mark.parametrize("order", ["newest", "relevance"])
def test_odd_text_finds_nothing_and_harms_nothing(api: Api, wale: CustomUser, text: str, order: str) -> None:
    JobFactory.create(title="Usher", description="Good day.", location="Lekki")

    assert found(api(wale), q=text, order=order) == []


def test_relevance_ranks_titles_before_descriptions(api: Api, wale: CustomUser) -> None:
    mentioned = JobFactory.create(title="Usher", description="Help the barber of the groom.")
    named = JobFactory.create(title="Barber", description="Cut hair.")
    JobFactory.create(title="Plumber", description="Mend pipes.")

    assert found(api(wale), q="barber", order="relevance") == [named.pk, mentioned.pk]


def test_filters_narrow_the_list(api: Api, wale: CustomUser) -> None:
    waiter = JobFactory.create(rate_kobo=100_000)
    security = JobIndustryFactory.create(slug="security", name="Security")
    guard = JobFactory.create(
        industry=security,
        subcategory=JobSubcategoryFactory.create(industry=security, slug="security-guard", name="Security guard"),
        rate_kobo=200_000,
        shift_type="night",
        date=date(2026, 3, 9),
        days=3,
    )
    client = api(wale)

    for params in (
        {"industry": "security"},
        {"subcategory": "security-guard"},
        {"min_rate_kobo": 100_001},
        {"shift_type": "night"},
        {"job_type": "multiple_days"},
        {"date_from": "2026-03-11"},
        {"date_from": "2026-03-10", "date_to": "2026-03-10"},
    ):
        assert found(client, **params) == [guard.pk], params
    for params in ({"industry": "hospitality"}, {"max_rate_kobo": 100_000}, {"date_to": "2026-03-08"}):
        assert found(client, **params) == [waiter.pk], params


def test_radius_and_distance(api: Api, wale: CustomUser) -> None:
    island = JobFactory.create()
    ikeja = JobFactory.create(**IKEJA)
    JobFactory.create(**ABUJA)
    JobFactory.create(latitude=None, longitude=None)
    here = {"latitude": 6.43, "longitude": 3.42}
    client = api(wale)

    items = client.get("/jobs", here | {"radius_km": 50, "order": "distance"}).json()["items"]

    assert [item["id"] for item in items] == [island.pk, ikeja.pk]
    assert items[0]["distance_m"] == pytest.approx(297, abs=3)
    assert items[1]["distance_m"] == pytest.approx(20_550, abs=100)
    assert found(client, **here, radius_km=1) == [island.pk]
    assert len(found(client, **here, order="distance")) == 3


def at(latitude: float, longitude: float) -> Job:
    return JobFactory.create(latitude=latitude, longitude=longitude)


def test_radius_goes_on_beyond_the_180th_meridian(api: Api, wale: CustomUser) -> None:
    west, east = at(0, -179.95), at(0, 179.9)
    at(0, 0)
    client = api(wale)

    for longitude in (180, -180, 179.97, -179.99):
        here = {"latitude": 0, "longitude": longitude, "radius_km": 20}
        assert found(client, **here) == [east.pk, west.pk], longitude
        assert {*found(client, **here, order="distance")} == {east.pk, west.pk}
    assert found(client, latitude=0, longitude=180, radius_km=8) == [west.pk]


def test_radius_around_a_pole_takes_in_all_longitudes(api: Api, wale: CustomUser) -> None:
    here, there, south = at(89.5, 0), at(89.6, 180), at(-89.9, 90)
    client = api(wale)

    assert found(client, latitude=90, longitude=0, radius_km=100, order="distance") == [there.pk, here.pk]
    # Over the pole it is 100 km, along the parallel it would be 157.
    assert found(client, latitude=89.5, longitude=180, radius_km=112, order="distance") == [there.pk, here.pk]
    assert found(client, latitude=-90, longitude=-180, radius_km=12) == [south.pk]


def test_radius_ends_to_the_metre(api: Api, wale: CustomUser) -> None:
    """North and east of here: neither the box nor rounding takes away from the circle."""
    north, east = at(6.0 + 0.01, 3.0), at(6.0, 3.0 + 0.01)
    client = api(wale)
    here = {"latitude": 6, "longitude": 3}
    distances = {item["id"]: item["distance_m"] for item in client.get("/jobs", here).json()["items"]}

    for job in (north, east):
        radius_m = distances[job.pk]
        assert job.pk in found(client, **here, radius_km=radius_m / 1000)
        assert job.pk not in found(client, **here, radius_km=(radius_m - 1) / 1000)


def test_rate_order_is_highest_first(api: Api, wale: CustomUser) -> None:
    low, high, middle = (JobFactory.create(rate_kobo=rate) for rate in (100_000, 300_000, 200_000))

    assert found(api(wale), order="rate") == [high.pk, middle.pk, low.pk]


@pytest.mark.parametrize(
    ("order", "params"),
    [
        ("newest", {}),
        ("rate", {}),
        ("soonest", {}),
        ("relevance", {"q": "waiter"}),
        ("distance", {"latitude": 6.43, "longitude": 3.42}),
    ],
)
def test_pages_follow_each_other_while_rows_are_added(
    api: Api, wale: CustomUser, order: str, params: dict[str, Any]
) -> None:
    for number in range(7):
        JobFactory.create(
            created_at=clock.now() + timedelta(seconds=number % 3),
            rate_kobo=100_000 + number % 3,
            latitude=6.43 + (number % 3) / 10,
        )
    client = api(wale)
    whole = found(client, order=order, **params)
    assert len(whole) == 7

    pages: list[int] = []
    cursor = None
    while True:
        query = {"order": order, "limit": 2, **params} | ({"cursor": cursor} if cursor else {})
        body = client.get("/jobs", query).json()
        pages += [item["id"] for item in body["items"]]
        cursor = body["next_cursor"]
        if cursor is None:
            break
        # Goes to the front of every order, so no page that follows may show it or skip for it.
        JobFactory.create(
            title="Waiter waiter waiter",
            starts_at=STARTS_AT - timedelta(hours=1),
            created_at=clock.now() + timedelta(hours=1),
            rate_kobo=900_000,
            latitude=6.43,
            longitude=3.42,
        )

    assert pages == whole


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("/jobs", {"order": "relevance", "q": "waiter"}),
        ("/jobs", {"order": "distance", "latitude": 6.43, "longitude": 3.42}),
        ("/jobs/matched", {}),
    ],
)
def test_ranked_list_ends_at_1000(api: Api, wale: CustomUser, path: str, params: dict[str, Any]) -> None:
    one = JobFactory.create(title="Waiter")
    values = model_to_dict(one, exclude=["id", "industry", "subcategory", "client", "created_by"])
    people = {"client_id": one.client_id, "created_by_id": one.created_by_id, "industry_id": one.industry_id}
    times = {"created_at": one.created_at, "updated_at": one.updated_at}
    # Each a metre further north: of jobs at one place, any may be among the nearest 1,000.
    places = [{"latitude": values["latitude"] + number / 100_000} for number in range(1, 1_005)]
    jobs = Job.objects.bulk_create(Job(**{**values, **people, **times, **place}) for place in places)
    shift = {"starts_at": one.starts_at, "ends_at": one.ends_at, "minutes": 480, "on_site_code": "246810"}
    Shift.objects.bulk_create(Shift(job=job, **shift) for job in jobs)
    client = api(wale)

    ids: list[int] = []
    cursor = None
    while len(ids) < 1_100:
        body = client.get(path, params | {"limit": 100} | ({"cursor": cursor} if cursor else {})).json()
        ids += [item["id"] for item in body["items"]]
        cursor = body["next_cursor"]
        if cursor is None:
            break

    assert len(ids) == len(set(ids)) == 1_000


@pytest.mark.parametrize(
    "params",
    [
        {"order": "relevance"},
        {"order": "distance"},
        {"radius_km": 5},
        {"latitude": 6},
        {"latitude": 91, "longitude": 3},
        {"radius_km": 0, "latitude": 6, "longitude": 3},
        {"order": "best"},
        {"limit": 101},
        {"cursor": "nonsense"},
        {"unknown": 1},
        {"min_rate_kobo": 2**63},
    ],
)
def test_bad_query_is_refused(api: Api, wale: CustomUser, params: dict[str, Any]) -> None:
    response = api(wale).get("/jobs", params)

    assert response.status_code == 422, response.content
    assert response.json()["code"] in {"invalid_input", "invalid_cursor"}


def test_cursor_of_another_order_is_refused(api: Api, wale: CustomUser) -> None:
    for _ in range(2):
        JobFactory.create()
    client = api(wale)
    cursor = client.get("/jobs", {"limit": 1}).json()["next_cursor"]

    response = client.get("/jobs", {"order": "rate", "cursor": cursor})

    assert (response.status_code, response.json()["code"]) == (422, "invalid_cursor")


@pytest.mark.parametrize("rows", [1, 3, 30])
@pytest.mark.parametrize(
    "params",
    [
        {},
        {"q": "waiter", "order": "relevance"},
        {"latitude": 6.4, "longitude": 3.4, "radius_km": 9, "order": "distance"},
    ],
    ids=["newest", "relevance", "distance"],
)
def test_search_runs_two_queries(api: Api, wale: CustomUser, count: Count, rows: int, params: dict[str, Any]) -> None:
    for _ in range(rows):
        JobFactory.create()

    # token, jobs with trade, client and profile
    assert count(api(wale), "/jobs", params | {"limit": 30}) == 2


@pytest.mark.parametrize("written", ["Ọ̀ṣun waiter", unicodedata.normalize("NFD", "Ọ̀ṣun waiter"), "Osun waiter"])
@pytest.mark.parametrize(
    "typed", ["Osun", "osun wait", "Ọ̀ṣun", unicodedata.normalize("NFD", "Ọ̀ṣun"), "Kofar", "Ƙofar mata"]
)
def test_text_is_found_with_and_without_marks_on_both_sides(
    api: Api, wale: CustomUser, written: str, typed: str
) -> None:
    job = JobFactory.create(title=written, location="Ƙofar Mata")

    assert found(api(wale), q=typed) == [job.pk]
    assert found(api(wale), q=typed, order="relevance") == [job.pk]


EMPTY = "cursor q industry subcategory min_rate_kobo max_rate_kobo date_from date_to shift_type latitude order limit"


def test_empty_parameters_were_not_given(api: Api, wale: CustomUser, job: Job) -> None:
    client = api(wale)

    assert found(client, **dict.fromkeys(EMPTY.split(), "")) == [job.pk]
    for path in ("/applications", "/assignments", "/saved-jobs", "/notifications"):
        assert client.get(path, {"cursor": "", "limit": ""}).status_code == 200
    assert client.get("/jobs", {"colour": ""}).status_code == 422


SEARCHES_TWICE: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"q": "waiters"}, {"q": "night guard ikeja"}),
    ({"q": "waiters", "order": "relevance"}, {"q": "guard", "order": "relevance"}),
    ({"latitude": 6.4, "longitude": 3.4}, {"latitude": -33.9, "longitude": 151.2}),
    # An ordinary circle, one beyond the 180th meridian, and one around a pole.
    (
        {"latitude": 6.4, "longitude": 3.4, "radius_km": 50},
        {"latitude": 0, "longitude": 179.9, "radius_km": 100},
    ),
    (
        {"latitude": 6.4, "longitude": 3.4, "radius_km": 50, "order": "distance"},
        {"latitude": 89.9, "longitude": 0, "radius_km": 100, "order": "distance"},
    ),
    (
        {"south": 6, "north": 7, "west": 3, "east": 4},
        {"south": -10, "north": 10, "west": 170, "east": -170},
    ),
    ({"min_rate_kobo": 1, "max_rate_kobo": 2**31 + 5}, {"min_rate_kobo": 100_000, "max_rate_kobo": 200_000}),
    ({"date_from": "2026-03-01", "date_to": "2026-03-09"}, {"date_from": "2026-03-03", "date_to": "2026-03-03"}),
]


@pytest.mark.parametrize(("one", "another"), SEARCHES_TWICE)
def test_statement_of_a_search_is_written_once_for_any_values(
    api: Api, wale: CustomUser, job: Job, monkeypatch: pytest.MonkeyPatch, one: dict[str, Any], another: dict[str, Any]
) -> None:
    client = api(wale)
    made: list[object] = []
    compiled = Listing.compile

    def counted(listing: Listing[Any], *given: Any) -> Statement:
        made.append(listing)
        return compiled(listing, *given)

    monkeypatch.setattr(Listing, "compile", counted)
    first = found(client, **one)
    made.clear()

    found(client, **another)

    assert made == []
    assert found(client, **one) == first
