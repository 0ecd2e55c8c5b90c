"""What a worker agreed to is what the worker is taken on for: `terms_changed`, POST confirm-terms, and corrections."""

from datetime import timedelta

import pytest

from accounts.models import CustomUser, Profile
from jobs.models import Application, Job, ShiftAssignment
from payment.services.accounts import escrow_account, wallet_account
from tests.factories.jobs import JobFactory
from tests.factories.payment import balance_of, fund_wallet
from tests.jobs.conftest import STARTS_AT, Api, Move, funded
from tests.support.notices import told

pytestmark = pytest.mark.django_db

METRE = 1 / 111_195


@pytest.fixture
def applied(api: Api, wale: CustomUser, job: Job) -> int:
    """Wale applied through the API, so that the application remembers the terms."""
    response = api(wale).post("/apply-jobs/", {"job_id": job.pk})
    assert response.status_code == 201
    application_id: int = response.json()["id"]
    return application_id


def changed(api: Api, viewer: CustomUser, application_id: int) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = api(viewer).get(f"/applications/{application_id}").json()["terms_changed"]
    return rows


def test_lowered_pay_is_shown_and_binds_nobody_before_the_worker_confirms(
    api: Api, chidi: CustomUser, wale: CustomUser, job: Job, applied: int
) -> None:
    client, worker = api(chidi), api(wale)
    assert changed(api, wale, applied) == []
    assert client.patch(f"/jobs/{job.pk}", {"rate_kobo": 100_000}).status_code == 200

    refused = client.post(f"/applications/{applied}/accept")

    assert (refused.status_code, refused.json()["code"]) == (409, "terms_changed")
    assert not ShiftAssignment.objects.exists()
    lowered = [{"field": "rate_kobo", "from": 150_000, "to": 100_000}]
    assert changed(api, wale, applied) == changed(api, chidi, applied) == lowered
    assert worker.get("/applications").json()["items"][0]["terms_changed"] == lowered

    assert [worker.post(f"/applications/{applied}/confirm-terms").status_code for _ in range(2)] == [200, 200]

    assert changed(api, wale, applied) == []
    assert client.post(f"/applications/{applied}/accept").status_code == 200
    assert ShiftAssignment.objects.get().wage_kobo == 800_000


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"date": "2026-03-05", "end_date": "2026-03-05"}, ["date", "end_date"]),
        ({"start_time": "06:00"}, ["start_time"]),
        ({"location": "Epe", "latitude": 6.6, "longitude": 3.9}, ["latitude", "location", "longitude"]),
        ({"title": "Ushers", "description": "Other words.", "applicants_needed": 1}, []),
    ],
)
def test_dates_hours_and_place_are_terms_and_words_are_not(
    api: Api, chidi: CustomUser, wale: CustomUser, job: Job, applied: int, changes: dict[str, object], fields: list[str]
) -> None:
    assert api(chidi).patch(f"/jobs/{job.pk}", changes).status_code == 200

    assert sorted(str(row["field"]) for row in changed(api, wale, applied)) == fields


def test_terms_that_were_changed_back_are_the_same(api: Api, chidi: CustomUser, job: Job, applied: int) -> None:
    client = api(chidi)
    for location in ("Epe", job.location):
        client.patch(f"/jobs/{job.pk}", {"location": location})

    assert client.post(f"/applications/{applied}/accept").status_code == 200


def test_notice_says_what_changed(api: Api, chidi: CustomUser, job: Job, applied: int) -> None:
    api(chidi).patch(f"/jobs/{job.pk}", {"rate_kobo": 100_000, "start_time": "10:00"})

    assert [notice.body for notice in told("job_changed")] == [
        "The client changed the pay and the start. It is now “Waiters for a wedding”, Tue 3 Mar 2026, 10:00 to 17:00 "
        "(Lagos time), at Victoria Island, Lagos, for ₦1,000 an hour. You are bound to nothing new: look at it, "
        "and confirm the new terms or step back."
    ]


@pytest.mark.parametrize(("confirmed", "late"), [(False, 0), (True, 1)])
def test_stepping_back_from_a_corrected_place_is_late_only_after_confirming(
    api: Api,
    chidi: CustomUser,
    wale: CustomUser,
    job: Job,
    applied: int,
    clock_at: Move,
    confirmed: bool,
    late: int,
) -> None:
    client, worker = api(chidi), api(wale)
    client.post(f"/applications/{applied}/accept")
    clock_at(STARTS_AT - timedelta(hours=2))
    moved = {"latitude": job.latitude + 100 * METRE, "longitude": job.longitude}  # type: ignore[operator]  # it has one
    assert client.patch(f"/jobs/{job.pk}", moved).status_code == 200
    if confirmed:
        worker.post(f"/applications/{applied}/confirm-terms")

    assert worker.post(f"/applications/{applied}/withdraw").status_code == 200

    assert Profile.objects.get(user=wale).late_cancel_count == late
    assert ShiftAssignment.objects.get().cancel_reason == ("withdrawn_late" if late else "withdrawn")


def test_place_is_corrected_by_a_little_however_many_steps_it_takes(
    api: Api, chidi: CustomUser, job: Job, applied: int
) -> None:
    client = api(chidi)
    client.post(f"/applications/{applied}/accept")
    here, answers = job.latitude or 0.0, []

    for metres in (290, 580, 310, -290):
        moved = {"latitude": here + metres * METRE, "longitude": job.longitude}
        answers.append(client.patch(f"/jobs/{job.pk}", moved).status_code)

    # -290 is near where Wale agreed to come, but 580 m from where the place is by then.
    assert answers == [200, 409, 409, 409]
    job.refresh_from_db()
    assert job.latitude == here + 290 * METRE


def test_places_added_after_an_acceptance_are_paid_from_the_wallet_at_once(
    api: Api, chidi: CustomUser, job: Job, applied: int
) -> None:
    client = api(chidi)
    client.post(f"/applications/{applied}/accept")

    refused = client.patch(f"/jobs/{job.pk}", {"applicants_needed": 3})
    assert (refused.status_code, refused.json()["code"]) == (409, "insufficient_funds")
    assert Job.objects.get().applicants_needed == 2
    fund_wallet(chidi.pk, 1_320_000)
    body = client.patch(f"/jobs/{job.pk}", {"applicants_needed": 3}).json()

    assert (body["status"], body["places_left"], body["price_kobo"]) == ("upcoming", 2, 3_960_000)
    assert (balance_of(escrow_account(job.pk)), balance_of(wallet_account(chidi.pk))) == (3_960_000, 0)
    assert client.patch(f"/jobs/{job.pk}", {"applicants_needed": 2}).json()["code"] == "job_locked"


def test_added_place_is_offered_to_who_stands_by(
    api: Api, chidi: CustomUser, wale: CustomUser, ada: CustomUser
) -> None:
    job = funded(JobFactory.create(client=chidi, applicants_needed=1))
    fund_wallet(chidi.pk, 1_320_000)
    first, second = (api(each).post("/apply-jobs/", {"job_id": job.pk}).json()["id"] for each in (wale, ada))
    client = api(chidi)
    client.post(f"/applications/{first}/accept")

    assert client.patch(f"/jobs/{job.pk}", {"applicants_needed": 2}).status_code == 200

    assert api(ada).post(f"/applications/{second}/take-place").status_code == 200


def test_who_stands_by_confirms_before_taking_the_place(
    api: Api, chidi: CustomUser, wale: CustomUser, job: Job, applied: int
) -> None:
    worker = api(wale)
    Application.objects.filter(pk=applied).update(status="standing_by")
    api(chidi).patch(f"/jobs/{job.pk}", {"rate_kobo": 100_000})

    assert worker.post(f"/applications/{applied}/take-place").json()["code"] == "terms_changed"
    worker.post(f"/applications/{applied}/confirm-terms")
    assert worker.post(f"/applications/{applied}/take-place").status_code == 200


@pytest.mark.parametrize("status", ["rejected", "withdrawn", "closed"])
def test_ended_application_confirms_nothing(api: Api, wale: CustomUser, job: Job, applied: int, status: str) -> None:
    Application.objects.filter(pk=applied).update(status=status)

    assert api(wale).post(f"/applications/{applied}/confirm-terms").json()["code"] == "invalid_state"
