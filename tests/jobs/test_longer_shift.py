"""Extra time agreed before the shift: paid for at once, and given back with the shift that it belongs to."""

from datetime import timedelta

import pytest
from pytest_django.fixtures import Settings

from accounts.models import CustomUser, Notification
from jobs.models import Job, ShiftAssignment
from jobs.services import asking, clockwork
from payment.models import Refund
from payment.services.accounts import escrow_account, wallet_account
from payment.services.ledger_check import check_books
from tests.factories.jobs import LATITUDE, LONGITUDE, ApplicationFactory, JobFactory, ShiftAssignmentFactory
from tests.factories.payment import balance_of, pay_in, pay_in_escrow
from tests.jobs.conftest import ENDS_AT, MONDAY, STARTS_AT, Api, Move
from tests.jobs.test_corrections import Site, reliability
from tests.support.api_client import ApiClient

pytestmark = pytest.mark.django_db

HERE = {"latitude": LATITUDE, "longitude": LONGITUDE}
HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
ASKED = {"minutes": 60}
# NGN 1,500 an hour, and the fee of 10 %.
WAGE, PRICE = 1_200_000, 1_320_000
EXTRA_WAGE, EXTRA = 150_000, 165_000
IN_WALLET = 200_000


def site_of(api: Api, clock_at: Move, client: CustomUser, worker: CustomUser, *, days: int) -> Site:
    """The worker has a place from tomorrow on, 09:00 to 17:00; the client has the money for an hour more."""
    job = JobFactory.create(client=client, applicants_needed=1, days=days)
    pay_in_escrow(job)
    pay_in(client.pk, IN_WALLET)
    application = ApplicationFactory.create(job=job, applicant=worker, status="accepted")
    first, *_ = [
        ShiftAssignmentFactory.create(application=application, shift=shift)
        for shift in job.shifts.order_by("starts_at")
    ]
    return Site(api, clock_at, first)


@pytest.fixture
def site(api: Api, clock_at: Move, chidi: CustomUser, wale: CustomUser) -> Site:
    return site_of(api, clock_at, chidi, wale, days=1)


@pytest.fixture
def days(api: Api, clock_at: Move, chidi: CustomUser, wale: CustomUser) -> Site:
    return site_of(api, clock_at, chidi, wale, days=2)


def agree(site: Site) -> None:
    assert site.client("extra-time", ASKED) == (200, "scheduled")
    assert site.worker("extra-time/accept", ASKED) == (200, "scheduled")


def job_of(site: Site) -> Job:
    return Job.objects.get(pk=site.assignment.application.job_id)


def refunds() -> list[int]:
    return list(Refund.objects.order_by("pk").values_list("amount_kobo", flat=True))


def told(user: CustomUser, kind: str) -> list[str]:
    return list(Notification.objects.filter(user=user, kind=kind).order_by("pk").values_list("body", flat=True))


def test_offer_before_the_shift_is_seen_by_both_and_moves_nothing(site: Site) -> None:
    path = f"/assignments/{site.assignment.pk}"
    worker = site.api(site.worker_user)

    quote = site.api(site.client_user).get(f"{path}/extra-time", ASKED).json()
    assert site.client("extra-time", ASKED) == (200, "scheduled")

    until = "2026-03-03T17:00:00Z"
    price = {"wage_kobo": EXTRA_WAGE, "fee_kobo": EXTRA - EXTRA_WAGE, "currency": "NGN"}
    assert quote == {"minutes": 60, "ends_at": until, "is_covered": True, **price}
    assert worker.get(path).json()["extra_time_offer"] == {"minutes": 60, "ends_at": until, "wage_kobo": EXTRA_WAGE}
    assert [each["extra_time_minutes"] for each in worker.get("/home").json()["worker"]["shifts"]] == [60]
    (asked,) = told(site.worker_user, "extra_time_offered")
    assert "stay 1 h longer, until Tue 3 Mar 2026, 18:00 (Lagos time), for ₦1,500 more" in asked
    assert site.money() == {"worker": 0, "escrow": PRICE, "client": IN_WALLET}


def test_agreed_it_is_paid_worked_approved_and_in_the_calendar(site: Site) -> None:
    agree(site)

    assert site.money() == {"worker": 0, "escrow": PRICE + EXTRA, "client": IN_WALLET - EXTRA}
    row, job = site.assignment, job_of(site)
    assert (row.ends_at, row.extra_minutes, row.extra_kobo) == (ENDS_AT + HOUR, 60, EXTRA)
    assert (job.extra_kobo, job.price_kobo, job.price_wage_kobo) == (EXTRA, PRICE + EXTRA, WAGE)
    assert site.log() == [("extra_time_agreed", site.worker_user.pk, 480, 540)]
    assert told(site.client_user, "extra_time_answered")[0].startswith("Wale Adeyemi stays 1 h longer")
    link = site.api(site.worker_user).post("/assignments/calendar-link").json()["url"]
    feed = ApiClient().get(link[link.index("/api") + 4 :]).content.decode()
    assert "DTEND:20260303T170000Z" in feed
    assert "SEQUENCE:60" in feed

    site.move(STARTS_AT)
    site.worker("check-in", HERE)
    site.move(ENDS_AT + HOUR + DAY)
    assert (clockwork.check_out_overdue(), clockwork.approve_overdue()) == (1, 1)
    assert site.money() == {"worker": WAGE + EXTRA_WAGE, "escrow": 0, "client": IN_WALLET - EXTRA}
    assert check_books().findings == []


def test_more_may_be_agreed_at_work_within_the_same_bounds(site: Site, settings: Settings) -> None:
    pay_in(site.client_user.pk, 10_000_000)
    settings.EXTRA_MINUTES_PER_SHIFT = 90
    agree(site)
    site.move(STARTS_AT)
    site.worker("check-in", HERE)

    assert site.client("extra-time", {"minutes": 31}) == (422, "invalid_minutes")
    assert site.client("extra-time", {"minutes": 30}) == (200, "checked_in")
    assert site.worker("extra-time/accept", {"minutes": 30}) == (200, "checked_in")

    assert (site.assignment.extra_minutes, site.assignment.ends_at) == (90, ENDS_AT + 90 * MINUTE)
    assert check_books().findings == []


def test_no_shift_gets_longer_than_the_longest_its_break_left_out(site: Site, settings: Settings) -> None:
    """Nine hours on site with an hour of break are eight paid; the longest counts what is paid."""
    pay_in(site.client_user.pk, 10_000_000)
    settings.LONGEST_SHIFT_MINUTES = "2024-07-29=540"
    job = job_of(site)
    Job.objects.filter(pk=job.pk).update(break_minutes=60, ends_at=ENDS_AT + HOUR)
    job.shifts.update(ends_at=ENDS_AT + HOUR)
    ShiftAssignment.objects.update(ends_at=ENDS_AT + HOUR)

    assert site.client("extra-time", {"minutes": 61}) == (422, "invalid_minutes")
    agree(site)

    assert (site.assignment.ends_at, site.assignment.wage_kobo) == (ENDS_AT + 2 * HOUR, WAGE + EXTRA_WAGE)
    site.move(STARTS_AT)
    site.worker("check-in", HERE)
    site.move(ENDS_AT + 2 * HOUR)
    site.worker("check-out")
    assert site.assignment.worked_minutes == 540


def test_more_work_is_not_agreed_on_below_a_minimum_that_rose(site: Site, settings: Settings) -> None:
    settings.MINIMUM_RATE_KOBO = "2024-07-29=40400 2026-03-03=150001"
    path = f"/assignments/{site.assignment.pk}"

    assert site.client("extra-time", ASKED) == (422, "rate_too_low")
    assert site.api(site.client_user).get(f"{path}/extra-time", ASKED).json()["code"] == "rate_too_low"

    seen = site.api(site.client_user).get(path).json()
    assert (seen["may_offer_extra_time"], seen["most_extra_minutes"]) == (False, 0)
    settings.MINIMUM_RATE_KOBO = "2024-07-29=40400 2026-03-04=150001"
    assert site.client("extra-time", ASKED) == (200, "scheduled")


def test_w2_worker_who_took_another_shift_since_does_not_agree(site: Site) -> None:
    site.client("extra-time", ASKED)
    other = JobFactory.create(starts_at=ENDS_AT + 30 * MINUTE)
    again = ApplicationFactory.create(job=other, applicant=site.worker_user, status="accepted")
    ShiftAssignmentFactory.create(application=again)

    assert site.worker("extra-time/accept", ASKED) == (409, "overlapping_shifts")
    assert site.client("extra-time", ASKED) == (409, "overlapping_shifts")

    assert site.money() == {"worker": 0, "escrow": PRICE, "client": IN_WALLET}


def test_never_owed_without_money(site: Site) -> None:
    site.client("extra-time", {"minutes": 72})
    ShiftAssignment.objects.update(extra_offered_minutes=74)

    assert site.worker("extra-time/accept", {"minutes": 74}) == (409, "extra_time_unpaid")
    assert site.client("extra-time", {"minutes": 74}) == (409, "extra_time_unpaid")

    assert (site.assignment.extra_minutes, site.assignment.ends_at, job_of(site).extra_kobo) == (0, ENDS_AT, 0)
    assert site.money() == {"worker": 0, "escrow": PRICE, "client": IN_WALLET}


@pytest.mark.parametrize("minutes_before", [20, 0])
def test_offer_stands_until_the_shift_begins_and_who_is_there_before_takes_it_along(
    site: Site, minutes_before: int
) -> None:
    site.client("extra-time", ASKED)
    site.move(STARTS_AT - minutes_before * MINUTE)
    if not minutes_before:
        assert site.worker("extra-time/accept", ASKED) == (409, "invalid_state")
        assert site.client("extra-time", ASKED) == (409, "invalid_state")
        seen = site.api(site.worker_user).get(f"/assignments/{site.assignment.pk}").json()
        assert (seen["extra_time_offer"], seen["may_accept_extra_time"], seen["most_extra_minutes"]) == (None, False, 0)
        home = site.api(site.worker_user).get("/home").json()
        assert [each["extra_time_minutes"] for each in home["worker"]["shifts"]] == [None]

    site.worker("check-in", HERE)

    expected = (200, "checked_in") if minutes_before else (409, "invalid_state")
    assert site.worker("extra-time/accept", ASKED) == expected


@pytest.mark.parametrize("over", ["canceled", "given back", "withdrawn"])
def test_offer_ends_with_the_place(site: Site, over: str) -> None:
    site.client("extra-time", ASKED)
    if over == "canceled":
        site.api(site.client_user).post(f"/jobs/{job_of(site).pk}/cancel")
    elif over == "given back":
        site.worker("give-back")
    else:
        site.api(site.worker_user).post(f"/applications/{site.assignment.application_id}/withdraw")

    assert site.worker("extra-time/accept", ASKED) == (409, "invalid_state")
    assert site.client("extra-time", ASKED) == (409, "invalid_state")
    assert site.assignment.extra_minutes == 0


@pytest.mark.parametrize("how", ["give back", "withdraw", "release", "silence"])
def test_who_leaves_takes_the_extra_time_along(site: Site, ada: CustomUser, how: str) -> None:
    """The next one comes for the shift: the price of the extra time goes back at once, and that of the place stays."""
    agree(site)
    waiting = ApplicationFactory.create(job=job_of(site), applicant=ada, status="standing_by")
    place = f"/applications/{site.assignment.application_id}"
    if how == "give back":
        assert site.worker("give-back") == (200, "canceled")
    elif how == "withdraw":
        assert site.api(site.worker_user).post(f"{place}/withdraw").status_code == 200
    else:
        Job.objects.update(release_unconfirmed=how == "silence")
        site.move(STARTS_AT - 5 * HOUR)
        asking.ask_for_confirmations()
        site.move(STARTS_AT - 4 * HOUR)
        if how == "silence":
            assert asking.act_on_silence() == 1
        else:
            assert site.api(site.client_user).post(f"{place}/release").status_code == 200

    assert site.money() == {"worker": 0, "escrow": PRICE, "client": IN_WALLET}
    assert (job_of(site).extra_kobo, refunds()) == (0, [EXTRA])
    assert "₦1,650" in told(site.client_user, "refund_received")[0]
    assert check_books().findings == []
    assert site.api(ada).post(f"/applications/{waiting.pk}/take-place").status_code == 200
    taken = ShiftAssignment.objects.get(application=waiting)
    assert (taken.ends_at, taken.wage_kobo, taken.extra_minutes) == (ENDS_AT, WAGE, 0)


def test_stepping_back_from_an_extended_shift_is_late_like_from_any(site: Site) -> None:
    agree(site)
    site.move(STARTS_AT - HOUR)

    site.worker("give-back")

    assert site.assignment.cancel_reason == "withdrawn_late"
    assert reliability(site.worker_user) == (0, 0)


@pytest.mark.parametrize(("before", "share"), [(DAY, 0), (DAY - MINUTE, (WAGE + EXTRA_WAGE) // 2)])
def test_job_that_its_client_cancels_gives_all_of_it_back_but_the_compensation(
    days: Site, before: timedelta, share: int
) -> None:
    """Late, the worker's share is that of the shift as it was agreed, extra time and all."""
    agree(days)
    days.move(STARTS_AT - before)

    assert days.api(days.client_user).post(f"/jobs/{job_of(days).pk}/cancel").status_code == 200

    assert days.money() == {"worker": share, "escrow": 0, "client": IN_WALLET + 2 * PRICE - share}
    assert job_of(days).extra_kobo == 0
    assert check_books().findings == []


def test_who_loses_a_job_is_told_of_its_days_as_long_as_they_were_agreed(days: Site) -> None:
    agree(days)

    assert days.api(days.client_user).post(f"/jobs/{job_of(days).pk}/cancel").status_code == 200

    (lost,) = told(days.worker_user, "job_canceled")
    assert "09:00 to 17:00 each day, Tue 3 Mar until 18:00 (Lagos time)" in lost


@pytest.mark.parametrize(("before", "share"), [(DAY, 0), (DAY - MINUTE, (WAGE + EXTRA_WAGE) // 2)])
def test_shift_called_off_gives_its_extra_time_back_and_the_others_stay_funded(
    days: Site, before: timedelta, share: int
) -> None:
    agree(days)
    days.move(STARTS_AT - before)
    job = job_of(days)

    called_off = days.api(days.client_user).post(f"/jobs/{job.pk}/shifts/{days.assignment.shift_id}/cancel")

    assert called_off.status_code == 200
    assert days.money() == {"worker": share, "escrow": PRICE, "client": IN_WALLET + PRICE - share}
    assert (job_of(days).extra_kobo, job_of(days).price_kobo) == (0, PRICE)
    assert check_books().findings == []


def test_absent_it_is_withheld_with_the_rest_and_goes_back_when_that_does(site: Site) -> None:
    agree(site)
    site.move(STARTS_AT + HOUR)
    assert site.client("no-show") == (200, "no_show")
    assert site.assignment.withheld_kobo == PRICE + EXTRA

    assert site.client("no-show/take-back") == (200, "scheduled")
    assert site.money()["escrow"] == PRICE + EXTRA
    site.client("no-show")
    site.move(ENDS_AT + 50 * HOUR)
    assert clockwork.accept_overdue_minutes() == 1

    assert site.money() == {"worker": 0, "escrow": 0, "client": IN_WALLET + PRICE}
    assert check_books().findings == []


def test_more_places_cost_what_they_cost_beside_it(site: Site) -> None:
    agree(site)
    pay_in(site.client_user.pk, PRICE)

    added = site.api(site.client_user).patch(f"/jobs/{job_of(site).pk}", {"applicants_needed": 2})

    assert added.status_code == 200
    assert site.money() == {"worker": 0, "escrow": 2 * PRICE + EXTRA, "client": IN_WALLET - EXTRA}
    assert (job_of(site).extra_kobo, job_of(site).price_kobo) == (EXTRA, 2 * PRICE + EXTRA)


def test_news_of_the_place_names_the_hours_that_were_agreed(days: Site) -> None:
    agree(days)
    days.move(STARTS_AT - DAY)
    asking.ask_for_confirmations()
    days.move(STARTS_AT - 2 * HOUR)
    clockwork.send_reminders()

    (asked,) = told(days.worker_user, "confirm_place")
    assert "Tue 3 Mar and Wed 4 Mar 2026, 09:00 to 17:00 each day, Tue 3 Mar until 18:00 (Lagos time)" in asked
    assert "Tue 3 Mar 2026, 09:00 to 18:00 (Lagos time)" in told(days.worker_user, "shift_reminder")[0]
    # The day after it is as it was.
    days.worker("give-back")
    left = days.api(days.worker_user).get("/assignments", {"status": "scheduled"}).json()["items"]
    assert [each["ends_at"] for each in left] == ["2026-03-04T16:00:00Z"]


def test_facts_foretell_what_each_side_may_do(site: Site) -> None:
    names = ("offer", "withdraw", "accept", "decline")

    def may(user: CustomUser) -> list[bool]:
        seen = site.api(user).get(f"/assignments/{site.assignment.pk}").json()
        return [seen[f"may_{name}_extra_time"] for name in names]

    site.move(MONDAY)
    assert (may(site.client_user), may(site.worker_user)) == ([True, False, False, False], [False] * 4)
    site.client("extra-time", ASKED)
    assert may(site.client_user) == [True, True, False, False]
    assert may(site.worker_user) == [False, False, True, True]
    assert site.worker("extra-time/decline", ASKED) == (200, "scheduled")
    assert may(site.worker_user) == [False] * 4
    assert told(site.client_user, "extra_time_answered")[0].startswith("Wale Adeyemi does not stay 1 h longer")
    assert balance_of(escrow_account(job_of(site).pk)) == PRICE
    assert balance_of(wallet_account(site.client_user.pk)) == IN_WALLET
