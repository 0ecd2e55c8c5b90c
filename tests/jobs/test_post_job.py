"""POST /jobs and POST /jobs/quote."""

from datetime import timedelta

import pytest

from accounts.models import CustomUser
from jobs.models import Job, Shift
from tests.jobs.conftest import MONDAY, Api, Count, Move
from tests.support.cast import NO_FACE

pytestmark = pytest.mark.django_db

BODY = {
    "title": "Waiters for a wedding",
    "description": "Serve guests at a reception.",
    "industry": "hospitality",
    "subcategory": "waiter",
    "job_type": "multiple_days",
    "shift_type": "day",
    "date": "2026-03-09",
    "end_date": "2026-03-10",
    "start_time": "09:00",
    "end_time": "17:00",
    "applicants_needed": 2,
    "rate_kobo": 150_000,
    "location": "Victoria Island, Lagos",
    "latitude": 6.4281,
    "longitude": 3.4219,
}


def test_posted_job_is_pending_with_its_price_and_shifts(api: Api, chidi: CustomUser) -> None:
    response = api(chidi).post("/jobs", BODY)

    assert response.status_code == 201, response.content
    body = response.json()
    job = Job.objects.get()
    shifts = list(Shift.objects.order_by("starts_at"))
    assert body == {
        "id": job.pk,
        "title": "Waiters for a wedding",
        "description": "Serve guests at a reception.",
        "industry": {"slug": "hospitality", "name": "Hospitality"},
        "subcategory": {"slug": "waiter", "name": "Waiter"},
        "job_type": "multiple_days",
        "shift_type": "day",
        "date": "2026-03-09",
        "end_date": "2026-03-10",
        "start_time": "09:00:00",
        "end_time": "17:00:00",
        "weekdays": [],
        "time_zone": "Africa/Lagos",
        "break_minutes": 0,
        "starts_at": "2026-03-09T08:00:00Z",
        "ends_at": "2026-03-10T16:00:00Z",
        "shifts": [
            {
                "id": shift.pk,
                "starts_at": f"2026-03-{day:02}T08:00:00Z",
                "ends_at": f"2026-03-{day:02}T16:00:00Z",
                "minutes": 480,
                "canceled_at": None,
                "places_left": 2,
            }
            for day, shift in zip((9, 10), shifts, strict=True)
        ],
        "applicants_needed": 2,
        "places_left": 2,
        "rate_kobo": 150_000,
        "shift_count": 2,
        "minutes": 960,
        "pay_kobo": 2_400_000,
        # 4 assignments of 8 hours at 1,500 naira: 12,000 each, and 10 % on top.
        "price_wage_kobo": 4_800_000,
        "price_fee_kobo": 480_000,
        "extra_kobo": 0,
        "price_kobo": 5_280_000,
        "currency": "NGN",
        "location": "Victoria Island, Lagos",
        "latitude": 6.4281,
        "longitude": 3.4219,
        "status": "pending",
        "canceled_at": None,
        "hidden_at": None,
        "hidden_reason": "",
        "client": {"id": chidi.pk, "name": "Chidi Okafor", **NO_FACE, "rating": None, "reviews_count": 0},
        "created_at": "2026-03-02T07:00:00Z",
        "updated_at": "2026-03-02T07:00:00Z",
        "code_only": False,
        "release_unconfirmed": False,
        "accept_favourites": False,
        "accept_worked_times": None,
        "accept_score_at_least": None,
    }
    assert (job.client_id, job.created_by_id) == (chidi.pk, chidi.pk)
    assert all(shift.on_site_code.isdigit() and len(shift.on_site_code) == 6 for shift in shifts)


def test_quote_shows_the_price_and_writes_nothing(api: Api, chidi: CustomUser) -> None:
    names = ("job_type", "date", "end_date", "start_time", "end_time", "applicants_needed", "rate_kobo")

    body = api(chidi).post("/jobs/quote", {name: BODY[name] for name in names}).json()

    assert body["total"] == {"wage_kobo": 4_800_000, "fee_kobo": 480_000, "total_kobo": 5_280_000}
    assert body["per_worker"] == {"wage_kobo": 2_400_000, "fee_kobo": 240_000, "total_kobo": 2_640_000}
    assert [shift["minutes"] for shift in body["shifts"]] == [480, 480]
    assert not Job.objects.exists()


def test_identical_posting_within_a_minute_is_refused(api: Api, chidi: CustomUser, clock_at: Move) -> None:
    client = api(chidi)
    client.post("/jobs", BODY)
    clock_at(MONDAY + timedelta(seconds=59))

    response = client.post("/jobs", BODY)

    assert (response.status_code, response.json()["code"]) == (409, "duplicate_posting")
    assert Job.objects.count() == 1


def test_identical_posting_after_a_minute_or_by_another_client_is_a_new_job(
    api: Api, chidi: CustomUser, emeka: CustomUser, clock_at: Move
) -> None:
    api(chidi).post("/jobs", BODY)
    api(emeka).post("/jobs", BODY)
    clock_at(MONDAY + timedelta(seconds=60))

    assert api(chidi).post("/jobs", BODY).status_code == 201
    assert Job.objects.count() == 3


def test_posting_that_differs_in_one_thing_is_a_new_job(api: Api, chidi: CustomUser) -> None:
    client = api(chidi)
    client.post("/jobs", BODY)

    assert client.post("/jobs", BODY | {"rate_kobo": 150_001}).status_code == 201


def test_worker_may_not_post(api: Api, wale: CustomUser) -> None:
    response = api(wale).post("/jobs", BODY)

    assert (response.status_code, response.json()["code"]) == (403, "wrong_role")
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"date": "2026-03-01", "end_date": "2026-03-02"}, "invalid_schedule"),
        ({"end_date": "2026-03-08"}, "invalid_schedule"),
        ({"start_time": "17:00"}, "invalid_schedule"),
        ({"end_date": "2026-05-10"}, "invalid_schedule"),
        ({"industry": "piracy"}, "unknown_trade"),
        ({"subcategory": "security-guard"}, "unknown_trade"),
        ({"rate_kobo": 99}, "invalid_input"),
        ({"rate_kobo": 1500.5}, "invalid_input"),
        ({"rate_kobo": "150000"}, "invalid_input"),
        ({"applicants_needed": True}, "invalid_input"),
        ({"applicants_needed": 501}, "invalid_input"),
        ({"latitude": 91}, "invalid_input"),
        ({"latitude": None}, "invalid_input"),
        ({"start_time": "09:00:30"}, "invalid_input"),
        ({"weekdays": [7]}, "invalid_input"),
        ({"title": "  "}, "invalid_input"),
        ({"title": "Nul\x00byte"}, "invalid_input"),
        ({"price_kobo": 1}, "invalid_input"),
        ({"client": 1}, "invalid_input"),
    ],
)
def test_bad_posting_is_refused_and_nothing_is_written(
    api: Api, chidi: CustomUser, changes: dict[str, object], code: str
) -> None:
    response = api(chidi).post("/jobs", BODY | changes)

    assert (response.status_code, response.json()["code"]) == (422, code)
    assert not Job.objects.exists()


def test_posting_62_days_costs_as_many_queries_as_one(api: Api, chidi: CustomUser, count: Count) -> None:
    short = BODY | {"title": "Short"}
    long = BODY | {"title": "Long", "end_date": "2026-05-09"}

    counts = {count(api(chidi), "/jobs", json=body) for body in (short, long)}

    # token, trade, lock of the client, duplicate, those unpaid, those of the day, job, shifts; the answer: job, shifts
    assert counts == {10}


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("title", "Waiters\u202egnp.exe"),
        ("title", "Waiters\r\nBcc: all"),
        ("title", "\u3164\u3164\u3164\u3164"),
        ("location", "Lekki\x1b[31m"),
        ("description", "Good\x0bwork"),
        ("description", "\u2066hidden\u2069 direction"),
    ],
)
def test_text_for_others_holds_nothing_that_deceives_or_controls(
    api: Api, chidi: CustomUser, field: str, text: str
) -> None:
    answer = api(chidi).post("/jobs", BODY | {field: text})

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert not Job.objects.exists()
