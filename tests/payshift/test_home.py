"""GET /home and GET /config: what a client of the API shows first."""

from datetime import time, timedelta

import pytest
import time_machine
from django.conf import LazySettings

from accounts.models import CustomUser
from core import clock
from jobs.models import Application, Job, JobStatus
from payment.services.accounts import wallet_of
from tests.factories.accounts import NotificationFactory
from tests.factories.jobs import (
    ApplicationFactory,
    FavouriteFactory,
    InvitationFactory,
    JobFactory,
    ShiftAssignmentFactory,
)
from tests.factories.payment import WithdrawalFactory, fund_wallet
from tests.factories.rating import ReviewFactory
from tests.support.api_client import ApiClient

pytestmark = pytest.mark.django_db


def shift(worker: CustomUser, job: Job, **fields: object) -> int:
    application = ApplicationFactory.create(job=job, applicant=worker, status="accepted")
    return ShiftAssignmentFactory.create(application=application, **fields).pk


def test_worker_sees_shifts_to_do_and_money(chidi: CustomUser, wale: CustomUser) -> None:
    now = clock.now()
    days = [(now + timedelta(days=day)).date() for day in (-1, 2, 3, 4, 5)]
    over, *ahead = (JobFactory.create(client=chidi, date=day, status=JobStatus.ONGOING) for day in days)
    taken_off = {"approved": True, "approved_minutes": 60, "lowered_reason": "Left early.", "paid_wage_kobo": 1000}
    withheld = {"paid_fee_kobo": 100, "withheld_kobo": 500, "withheld_until": now + timedelta(days=1)}
    shift(wale, over, **taken_off, **withheld)
    shifts = [shift(wale, job) for job in ahead]
    ApplicationFactory.create(applicant=wale)
    InvitationFactory.create(worker=wale, job=JobFactory.create())
    NotificationFactory.create_batch(2, user=wale)
    fund_wallet(wale.pk, 30_000)
    WithdrawalFactory.create(wallet=wallet_of(wale.pk), status="requested", amount_kobo=10_000)

    home = ApiClient(wale).get("/home").json()

    numbers = ("unread_count", "in_flight_kobo", "reviews_to_write", "currency", "client")
    assert [home[name] for name in numbers] == [2, 10_000, 1, "NGN", None]
    assert home["balance_kobo"] > 0
    worker = home["worker"]
    assert [each["assignment_id"] for each in worker["shifts"]] == shifts[:3]
    assert worker["shifts"][0] | {"assignment_id": 0, "starts_at": "", "ends_at": ""} == {
        "assignment_id": 0,
        "application_id": Application.objects.get(job=ahead[0]).pk,
        "status": "scheduled",
        "starts_at": "",
        "ends_at": "",
        "job_id": ahead[0].pk,
        "job_title": ahead[0].title,
        "location": ahead[0].location,
        "latitude": ahead[0].latitude,
        "longitude": ahead[0].longitude,
        "time_zone": "Africa/Lagos",
        "may_confirm": False,
        "extra_time_minutes": None,
    }
    assert [worker[name] for name in ("minutes_to_accept", "waiting_applications", "open_invitations")] == [1, 1, 1]


def test_worker_is_asked_to_confirm_what_is_near_and_not_confirmed(wale: CustomUser, settings: LazySettings) -> None:
    """As the application itself says it, also at both ends of the time for it."""
    date = (clock.now() + timedelta(days=2)).date()
    hours = [(time(8), time(16)), (time(18), time(22))]
    first, second = (JobFactory.create(date=date, start_time=start, end_time=end) for start, end in hours)
    ids = [shift(wale, job) for job in (first, second)]
    application = Application.objects.get(job=first)
    client = ApiClient(wale)
    asked_for = timedelta(hours=settings.CONFIRMATION_ASK_HOURS)

    def asked() -> dict[int, bool]:
        shown = client.get("/home").json()["worker"]["shifts"]
        theirs = {each["id"]: each["may_confirm"] for each in client.get("/applications").json()["items"]}
        assert {each["application_id"]: each["may_confirm"] for each in shown} == {
            each["application_id"]: theirs[each["application_id"]] for each in shown
        }
        return {each["assignment_id"]: each["may_confirm"] for each in shown}

    with time_machine.travel(first.starts_at - asked_for - timedelta(seconds=1), tick=False) as moment:
        assert asked() == {ids[0]: False, ids[1]: False}
        moment.move_to(first.starts_at - asked_for)
        assert asked() == {ids[0]: True, ids[1]: False}
        moment.move_to(first.starts_at)
        assert asked() == {ids[0]: False, ids[1]: True}
        moment.move_to(first.starts_at - timedelta(hours=1))
        Application.objects.filter(pk=application.pk).update(confirmed_at=clock.now())
        assert asked() == {ids[0]: False, ids[1]: True}


def test_worker_sees_the_best_matches(wale: CustomUser) -> None:
    JobFactory.create_batch(7)
    client = ApiClient(wale)

    matches = client.get("/home").json()["worker"]["matches"]

    assert matches == client.get("/jobs/matched", {"limit": 5}).json()["items"]


def test_client_sees_what_to_approve_to_pay_and_to_fill(chidi: CustomUser, wale: CustomUser, ada: CustomUser) -> None:
    now = clock.now()
    over = JobFactory.create(client=chidi, date=(now - timedelta(days=1)).date(), status=JobStatus.ONGOING)
    waiting = shift(wale, over, checked_out=True)
    shift(ada, over, approved=True)
    open_job = JobFactory.create(client=chidi, date=(now + timedelta(days=3)).date())
    ApplicationFactory.create_batch(2, job=open_job)
    unpaid = JobFactory.create(client=chidi, status=JobStatus.PENDING)
    JobFactory.create(client=chidi, status=JobStatus.CANCELED)
    full = JobFactory.create(client=chidi, applicants_needed=1)
    ApplicationFactory.create(job=full, status="accepted")
    JobFactory.create(status=JobStatus.PENDING)

    home = ApiClient(chidi).get("/home").json()

    assert (home["worker"], home["reviews_to_write"]) == (None, 1)
    client = home["client"]
    assert [client[f"to_{act}_count"] for act in ("approve", "pay", "fill")] == [1, 1, 1]
    (to_approve,) = client["to_approve"]
    assert (to_approve["assignment_id"], to_approve["job_id"], to_approve["worker"]["name"]) == (
        waiting,
        over.pk,
        "Wale Adeyemi",
    )
    shown = ("id", "status", "places_left", "waiting_applications", "outstanding_kobo")
    assert [[job[name] for name in shown] for job in client["jobs"]] == [
        [unpaid.pk, "pending", 2, 0, unpaid.price_kobo],
        [open_job.pk, "upcoming", 2, 2, 0],
    ]


def test_staff_have_numbers_alone(bisi: CustomUser) -> None:
    home = ApiClient(bisi).get("/home").json()

    assert (home["worker"], home["client"], home["unread_count"]) == (None, None, 0)


def test_review_that_is_written_or_too_late_is_not_to_be_written(chidi: CustomUser, wale: CustomUser) -> None:
    now = clock.now()
    done = [
        JobFactory.create(client=chidi, date=(now - timedelta(days=days)).date(), status=JobStatus.COMPLETED)
        for days in (2, 3, 33)
    ]
    for job in done:
        shift(wale, job, approved=True)
    ReviewFactory.create(job=done[1], reviewer=wale, reviewed=chidi)

    (left,) = ApiClient(wale).get("/reviews/to-write").json()["items"]
    of_client = ApiClient(chidi).get("/reviews/to-write").json()["items"]

    until = (done[0].ends_at + timedelta(days=30)).isoformat().replace("+00:00", "Z")
    assert left == {
        "job_id": done[0].pk,
        "job_title": done[0].title,
        "person": {"id": chidi.pk, "name": "Chidi Okafor", "avatar_url": None, "avatar_small_url": None},
        "until": until,
    }
    assert [(each["job_id"], each["person"]["id"]) for each in of_client] == [
        (done[1].pk, wale.pk),
        (done[0].pk, wale.pk),
    ]


def test_client_finds_who_worked_before(chidi: CustomUser, wale: CustomUser, ada: CustomUser) -> None:
    now = clock.now()
    for days, workers in ((9, (wale, ada)), (2, (wale,))):
        job = JobFactory.create(client=chidi, date=(now - timedelta(days=days)).date(), status=JobStatus.COMPLETED)
        for worker in workers:
            shift(worker, job, approved=True)
    shift(wale, JobFactory.create(status=JobStatus.ONGOING), approved=True)
    FavouriteFactory.create(client=chidi, worker=wale)
    FavouriteFactory.create(worker=ada)

    body = ApiClient(chidi).get("/client/workers", {"limit": 1}).json()
    (last,) = ApiClient(chidi).get("/client/workers", {"limit": 1, "cursor": body["next_cursor"]}).json()["items"]

    (first,) = body["items"]
    assert [(each["id"], each["shifts_for_you"]) for each in (first, last)] == [(wale.pk, 2), (ada.pk, 1)]
    assert first["last_worked_at"] > last["last_worked_at"]
    assert (first["favourite"], last["favourite"]) == (True, False)


def test_config_tells_the_numbers_of_the_rules(settings: LazySettings) -> None:
    settings.PLATFORM_FEE_BPS, settings.FREE_CARD_REFUNDS_PER_MONTH = 1234, 2

    answer = ApiClient().get("/config")

    body = answer.json()
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert (body["platform_fee_bps"], body["check_in_radius_m"], body["minimum_withdrawal_kobo"]) == (1234, 200, 10_000)
    assert (body["review_days"], body["free_cancel_hours"], body["check_in_opens_minutes"]) == (30, 24, 30)
    kept = (body["free_card_refunds_per_month"], body["card_refund_fee_bps"], body["maximum_card_refund_fee_kobo"])
    assert kept == (2, 150, 200_000)
