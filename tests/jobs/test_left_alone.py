"""The only worker of a job of several days leaves: it does not end while shifts lie ahead that its client keeps."""

from datetime import timedelta

import pytest

from accounts.models import CustomUser
from jobs.models import Job, ShiftAssignment
from jobs.services import clockwork
from payment.services.accounts import escrow_account, wallet_account
from payment.services.ledger_check import check_books
from tests.factories.jobs import JobFactory
from tests.factories.payment import balance_of, pay_in_escrow
from tests.jobs.conftest import ENDS_AT, STARTS_AT, Api, Move
from tests.jobs.test_withdraw import accepted, withdraw

pytestmark = pytest.mark.django_db

PRICE = 1_320_000
LAST_BEGINS = STARTS_AT + timedelta(days=2)


@pytest.fixture
def job(api: Api, clock_at: Move, chidi: CustomUser, wale: CustomUser) -> Job:
    """Of Tuesday to Thursday, Wale worked the first day, was paid, and left."""
    job = JobFactory.create(client=chidi, days=3, applicants_needed=1)
    pay_in_escrow(job)
    application = accepted(job, wale)
    first = ShiftAssignment.objects.earliest("starts_at")
    clock_at(STARTS_AT)
    api(wale).post(f"/assignments/{first.pk}/check-in", {"code": "246810"})
    clock_at(ENDS_AT)
    api(wale).post(f"/assignments/{first.pk}/check-out")
    assert api(chidi).post(f"/assignments/{first.pk}/approve", {}).status_code == 200
    assert withdraw(api(wale), application) == (200, "")
    return job


def status_and_money(job: Job) -> tuple[str, int, int]:
    """Status, escrow, and the client's wallet."""
    job.refresh_from_db()
    assert check_books().findings == []
    return job.status, balance_of(escrow_account(job.pk)), balance_of(wallet_account(job.client_id))


def test_job_waits_with_its_money_until_the_last_shift_begins(job: Job, clock_at: Move) -> None:
    assert status_and_money(job) == ("ongoing", 2 * PRICE, 0)
    assert job.idle_until == LAST_BEGINS
    clock_at(LAST_BEGINS - timedelta(seconds=1))
    assert clockwork.settle_idle_jobs() == 0
    clock_at(LAST_BEGINS)

    assert [clockwork.settle_idle_jobs() for _ in range(2)] == [1, 0]

    assert status_and_money(job) == ("completed", 0, 2 * PRICE)
    assert job.idle_until is None


def test_client_says_so_by_cancelling_and_nobody_is_compensated(job: Job, api: Api, chidi: CustomUser) -> None:
    assert api(chidi).post(f"/jobs/{job.pk}/cancel").status_code == 200

    assert status_and_money(job) == ("completed", 0, 2 * PRICE)


def test_clock_settles_nothing_of_which_something_is_withheld(job: Job, clock_at: Move) -> None:
    """The job ends with that, later."""
    worked = ShiftAssignment.objects.earliest("starts_at")
    ShiftAssignment.objects.filter(pk=worked.pk).update(
        paid_wage_kobo=0, paid_fee_kobo=0, withheld_kobo=1_000, withheld_until=LAST_BEGINS + timedelta(days=9)
    )
    clock_at(LAST_BEGINS)

    assert clockwork.settle_idle_jobs() == 0

    job.refresh_from_db()
    assert (job.status, job.idle_until) == ("ongoing", None)
