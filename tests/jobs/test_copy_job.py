"""POST /jobs/{id}/copy."""

import pytest

from accounts.models import CustomUser
from jobs.models import Application, Job, JobStatus
from tests.factories.accounts import UserFactory
from tests.factories.jobs import ApplicationFactory, JobFactory
from tests.jobs.conftest import Api

pytestmark = pytest.mark.django_db

DAYS = {"date", "end_date", "starts_at", "ends_at"}
NEW = {
    "id",
    "status",
    "accepted_count",
    "created_at",
    "updated_at",
    "is_open",
    "open_until",
    "part_open",
    "canceled_at",
}


@pytest.fixture
def done(chidi: CustomUser) -> Job:
    job = JobFactory.create(client=chidi, days=3, status=JobStatus.COMPLETED)
    ApplicationFactory.create(job=job, status="completed")
    return job


def test_copy_has_the_terms_of_the_job_and_other_days(api: Api, chidi: CustomUser, done: Job) -> None:
    response = api(chidi).post(f"/jobs/{done.pk}/copy", {"date": "2026-04-06"})

    body = response.json()
    copy = Job.objects.get(pk=body["id"])
    before, after = (dict(Job.objects.filter(pk=job.pk).values().get()) for job in (done, copy))
    assert response.status_code == 201
    assert {name for name in before if before[name] != after[name]} - NEW - {"search"} == DAYS
    assert (body["date"], body["end_date"], body["status"]) == ("2026-04-06", "2026-04-08", "pending")
    assert [shift["starts_at"] for shift in body["shifts"]] == [f"2026-04-0{day}T08:00:00Z" for day in (6, 7, 8)]
    assert body["price_kobo"] == done.price_kobo
    assert not Application.objects.filter(job=copy).exists()


def test_copy_may_have_another_number_of_days_and_its_price(api: Api, chidi: CustomUser, done: Job) -> None:
    body = api(chidi).post(f"/jobs/{done.pk}/copy", {"date": "2026-04-06", "end_date": "2026-04-06"}).json()

    assert (len(body["shifts"]), body["price_kobo"] * 3) == (1, done.price_kobo)


def test_copy_is_a_posting_like_any_other(api: Api, chidi: CustomUser, done: Job) -> None:
    path = f"/jobs/{done.pk}/copy"

    assert api(chidi).post(path, {"date": "2026-02-01"}).json()["code"] == "invalid_schedule"
    assert api(chidi).post(path, {"date": "2026-04-06"}).status_code == 201
    assert api(chidi).post(path, {"date": "2026-04-06"}).json()["code"] == "duplicate_posting"
    assert api(UserFactory.create(role="client")).post(path, {"date": "2026-04-06"}).status_code == 404
    assert Job.objects.count() == 2
