"""PATCH /jobs/{job_id}."""

import pytest

from accounts.models import CustomUser
from jobs.models import Job, JobStatus
from payment.services.accounts import escrow_account, wallet_account
from tests.factories.jobs import ApplicationFactory, JobFactory
from tests.factories.payment import balance_of
from tests.jobs.conftest import STARTS_AT, Api, Move

pytestmark = pytest.mark.django_db


def test_text_changes_and_nothing_else_does(api: Api, chidi: CustomUser, job: Job) -> None:
    shift_id, code = job.shifts.values_list("id", "on_site_code").get()

    body = api(chidi).patch(f"/jobs/{job.pk}", {"title": "Waiters and ushers", "location": "Ikoyi, Lagos"}).json()

    assert (body["title"], body["location"], body["status"]) == ("Waiters and ushers", "Ikoyi, Lagos", "upcoming")
    assert (body["rate_kobo"], body["industry"]["slug"]) == (150_000, "hospitality")
    assert job.shifts.values_list("id", "on_site_code").get() == (shift_id, code)


def test_dearer_job_is_pending_until_the_difference_is_paid(api: Api, chidi: CustomUser, job: Job) -> None:
    waiting = ApplicationFactory.create(job=job)

    body = api(chidi).patch(f"/jobs/{job.pk}", {"rate_kobo": 200_000}).json()

    assert (body["status"], body["price_kobo"]) == ("pending", 3_520_000)
    assert balance_of(escrow_account(job.pk)) == 2_640_000
    waiting.refresh_from_db()
    assert waiting.status == "applied"


def test_cheaper_job_gives_the_difference_back(api: Api, chidi: CustomUser, job: Job) -> None:
    body = api(chidi).patch(f"/jobs/{job.pk}", {"applicants_needed": 1}).json()

    assert (body["status"], body["price_kobo"]) == ("upcoming", 1_320_000)
    assert balance_of(escrow_account(job.pk)) == 1_320_000
    assert balance_of(wallet_account(chidi.pk)) == 1_320_000


def test_job_that_became_cheap_enough_opens_again(api: Api, chidi: CustomUser, job: Job) -> None:
    client = api(chidi)
    client.patch(f"/jobs/{job.pk}", {"rate_kobo": 200_000})

    assert client.patch(f"/jobs/{job.pk}", {"rate_kobo": 150_000}).json()["status"] == "upcoming"
    assert balance_of(wallet_account(chidi.pk)) == 0


def test_new_dates_make_new_shifts(api: Api, chidi: CustomUser, job: Job) -> None:
    changes = {"job_type": "multiple_days", "date": "2026-03-09", "end_date": "2026-03-13", "weekdays": [0, 2, 4]}

    body = api(chidi).patch(f"/jobs/{job.pk}", changes).json()

    assert [shift["starts_at"][:10] for shift in body["shifts"]] == ["2026-03-09", "2026-03-11", "2026-03-13"]
    assert (body["starts_at"], body["ends_at"]) == ("2026-03-09T08:00:00Z", "2026-03-13T16:00:00Z")
    assert body["status"] == "pending"


def test_after_an_acceptance_the_description_changes_and_not_the_pay(api: Api, chidi: CustomUser, job: Job) -> None:
    ApplicationFactory.create(job=job, status="accepted")
    client = api(chidi)

    refused = client.patch(f"/jobs/{job.pk}", {"rate_kobo": 100_000, "description": "New."})
    allowed = client.patch(f"/jobs/{job.pk}", {"description": "Bring black shoes."})

    assert (refused.status_code, refused.json()["code"]) == (409, "job_locked")
    assert (allowed.status_code, allowed.json()["description"]) == (200, "Bring black shoes.")
    assert Job.objects.get().rate_kobo == 150_000


def test_acceptance_that_was_withdrawn_still_locks(api: Api, chidi: CustomUser, job: Job) -> None:
    ApplicationFactory.create(job=job, status="withdrawn", accepted_at=STARTS_AT)

    assert api(chidi).patch(f"/jobs/{job.pk}", {"rate_kobo": 100}).json()["code"] == "job_locked"


def test_started_job_keeps_its_terms(api: Api, chidi: CustomUser, job: Job, clock_at: Move) -> None:
    client = api(chidi)
    clock_at(STARTS_AT)

    assert client.patch(f"/jobs/{job.pk}", {"title": "Too late"}).json()["code"] == "job_locked"


@pytest.mark.parametrize("status", [JobStatus.COMPLETED, JobStatus.CANCELED, JobStatus.EXPIRED])
def test_job_that_is_over_is_not_edited(api: Api, chidi: CustomUser, status: JobStatus) -> None:
    job = JobFactory.create(client=chidi, status=status)

    assert api(chidi).patch(f"/jobs/{job.pk}", {"description": "Late."}).json()["code"] == "invalid_state"


def test_new_industry_drops_the_old_subcategory(api: Api, chidi: CustomUser, job: Job) -> None:
    body = api(chidi).patch(f"/jobs/{job.pk}", {"industry": "security"}).json()

    assert (body["industry"]["slug"], body["subcategory"]) == ("security", None)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, "invalid_input"),
        ({"title": None}, "invalid_input"),
        ({"status": "upcoming"}, "invalid_input"),
        ({"latitude": 6.5}, "invalid_input"),
        ({"rate_kobo": "1"}, "invalid_input"),
        ({"date": "2026-03-01", "end_date": "2026-03-01"}, "invalid_schedule"),
        ({"subcategory": "bouncer"}, "unknown_trade"),
    ],
)
def test_bad_change_is_refused_and_nothing_changes(
    api: Api, chidi: CustomUser, job: Job, changes: dict[str, object], code: str
) -> None:
    before = Job.objects.values().get()

    response = api(chidi).patch(f"/jobs/{job.pk}", changes)

    assert (response.status_code, response.json()["code"]) == (422, code)
    assert Job.objects.values().get() == before


def test_editing_is_for_the_client(api: Api, wale: CustomUser, emeka: CustomUser, bisi: CustomUser, job: Job) -> None:
    answers = [api(person).patch(f"/jobs/{job.pk}", {"title": "Mine"}).status_code for person in (wale, emeka, bisi)]

    assert answers == [403, 404, 403]
    assert Job.objects.get().title == "Waiters for a wedding"
