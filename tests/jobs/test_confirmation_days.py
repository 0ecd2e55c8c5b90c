"""Whoever takes some of a job's days confirms before the first of these, and not before the job."""

from datetime import datetime, timedelta

import pytest

from accounts.models import CustomUser
from jobs.models import Application, Job, ShiftAssignment
from jobs.services import clockwork
from jobs.tasks import run_confirmations
from payment.services.accounts import escrow_account, wallet_account
from payment.services.ledger_check import check_books
from tests.factories.accounts import UserFactory
from tests.factories.jobs import ApplicationFactory, JobFactory
from tests.factories.payment import balance_of, pay_in_escrow
from tests.jobs.conftest import STARTS_AT, Api, Move
from tests.jobs.test_confirmation import post, told
from tests.jobs.test_days_left import accept, apply, days_of, work
from tests.jobs.test_withdraw import accepted

pytestmark = pytest.mark.django_db

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
PRICE = 1_320_000
THURSDAY = STARTS_AT + 2 * DAY


@pytest.fixture
def job(chidi: CustomUser) -> Job:
    """Tuesday to Thursday, for one, paid."""
    job: Job = JobFactory.create(client=chidi, days=3, applicants_needed=1)
    pay_in_escrow(job)
    return job


@pytest.fixture
def his(api: Api, job: Job, wale: CustomUser) -> Application:
    """Wale has the place, and gave Thursday back."""
    application = accepted(job, wale)
    give_back(api, wale, THURSDAY)
    return application


@pytest.fixture
def hers(api: Api, job: Job, ada: CustomUser, his: Application) -> Application:
    """Ada has Thursday."""
    application_id = apply(api, ada, job)
    assert accept(api, job, application_id) == (200, "")
    return Application.objects.get(pk=application_id)


@pytest.fixture
def silent(api: Api, clock_at: Move, job: Job, wale: CustomUser, hers: Application) -> Application:
    """Wale worked Tuesday, and then Wednesday; Ada was asked on Wednesday, and it is four hours before her shift."""
    clock_at(STARTS_AT - DAY)
    assert post(api, wale, Application.objects.get(applicant=wale), "confirm") == (200, "")
    work(api, clock_at, wale, job)
    clock_at(THURSDAY - DAY)
    run_confirmations(0)
    work(api, clock_at, wale, job, day=1)
    clock_at(THURSDAY - 4 * HOUR)
    return hers


def give_back(api: Api, worker: CustomUser, starts_at: datetime) -> None:
    assignment = ShiftAssignment.objects.get(worker=worker, starts_at=starts_at)
    assert api(worker).post(f"/assignments/{assignment.pk}/give-back").status_code == 200


def test_each_is_asked_before_the_first_of_their_own_shifts(
    api: Api, clock_at: Move, wale: CustomUser, ada: CustomUser, job: Job, hers: Application
) -> None:
    clock_at(STARTS_AT - DAY)
    run_confirmations(0)
    assert told() == [(wale.pk, "confirm_place")]
    assert post(api, ada, hers, "confirm") == (409, "too_early")
    assert post(api, wale, Application.objects.get(applicant=wale), "confirm") == (200, "")
    work(api, clock_at, wale, job)
    for before, notices in ((DAY + HOUR, 1), (DAY, 2), (9 * HOUR, 2), (8 * HOUR, 3), (5 * HOUR, 3), (4 * HOUR, 4)):
        clock_at(THURSDAY - before)
        run_confirmations(0)
        run_confirmations(0)
        assert len(told()) == notices, before

    assert told()[1:] == [
        (ada.pk, "confirm_place"),
        (ada.pk, "confirm_place"),
        (job.client_id, "place_unconfirmed"),
    ]


def test_every_screen_says_so(
    api: Api, clock_at: Move, wale: CustomUser, ada: CustomUser, chidi: CustomUser, job: Job, hers: Application
) -> None:
    def asks(worker: CustomUser) -> list[bool]:
        client = api(worker)
        application = client.get(f"/applications/{Application.objects.get(applicant=worker).pk}").json()
        (shift, *_) = client.get("/assignments", {"status": "scheduled"}).json()["items"]
        (at_home, *_) = client.get("/home").json()["worker"]["shifts"]
        return [shown["may_confirm"] for shown in (application, shift, at_home)]

    clock_at(STARTS_AT - DAY)
    assert (asks(wale), asks(ada)) == ([True] * 3, [False] * 3)
    clock_at(STARTS_AT)
    assert (asks(wale), asks(ada)) == ([False] * 3, [False] * 3)
    clock_at(THURSDAY - DAY)
    run_confirmations(0)

    assert asks(ada) == [True] * 3
    applications = api(chidi).get(f"/client/jobs/{job.pk}").json()["applications"]
    assert {each["id"]: each["release_from"] for each in applications}[hers.pk] == "2026-03-05T04:00:00Z"


def test_whose_first_day_was_called_off_is_asked_before_the_next(
    api: Api, clock_at: Move, chidi: CustomUser, wale: CustomUser, job: Job
) -> None:
    application = accepted(job, wale)
    shift = job.shifts.earliest("starts_at")
    assert api(chidi).post(f"/jobs/{job.pk}/shifts/{shift.pk}/cancel").status_code == 200
    clock_at(STARTS_AT - DAY)
    run_confirmations(0)
    assert told() == []

    clock_at(STARTS_AT)
    run_confirmations(0)

    assert told() == [(wale.pk, "confirm_place")]
    assert post(api, wale, application, "confirm") == (200, "")


def test_later_days_are_released_while_the_job_runs_and_somebody_else_has_them(
    api: Api, clock_at: Move, chidi: CustomUser, wale: CustomUser, ada: CustomUser, job: Job, silent: Application
) -> None:
    bola = UserFactory.create()
    waiting = ApplicationFactory.create(job=job, applicant=bola, status="standing_by", terms=silent.terms)
    clock_at(THURSDAY - 4 * HOUR - timedelta(seconds=1))
    assert post(api, chidi, silent, "release") == (409, "too_early")
    clock_at(THURSDAY - 4 * HOUR)

    assert post(api, chidi, silent, "release") == (200, "")

    assert days_of(ada) == [("Thu", "canceled")]
    assert post(api, ada, silent, "confirm") == (409, "invalid_state")
    job.refresh_from_db()
    assert (job.status, job.is_open, balance_of(escrow_account(job.pk))) == ("ongoing", True, 3 * PRICE)
    assert post(api, bola, waiting, "take-place") == (200, "")
    assert days_of(bola) == [("Thu", "scheduled")]
    assert check_books().findings == []


@pytest.mark.parametrize(("step", "by"), [("confirm", "ada"), ("release", "chidi")])
def test_once_the_shift_begins_it_is_too_late(
    api: Api, clock_at: Move, ada: CustomUser, chidi: CustomUser, silent: Application, step: str, by: str
) -> None:
    clock_at(THURSDAY)

    assert post(api, {"ada": ada, "chidi": chidi}[by], silent, step) == (409, "job_started")
    assert Application.objects.get(pk=silent.pk).status == "accepted"


def test_who_confirmed_the_later_day_keeps_it(
    api: Api, ada: CustomUser, chidi: CustomUser, silent: Application
) -> None:
    Job.objects.update(release_unconfirmed=True)
    assert post(api, ada, silent, "confirm") == (200, "")

    assert post(api, chidi, silent, "release") == (409, "already_confirmed")
    run_confirmations(0)

    assert days_of(ada) == [("Thu", "scheduled")]


def test_last_worker_who_is_released_by_the_clock_leaves_the_job_its_money(
    api: Api, clock_at: Move, chidi: CustomUser, job: Job, silent: Application
) -> None:
    """Wale's two days are paid; nobody but Ada is left."""
    Job.objects.update(release_unconfirmed=True)
    for assignment in ShiftAssignment.objects.filter(status="checked_out"):
        assert api(chidi).post(f"/assignments/{assignment.pk}/approve", {}).status_code == 200

    run_confirmations(0)

    job.refresh_from_db()
    assert (job.status, job.idle_until, balance_of(escrow_account(job.pk))) == ("ongoing", THURSDAY, PRICE)
    clock_at(THURSDAY)
    assert clockwork.settle_idle_jobs() == 1
    job.refresh_from_db()
    assert (job.status, balance_of(escrow_account(job.pk)), balance_of(wallet_account(chidi.pk))) == (
        "completed",
        0,
        PRICE,
    )
    assert check_books().findings == []
