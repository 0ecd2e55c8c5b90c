"""Time beyond the shift: offered by the client, agreed by the worker, and paid for before it counts."""

from datetime import timedelta

import pytest
from pytest_django.fixtures import Settings

from accounts.models import CustomUser
from jobs.models import Job, ShiftAssignment
from jobs.services import clockwork
from payment.models import Payment, Resolution
from payment.services.disputes import resolve_dispute, review_dispute
from payment.services.ledger_rows import EXTRA_TIME_IS_PAID
from tests.factories.jobs import LATITUDE, LONGITUDE, ApplicationFactory, JobFactory, ShiftAssignmentFactory
from tests.factories.payment import DisputeFactory, fund_wallet
from tests.jobs.conftest import ENDS_AT, STARTS_AT, Api, Move, funded
from tests.jobs.test_corrections import Site

pytestmark = pytest.mark.django_db

HERE = {"latitude": LATITUDE, "longitude": LONGITUDE}
WHY = {"reason": "Nobody has seen them."}
MINUTE = timedelta(minutes=1)
HOUR = {"minutes": 60}
# NGN 1,500 an hour, and the fee of 10 %.
WAGE, PRICE = 1_200_000, 1_320_000
EXTRA_WAGE, EXTRA = 150_000, 165_000
IN_WALLET = 200_000


@pytest.fixture
def site(api: Api, clock_at: Move, chidi: CustomUser, wale: CustomUser) -> Site:
    """Wale is at work from 09:00 to 17:00; Chidi has the money for an hour more."""
    job = funded(JobFactory.create(client=chidi, applicants_needed=1))
    application = ApplicationFactory.create(job=job, applicant=wale, status="accepted")
    site = Site(api, clock_at, ShiftAssignmentFactory.create(application=application))
    fund_wallet(chidi.pk, IN_WALLET)
    clock_at(STARTS_AT)
    assert site.worker("check-in", HERE) == (200, "checked_in")
    clock_at(ENDS_AT - 20 * MINUTE)
    return site


def agree(site: Site) -> None:
    assert site.client("extra-time", HOUR) == (200, "checked_in")
    assert site.worker("extra-time/accept", HOUR) == (200, "checked_in")


def job_of(site: Site) -> Job:
    return Job.objects.get(pk=site.assignment.application.job_id)


def unpaid() -> list[tuple[object, ...]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(EXTRA_TIME_IS_PAID)
        return list(cursor.fetchall())


def test_offer_names_minutes_and_sum_and_moves_nothing(site: Site) -> None:
    client, worker = site.api(site.client_user), site.api(site.worker_user)
    path = f"/assignments/{site.assignment.pk}"
    until = "2026-03-03T17:00:00Z"

    quote = client.get(f"{path}/extra-time", {"minutes": 60}).json()
    assert site.client("extra-time", HOUR) == (200, "checked_in")

    price = {"wage_kobo": EXTRA_WAGE, "fee_kobo": EXTRA - EXTRA_WAGE, "currency": "NGN"}
    assert quote == {"minutes": 60, "ends_at": until, "is_covered": True, **price}
    seen = worker.get(path).json()
    assert seen["extra_time_offer"] == {"minutes": 60, "ends_at": until, "wage_kobo": EXTRA_WAGE}
    assert (seen["may_accept_extra_time"], seen["may_offer_extra_time"]) == (True, False)
    assert site.money() == {"worker": 0, "escrow": PRICE, "client": IN_WALLET}


def test_agreed_time_is_paid_into_escrow_and_the_shift_ends_later(site: Site) -> None:
    agree(site)

    assert site.money() == {"worker": 0, "escrow": PRICE + EXTRA, "client": IN_WALLET - EXTRA}
    row, job = site.assignment, job_of(site)
    assert (row.ends_at, row.extra_minutes, row.extra_kobo) == (ENDS_AT + 60 * MINUTE, 60, EXTRA)
    assert (row.wage_kobo, row.price_kobo, row.extra_offered_minutes) == (WAGE + EXTRA_WAGE, PRICE + EXTRA, None)
    # What lists divide by places is what it was.
    assert (job.extra_kobo, job.price_kobo, job.price_wage_kobo) == (EXTRA, PRICE + EXTRA, WAGE)
    paid = Payment.objects.get(kind="escrow_funding", provider="wallet")
    assert (paid.reference, paid.amount_kobo) == (f"extra-assignment-{row.pk}-60", EXTRA)
    assert site.log() == [("extra_time_agreed", site.worker_user.pk, 480, 540)]
    assert unpaid() == []


def test_whole_of_it_is_worked_approved_and_paid(site: Site) -> None:
    agree(site)
    site.move(ENDS_AT + 60 * MINUTE)
    assert clockwork.check_out_overdue() == 1
    site.move(ENDS_AT + 60 * MINUTE + timedelta(hours=24))
    assert clockwork.approve_overdue() == 1

    site.assignment.refresh_from_db()
    assert (site.assignment.status, site.assignment.approved_minutes) == ("approved", 540)
    assert site.money() == {"worker": WAGE + EXTRA_WAGE, "escrow": 0, "client": IN_WALLET - EXTRA}
    assert job_of(site).status == "completed"


def test_what_of_it_was_not_worked_goes_back(site: Site) -> None:
    agree(site)
    site.move(ENDS_AT + 20 * MINUTE)
    site.worker("check-out")
    assert site.client("approve", {}) == (200, "approved")

    worked_wage, worked_fee = 500 * 2_500, 125_000
    assert site.assignment.approved_minutes == 500
    assert site.assignment.withheld_kobo == site.money()["escrow"] == PRICE + EXTRA - worked_wage - worked_fee
    site.move(ENDS_AT + 61 * MINUTE + timedelta(hours=48))
    assert clockwork.accept_overdue_minutes() == 1
    left = IN_WALLET + PRICE - worked_wage - worked_fee
    assert site.money() == {"worker": worked_wage, "escrow": 0, "client": left}


def test_client_may_approve_all_that_was_agreed_and_no_minute_more(site: Site) -> None:
    agree(site)
    site.move(ENDS_AT)
    site.worker("check-out")

    assert site.client("approve", {"minutes": 541, "reason": "Stayed."}) == (422, "invalid_minutes")
    assert site.client("approve", {"minutes": 540, "reason": "Stayed."}) == (200, "approved")

    assert site.money() == {"worker": WAGE + EXTRA_WAGE, "escrow": 0, "client": IN_WALLET - EXTRA}


def test_dispute_freezes_the_extra_time_with_the_rest_and_awards_it(site: Site, bisi: CustomUser) -> None:
    agree(site)
    site.move(ENDS_AT)
    site.worker("check-out")
    dispute = DisputeFactory.create(assignment=site.assignment, reason="I stayed.")

    assert site.client("approve", {}) == (409, "dispute_open")
    site.move(ENDS_AT + timedelta(hours=2))
    review_dispute(dispute_id=dispute.pk)
    resolve_dispute(staff_id=bisi.pk, dispute_id=dispute.pk, resolution=Resolution.WORKER, note="Yes.")

    assert site.money() == {
        "worker": WAGE + EXTRA_WAGE,
        "escrow": 0,
        "client": IN_WALLET - EXTRA + PRICE + EXTRA - WAGE - EXTRA_WAGE,
    }


def test_sent_home_within_the_extra_time_is_paid_as_worked(site: Site) -> None:
    agree(site)
    site.move(ENDS_AT + 10 * MINUTE)
    shown = site.api(site.client_user).get(f"/assignments/{site.assignment.pk}/end").json()

    assert site.client("end", WHY) == (200, "checked_out")
    assert site.client("approve", {}) == (200, "approved")

    assert shown["without_fault"] == {"minutes": 490, "wage_kobo": 1_225_000, "fee_kobo": 122_500, "currency": "NGN"}
    assert site.money()["worker"] == 1_225_000
    assert site.money()["escrow"] == PRICE + EXTRA - 1_225_000 - 122_500


def test_break_comes_off_the_shift_as_without_extra_time(site: Site) -> None:
    """A shift of four paid hours with an hour of break: who leaves at its end is paid four, and one more with one."""
    assert site.assignment.shift.minutes == 480
    Job.objects.filter(pk=site.assignment.application.job_id).update(break_minutes=60)
    type(site.assignment.shift).objects.filter(pk=site.assignment.shift_id).update(minutes=240)
    short_end = STARTS_AT + 300 * MINUTE
    ShiftAssignment.objects.filter(pk=site.assignment.pk).update(
        ends_at=short_end + 60 * MINUTE, extra_minutes=60, extra_kobo=EXTRA
    )
    site.move(short_end)
    with_extra = []
    for moment in (short_end, short_end + 60 * MINUTE):
        site.move(moment)
        site.worker("check-out")
        with_extra.append(site.assignment.worked_minutes)
        site.worker("check-out/take-back")

    assert with_extra == [240, 300]


@pytest.mark.parametrize("agreed", [{"minutes": 59}, {"minutes": 61}])
def test_worker_agrees_to_exactly_what_is_offered(site: Site, agreed: dict[str, int]) -> None:
    site.client("extra-time", {"minutes": 30})
    site.client("extra-time", HOUR)

    assert site.worker("extra-time/accept", agreed) == (409, "extra_time_changed")
    assert site.worker("extra-time/decline", agreed) == (409, "extra_time_changed")

    assert site.assignment.extra_offered_minutes == 60
    assert site.money() == {"worker": 0, "escrow": PRICE, "client": IN_WALLET}


def test_declined_or_withdrawn_it_is_gone(site: Site) -> None:
    site.client("extra-time", HOUR)
    assert site.worker("extra-time/decline", HOUR) == (200, "checked_in")
    assert site.worker("extra-time/accept", HOUR) == (409, "invalid_state")

    site.client("extra-time", HOUR)
    assert site.client("extra-time/withdraw") == (200, "checked_in")
    assert site.worker("extra-time/accept", HOUR) == (409, "invalid_state")
    assert site.client("extra-time/withdraw") == (409, "invalid_state")

    assert (site.assignment.extra_minutes, site.assignment.ends_at) == (0, ENDS_AT)
    assert site.money() == {"worker": 0, "escrow": PRICE, "client": IN_WALLET}


def test_never_owed_without_money(site: Site) -> None:
    """74 minutes cost more than the wallet holds; what it held when offered may be gone by the worker's word."""
    assert site.client("extra-time", {"minutes": 74}) == (409, "extra_time_unpaid")
    assert site.assignment.extra_offered_minutes is None

    assert site.client("extra-time", {"minutes": 72}) == (200, "checked_in")
    ShiftAssignment.objects.filter(pk=site.assignment.pk).update(extra_offered_minutes=74)
    assert site.worker("extra-time/accept", {"minutes": 74}) == (409, "extra_time_unpaid")

    assert (site.assignment.extra_minutes, site.assignment.ends_at, job_of(site).extra_kobo) == (0, ENDS_AT, 0)
    assert site.money() == {"worker": 0, "escrow": PRICE, "client": IN_WALLET}
    assert unpaid() == []


def test_one_worker_stays_at_most_so_long(site: Site, settings: Settings) -> None:
    fund_wallet(site.client_user.pk, 10_000_000)
    settings.EXTRA_MINUTES_PER_SHIFT = 90
    assert site.client("extra-time", {"minutes": 91}) == (422, "invalid_minutes")
    agree(site)
    assert site.client("extra-time", {"minutes": 31}) == (422, "invalid_minutes")
    assert site.client("extra-time", {"minutes": 30}) == (200, "checked_in")

    settings.EXTRA_MINUTES_PER_SHIFT = 600
    settings.LONGEST_SHIFT_MINUTES = "2024-07-29=560"
    assert site.client("extra-time", {"minutes": 21}) == (422, "invalid_minutes")
    assert site.client("extra-time", {"minutes": 20}) == (200, "checked_in")


def test_w2_worker_with_another_shift_then_does_not_stay(site: Site) -> None:
    other = JobFactory.create(starts_at=ENDS_AT + 30 * MINUTE)
    site.client("extra-time", HOUR)
    again = ApplicationFactory.create(job=other, applicant=site.worker_user, status="accepted")
    ShiftAssignmentFactory.create(application=again)

    assert site.client("extra-time", HOUR) == (409, "overlapping_shifts")
    assert site.worker("extra-time/accept", HOUR) == (409, "overlapping_shifts")

    assert site.money() == {"worker": 0, "escrow": PRICE, "client": IN_WALLET}
    assert site.client("extra-time", {"minutes": 30}) == (200, "checked_in")
    assert site.worker("extra-time/accept", {"minutes": 30}) == (200, "checked_in")


@pytest.mark.parametrize("over", ["left", "ended", "contested", "canceled"])
def test_offer_ends_with_the_presence_whatever_runs(site: Site, over: str) -> None:
    site.client("extra-time", HOUR)
    if over == "left":
        site.worker("check-out")
    elif over == "ended":
        site.move(ENDS_AT)
    elif over == "contested":
        site.client("contest", WHY)
    else:
        Job.objects.filter(pk=site.assignment.application.job_id).update(canceled_at=STARTS_AT)

    assert site.worker("extra-time/accept", HOUR) == (409, "invalid_state")
    assert site.client("extra-time", HOUR) == (409, "invalid_state")
    seen = site.api(site.worker_user).get(f"/assignments/{site.assignment.pk}").json()
    assert (seen["extra_time_offer"], seen["may_accept_extra_time"], seen["most_extra_minutes"]) == (None, False, 0)
    assert site.money() == {"worker": 0, "escrow": PRICE, "client": IN_WALLET}


def test_offer_does_not_come_back_with_a_check_out_taken_back(site: Site) -> None:
    site.client("extra-time", HOUR)
    site.worker("check-out")
    assert site.worker("check-out/take-back") == (200, "checked_in")

    assert site.worker("extra-time/accept", HOUR) == (409, "invalid_state")


def test_facts_foretell_what_each_side_may_do(site: Site) -> None:
    names = ("offer", "withdraw", "accept", "decline")

    def told(user: CustomUser) -> list[bool]:
        seen = site.api(user).get(f"/assignments/{site.assignment.pk}").json()
        return [seen[f"may_{name}_extra_time"] for name in names]

    assert told(site.client_user) == [True, False, False, False]
    assert told(site.worker_user) == [False] * 4
    site.client("extra-time", HOUR)
    assert told(site.client_user) == [True, True, False, False]
    assert told(site.worker_user) == [False, False, True, True]
    DisputeFactory.create(assignment=site.assignment, reason="They hold me here.")
    assert told(site.client_user) == [False, True, False, False]
    assert told(site.worker_user) == [False, False, False, True]
    assert site.worker("extra-time/accept", HOUR) == (409, "dispute_open")
    assert site.client("extra-time", HOUR) == (409, "dispute_open")
