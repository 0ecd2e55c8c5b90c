"""The least that an hour may be paid and the longest shift, at posting and editing, and by the database."""

from datetime import time
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from pytest_django.fixtures import Settings

from accounts.models import CustomUser
from core import clock
from jobs.apps import set_bounds
from jobs.models import Job, JobStatus, Shift
from tests.factories.jobs import JobFactory
from tests.jobs.conftest import Api
from tests.jobs.test_post_job import BODY

pytestmark = pytest.mark.django_db
LOW = ({"rate_kobo": 40_399}, "rate_too_low", "rate_kobo", "minimum_rate", "Pay at least ₦404 an hour.")
TOO_LONG = "A shift lasts at most 12 hours, without its break."
LONG = ({"end_time": "21:01"}, "shift_too_long", "end_time", "longest_shift", TOO_LONG)


@pytest.mark.parametrize(("changes", "code", "field", "field_code", "message"), [LOW, LONG])
def test_out_of_bounds_is_refused_wherever_terms_are_made(
    api: Api, chidi: CustomUser, changes: dict[str, Any], code: str, field: str, field_code: str, message: str
) -> None:
    client, body = api(chidi), BODY | changes
    job = JobFactory.create(client=chidi, status=JobStatus.PENDING)
    before = Job.objects.values().get()
    quote = {name: body[name] for name in ("date", "start_time", "end_time", "rate_kobo")}

    answers = [client.post("/jobs/quote", quote), client.post("/jobs", body), client.patch(f"/jobs/{job.pk}", changes)]

    for answer in answers:
        assert (answer.status_code, answer.json()["code"], answer.json()["detail"]) == (422, code, message)
        assert answer.json()["errors"] == [{"field": field, "code": field_code, "message": message}]
    assert Job.objects.values().get() == before


def test_bounds_themselves_are_allowed(api: Api, chidi: CustomUser) -> None:
    answer = api(chidi).post("/jobs", BODY | {"rate_kobo": 40_400, "end_time": "21:00"})

    assert answer.status_code == 201, answer.content


def test_number_of_the_last_day_counts(api: Api, chidi: CustomUser, settings: Settings) -> None:
    settings.MINIMUM_RATE_KOBO = "2024-07-29=40400 2026-03-10=160000"
    days = {"date": "2026-03-09", "end_date": "2026-03-09", "job_type": "single_day"}

    statuses = [api(chidi).post("/jobs", BODY | changes).status_code for changes in (days, {"end_date": "2026-03-10"})]

    assert statuses == [201, 422]


def test_screens_are_told_the_numbers_of_today(api: Api, chidi: CustomUser, settings: Settings) -> None:
    settings.MINIMUM_RATE_KOBO = "2026-03-02=50000 2026-03-03=60000"
    settings.LONGEST_SHIFT_MINUTES = ""

    told = api(chidi).get("/config").json()

    assert (told["minimum_rate_kobo"], told["longest_shift_minutes"]) == (50_000, None)


@pytest.mark.parametrize("around", [{"rate_kobo": 40_399}, {"start_time": time(9), "end_time": time(21, 1)}])
def test_database_refuses_new_rows_out_of_bounds(around: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=r"below the minimum|longer than the longest"), transaction.atomic():
        JobFactory.create(**around)


# `migrate` sets the bounds as the owner.
with_owner = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.fixture
def from_before(db: None, settings: Settings) -> Job:
    """A job of NGN 10 an hour for 14 hours, from before there were bounds."""
    bounds = (settings.MINIMUM_RATE_KOBO, settings.LONGEST_SHIFT_MINUTES)
    settings.MINIMUM_RATE_KOBO = settings.LONGEST_SHIFT_MINUTES = ""
    set_bounds(using="owner")
    job = JobFactory.create(rate_kobo=1_000, end_time=time(23), status=JobStatus.PENDING)
    settings.MINIMUM_RATE_KOBO, settings.LONGEST_SHIFT_MINUTES = bounds
    set_bounds(using="owner")
    return job


@with_owner
def test_job_from_before_runs_on_and_is_bound_by_what_changes(api: Api, from_before: Job) -> None:
    client, path = api(from_before.client), f"/jobs/{from_before.pk}"
    changes: list[dict[str, Any]] = [
        {"title": "Waiters, as before", "applicants_needed": 3},
        {"rate_kobo": 2_000},
        {"start_time": "08:00"},
        {"rate_kobo": 50_000},
        {"end_time": "20:00"},
    ]

    answers = [client.patch(path, change) for change in changes]

    codes = [(answer.status_code, answer.json().get("code")) for answer in answers]
    assert codes == [(200, None), (422, "rate_too_low"), (422, "shift_too_long"), (200, None), (200, None)]


@with_owner
def test_database_asks_only_what_changes(from_before: Job) -> None:
    Job.objects.filter(pk=from_before.pk).update(status=JobStatus.UPCOMING, rate_kobo=1_000, title="The same pay")
    Shift.objects.update(minutes=840, canceled_at=clock.now())

    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.filter(pk=from_before.pk).update(rate_kobo=40_399)
    with pytest.raises(IntegrityError), transaction.atomic():
        Shift.objects.update(minutes=841)
