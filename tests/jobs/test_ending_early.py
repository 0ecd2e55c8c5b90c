"""The client sends somebody home: paid as worked, and without fault at least a minimum."""

from datetime import datetime, timedelta

import pytest
from pytest_django.fixtures import Settings

from accounts.models import CustomUser
from jobs.models import ShiftAssignment
from jobs.services import clockwork
from payment.services.accounts import escrow_account, wallet_account
from tests.factories.jobs import LATITUDE, LONGITUDE, ApplicationFactory, JobFactory, ShiftAssignmentFactory
from tests.factories.payment import balance_of
from tests.jobs.conftest import ENDS_AT, STARTS_AT, Api, Move, funded
from tests.jobs.test_corrections import Site

pytestmark = pytest.mark.django_db

HERE = {"latitude": LATITUDE, "longitude": LONGITUDE}
WHY = {"reason": "The power is gone."}
MINUTE = timedelta(minutes=1)
# NGN 1,500 an hour, and the fee of 10 %: of the whole day, where less than half of it is paid.
PER_MINUTE, PRICE, WHOLE_FEE = 2_500, 1_320_000, 120_000


@pytest.fixture
def site(api: Api, clock_at: Move, chidi: CustomUser, wale: CustomUser) -> Site:
    """Wale is at work from 09:00 to 17:00."""
    job = funded(JobFactory.create(client=chidi, applicants_needed=1))
    application = ApplicationFactory.create(job=job, applicant=wale, status="accepted")
    site = Site(api, clock_at, ShiftAssignmentFactory.create(application=application))
    clock_at(STARTS_AT)
    assert site.worker("check-in", HERE) == (200, "checked_in")
    return site


@pytest.mark.parametrize(
    ("after", "body", "least", "paid", "fee"),
    [
        (45, WHY, 120, 120, WHOLE_FEE),
        (45, WHY | {"at_fault": True}, 0, 45, WHOLE_FEE),
        (300, WHY, 120, 300, 75_000),
    ],
)
def test_sent_home_is_paid_as_worked_or_the_least_and_costs_what_was_shown(
    site: Site, after: int, body: dict[str, object], least: int, paid: int, fee: int
) -> None:
    ended_at = STARTS_AT + after * MINUTE
    site.move(ended_at)
    shown = site.api(site.client_user).get(f"/assignments/{site.assignment.pk}/end").json()
    cost = {"minutes": paid, "wage_kobo": paid * PER_MINUTE, "fee_kobo": fee, "currency": "NGN"}
    assert shown["at_fault" if "at_fault" in body else "without_fault"] == cost

    assert site.client("end", body) == (200, "checked_out")
    assert (site.assignment.ends_at, site.assignment.ended_early_at) == (ended_at, ended_at)
    assert (site.assignment.least_minutes, site.assignment.worked_minutes) == (least, paid)
    assert site.client("approve", {}) == (200, "approved")

    assert site.money()["worker"] == paid * PER_MINUTE
    assert site.money()["escrow"] == site.assignment.withheld_kobo == PRICE - paid * PER_MINUTE - fee
    assert site.log() == [("ended_early", site.client_user.pk, after, paid)]


def test_the_whole_of_a_short_shift_is_the_least(site: Site, settings: Settings) -> None:
    settings.SENT_HOME_MINUTES = 600
    site.move(STARTS_AT + 10 * MINUTE)

    assert site.client("end", WHY) == (200, "checked_out")

    assert (site.assignment.least_minutes, site.assignment.worked_minutes) == (480, 480)


def test_client_cannot_go_below_the_least_nor_say_that_nobody_was_there(site: Site) -> None:
    site.move(STARTS_AT + 45 * MINUTE)
    site.client("end", WHY)

    assert site.client("approve", {"minutes": 119, "reason": "Slow."}) == (422, "invalid_minutes")
    assert site.client("contest", WHY) == (409, "invalid_state")
    site.move(STARTS_AT + 90 * MINUTE)
    assert site.client("no-show") == (409, "invalid_state")

    assert site.assignment.status == "checked_out"
    assert site.client("approve", {"minutes": 480, "reason": "You had come all the way."}) == (200, "approved")
    assert site.money() == {"worker": 1_200_000, "escrow": 0, "client": 0}


def test_worker_is_free_does_not_come_back_and_may_ask_for_more(site: Site) -> None:
    site.move(STARTS_AT + 45 * MINUTE)
    site.client("end", WHY | {"at_fault": True})

    assert site.worker("check-in", HERE) == (409, "check_in_closed")
    assert site.worker("check-out/take-back") == (409, "invalid_state")
    assert site.worker("ask-minutes", {"minutes": 120, **WHY}) == (200, "checked_out")
    # W2: the other one begins while the first would still have run.
    other = JobFactory.create(client=site.client_user, starts_at=STARTS_AT + 60 * MINUTE)
    again = ApplicationFactory.create(job=other, applicant=site.worker_user, status="accepted")
    ShiftAssignmentFactory.create(application=again)

    assert ShiftAssignment.objects.filter(worker=site.worker_user).count() == 2


def test_clock_approves_the_least_a_day_after_the_early_end(site: Site) -> None:
    site.move(STARTS_AT + 45 * MINUTE)
    site.client("end", WHY)
    site.move(STARTS_AT + 45 * MINUTE + timedelta(hours=24))

    assert clockwork.approve_overdue() == 1

    site.assignment.refresh_from_db()
    assert (site.assignment.status, site.assignment.approved_minutes) == ("approved", 120)
    site.move(STARTS_AT + 46 * MINUTE + timedelta(hours=48))
    assert clockwork.accept_overdue_minutes() == 1
    assert balance_of(escrow_account(site.assignment.application.job_id)) == 0
    assert balance_of(wallet_account(site.client_user.pk)) == PRICE - 120 * PER_MINUTE - WHOLE_FEE


@pytest.mark.parametrize("moment", [STARTS_AT, ENDS_AT])
def test_only_a_running_shift_is_ended(site: Site, moment: datetime) -> None:
    site.move(moment)

    assert site.client("end", WHY) == (409, "invalid_state")

    assert (site.assignment.status, site.assignment.ends_at) == ("checked_in", ENDS_AT)


def test_second_end_a_contested_and_a_disputed_shift_are_refused(site: Site) -> None:
    site.move(STARTS_AT + 45 * MINUTE)
    site.client("contest", WHY)
    assert site.client("end", WHY) == (409, "invalid_state")
    site.client("contest/take-back")
    assert site.api(site.worker_user).get(f"/assignments/{site.assignment.pk}/end").status_code == 403
    assert site.client("end", {"reason": ""}) == (422, "invalid_input")
    assert site.client("end", WHY) == (200, "checked_out")
    assert site.client("end", WHY) == (409, "invalid_state")

    assert len(site.log()) == 3
