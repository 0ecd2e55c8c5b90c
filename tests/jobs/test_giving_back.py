"""One shift is given back, and the others are kept."""

from datetime import timedelta

import pytest

from accounts.models import CustomUser
from jobs.models import Application, Job, ShiftAssignment
from jobs.services.counters import compare_counters
from payment.services.accounts import escrow_account
from tests.factories.jobs import ApplicationFactory, JobFactory
from tests.factories.payment import balance_of
from tests.jobs.conftest import ENDS_AT, STARTS_AT, Api, Move, funded
from tests.jobs.test_withdraw import accepted, late_cancellations

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def job(chidi: CustomUser) -> Job:
    """Tuesday to Thursday, for one."""
    return funded(JobFactory.create(client=chidi, applicants_needed=1, days=3))


@pytest.fixture
def application(job: Job, wale: CustomUser) -> Application:
    return accepted(job, wale)


def statuses() -> list[tuple[str, str]]:
    return list(ShiftAssignment.objects.order_by("starts_at").values_list("status", "cancel_reason"))


def give_back(api: Api, worker: CustomUser, day: int) -> tuple[int, str]:
    shift = ShiftAssignment.objects.order_by("starts_at")[day]
    answer = api(worker).post(f"/assignments/{shift.pk}/give-back")
    return answer.status_code, answer.json().get("code") or answer.json()["status"]


def test_one_shift_goes_and_the_place_stays_taken(
    api: Api, wale: CustomUser, job: Job, application: Application
) -> None:
    held_kobo = balance_of(escrow_account(job.pk))

    assert give_back(api, wale, 1) == (200, "canceled")

    application.refresh_from_db()
    job.refresh_from_db()
    assert statuses() == [("scheduled", ""), ("canceled", "withdrawn"), ("scheduled", "")]
    assert (application.status, job.accepted_count) == ("accepted", 1)
    assert balance_of(escrow_account(job.pk)) == held_kobo
    assert give_back(api, wale, 1) == (409, "invalid_state")


@pytest.mark.parametrize(("before", "late"), [(timedelta(hours=24), 0), (timedelta(hours=24, seconds=-1), 1)])
def test_late_is_counted_from_this_shift(
    api: Api, clock_at: Move, wale: CustomUser, application: Application, before: timedelta, late: int
) -> None:
    clock_at(STARTS_AT + DAY - before)

    assert give_back(api, wale, 1) == (200, "canceled")

    assert late_cancellations(wale) == late
    assert compare_counters() == []


def test_with_the_last_one_the_place_is_free_and_offered(
    api: Api, wale: CustomUser, ada: CustomUser, job: Job, application: Application
) -> None:
    waiting = ApplicationFactory.create(job=job, applicant=ada, status="standing_by")

    assert [give_back(api, wale, day) for day in range(3)] == [(200, "canceled")] * 3

    for row in (application, job, waiting):
        row.refresh_from_db()
    assert (application.status, job.is_open) == ("withdrawn", True)
    assert waiting.offered_until is not None


def test_shift_that_was_begun_is_not_given_back(
    api: Api, clock_at: Move, wale: CustomUser, application: Application
) -> None:
    clock_at(STARTS_AT)
    first = ShiftAssignment.objects.order_by("starts_at").first()
    assert first is not None
    assert api(wale).post(f"/assignments/{first.pk}/check-in", {"code": "246810"}).status_code == 200

    assert give_back(api, wale, 0) == (409, "invalid_state")

    assert statuses()[0] == ("checked_in", "")


def test_days_that_are_left_of_a_job_keep_it_from_ending(
    api: Api, clock_at: Move, wale: CustomUser, job: Job, application: Application
) -> None:
    first = ShiftAssignment.objects.order_by("starts_at")[0]
    clock_at(STARTS_AT)
    api(wale).post(f"/assignments/{first.pk}/check-in", {"code": "246810"})
    clock_at(ENDS_AT)
    api(wale).post(f"/assignments/{first.pk}/check-out")
    assert api(job.client).post(f"/assignments/{first.pk}/approve", {}).status_code == 200

    assert [give_back(api, wale, day) for day in (1, 2)] == [(200, "canceled")] * 2

    for row in (application, job):
        row.refresh_from_db()
    assert (application.status, job.status) == ("completed", "ongoing")


def test_shift_that_is_disputed_is_not_given_back(
    api: Api, clock_at: Move, wale: CustomUser, application: Application
) -> None:
    clock_at(STARTS_AT + timedelta(hours=1))
    first = ShiftAssignment.objects.order_by("starts_at")[0]
    assert api(wale).post("/disputes", {"assignment_id": first.pk, "reason": "I was there."}).status_code == 201

    assert give_back(api, wale, 0) == (409, "dispute_open")

    assert statuses()[0] == ("scheduled", "")
