"""POST /jobs/{job_id}/shifts/{shift_id}/cancel: one shift is called off, and the others are kept."""

from datetime import timedelta

import pytest

from accounts.models import CustomUser, Profile
from jobs.models import Application, Job, Shift, ShiftAssignment
from payment.services.accounts import escrow_account, wallet_account
from payment.services.ledger_check import check_books
from tests.factories.jobs import ApplicationFactory, JobFactory
from tests.factories.payment import balance_of, fund_wallet, pay_in_escrow
from tests.jobs.conftest import ENDS_AT, STARTS_AT, Api, Move, funded
from tests.jobs.test_withdraw import accepted

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
WAGE, FEE = 1_200_000, 120_000
PRICE = WAGE + FEE


@pytest.fixture
def job(chidi: CustomUser) -> Job:
    """Tuesday to Thursday, for two."""
    job: Job = JobFactory.create(client=chidi, applicants_needed=2, days=3)
    pay_in_escrow(job)
    return job


@pytest.fixture
def application(job: Job, wale: CustomUser) -> Application:
    return accepted(job, wale)


def day(job: Job, number: int) -> Shift:
    return job.shifts.order_by("starts_at")[number]


def call_off(api: Api, job: Job, shift: Shift, by: CustomUser | None = None) -> tuple[int, str]:
    answer = api(by or job.client).post(f"/jobs/{job.pk}/shifts/{shift.pk}/cancel")
    return answer.status_code, answer.json().get("code", "")


def money(job: Job, worker: CustomUser) -> tuple[int, int, int]:
    """Escrow, client, worker; and the job is funded to the kobo where it takes people."""
    assert check_books().findings == []
    accounts = (escrow_account(job.pk), wallet_account(job.client_id), wallet_account(worker.pk))
    escrow, client, wage = (balance_of(account) for account in accounts)
    return escrow, client, wage


def statuses() -> list[tuple[str, str]]:
    return list(ShiftAssignment.objects.order_by("starts_at").values_list("status", "cancel_reason"))


@pytest.mark.parametrize(("before", "share"), [(timedelta(hours=24), 0), (timedelta(hours=24, seconds=-1), WAGE // 2)])
def test_one_shift_goes_with_its_price_and_late_with_compensation(
    api: Api, clock_at: Move, wale: CustomUser, job: Job, application: Application, before: timedelta, share: int
) -> None:
    """Measured from that shift: the job has long begun."""
    clock_at(STARTS_AT + DAY - before)

    assert call_off(api, job, day(job, 1)) == (200, "")

    job.refresh_from_db()
    application.refresh_from_db()
    assert statuses() == [("scheduled", ""), ("canceled", "job_canceled"), ("scheduled", "")]
    assert (application.status, job.status, job.canceled_at, job.accepted_count) == ("accepted", "upcoming", None, 1)
    assert (job.price_wage_kobo, job.price_fee_kobo) == (2 * 2 * WAGE, 2 * 2 * FEE)
    assert money(job, wale) == (2 * 2 * PRICE, 2 * PRICE - share, share)
    assert Profile.objects.get(user=job.client).called_off_count == (share > 0)
    assert call_off(api, job, day(job, 1)) == (409, "invalid_state")


def test_first_shift_called_off_moves_the_start_of_the_job(
    api: Api, clock_at: Move, ada: CustomUser, job: Job, application: Application
) -> None:
    clock_at(STARTS_AT - DAY)

    assert call_off(api, job, day(job, 0)) == (200, "")

    job.refresh_from_db()
    assert (job.starts_at, job.ends_at) == (STARTS_AT + DAY, ENDS_AT + 2 * DAY)
    clock_at(STARTS_AT + timedelta(hours=1))
    again = ApplicationFactory.create(job=job, applicant=ada)
    assert api(job.client).post(f"/applications/{again.pk}/accept").status_code == 200
    assert ShiftAssignment.objects.filter(application=again).count() == 2


def test_place_that_is_added_afterwards_costs_what_the_others_cost_now(
    api: Api, clock_at: Move, wale: CustomUser, job: Job, application: Application
) -> None:
    """What was paid in compensation is no part of the price: it does not pay for the new place."""
    clock_at(STARTS_AT - timedelta(hours=1))
    assert call_off(api, job, day(job, 0)) == (200, "")
    assert money(job, wale) == (2 * 2 * PRICE, 2 * PRICE - WAGE // 2, WAGE // 2)

    one_more = {"applicants_needed": 3}
    assert api(job.client).patch(f"/jobs/{job.pk}", one_more).json()["code"] == "insufficient_funds"
    fund_wallet(job.client_id, WAGE // 2)
    assert api(job.client).patch(f"/jobs/{job.pk}", one_more).status_code == 200

    job.refresh_from_db()
    assert (job.status, job.price_kobo) == ("upcoming", 2 * 3 * PRICE)
    assert balance_of(escrow_account(job.pk)) == 2 * 3 * PRICE
    assert balance_of(wallet_account(job.client_id)) == 0


def test_the_last_shift_ahead_ends_a_job_that_is_worked_and_settled(
    api: Api, clock_at: Move, wale: CustomUser, job: Job, application: Application
) -> None:
    first = ShiftAssignment.objects.earliest("starts_at")
    clock_at(STARTS_AT)
    api(wale).post(f"/assignments/{first.pk}/check-in", {"code": "246810"})
    clock_at(ENDS_AT)
    api(wale).post(f"/assignments/{first.pk}/check-out")
    assert api(job.client).post(f"/assignments/{first.pk}/approve", {}).status_code == 200
    assert call_off(api, job, day(job, 1)) == (200, "")

    assert call_off(api, job, day(job, 2)) == (200, "")

    for row in (application, job):
        row.refresh_from_db()
    assert (application.status, job.status) == ("completed", "completed")
    # The first was called off sixteen hours before it.
    assert money(job, wale) == (0, 5 * PRICE - WAGE // 2, WAGE + WAGE // 2)


def test_what_cannot_be_called_off(
    api: Api, clock_at: Move, chidi: CustomUser, emeka: CustomUser, wale: CustomUser, job: Job
) -> None:
    first, second = day(job, 0), day(job, 1)
    assert call_off(api, job, first) == (409, "invalid_state"), "nobody was accepted"
    accepted(job, wale)
    assert call_off(api, job, first, by=emeka) == (404, "not_found")
    assert call_off(api, job, first, by=wale) == (403, "wrong_role")
    single = funded(JobFactory.create(client=chidi, applicants_needed=1))
    assert call_off(api, job, day(single, 0)) == (404, "not_found")
    ApplicationFactory.create(job=single, status="accepted")
    assert call_off(api, single, day(single, 0)) == (409, "invalid_state"), "the only shift"
    clock_at(STARTS_AT - timedelta(minutes=20))
    early = ShiftAssignment.objects.earliest("starts_at")
    assert api(wale).post(f"/assignments/{early.pk}/check-in", {"code": "246810"}).status_code == 200
    assert call_off(api, job, first) == (409, "invalid_state"), "somebody is there"
    clock_at(STARTS_AT + DAY)
    assert call_off(api, job, second) == (409, "invalid_state"), "it has begun"

    assert Shift.objects.filter(canceled_at__isnull=False).count() == 0
