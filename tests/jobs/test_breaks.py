"""Unpaid breaks: shown with the hours, left out of the price, and never taken off twice."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client

from accounts.models import CustomUser
from jobs.models import Application, Job, ShiftAssignment
from jobs.services.spells import without_break
from payment.services.accounts import escrow_account, wallet_account
from tests.factories.jobs import LATITUDE, LONGITUDE, ApplicationFactory, JobFactory, ShiftAssignmentFactory
from tests.factories.payment import balance_of
from tests.jobs.conftest import ENDS_AT, STARTS_AT, Api, Move, funded
from tests.jobs.test_post_job import BODY

pytestmark = pytest.mark.django_db

HERE = {"latitude": LATITUDE, "longitude": LONGITUDE}
MINUTE = timedelta(minutes=1)
# 7 of 8 hours at NGN 1,500.
WAGE, FEE = 1_050_000, 105_000


@pytest.fixture
def assignment(chidi: CustomUser, wale: CustomUser) -> ShiftAssignment:
    """Wale's shift from 09:00 to 17:00 with an hour of lunch."""
    job = funded(JobFactory.create(client=chidi, applicants_needed=1, break_minutes=60))
    application = ApplicationFactory.create(job=job, applicant=wale, status="accepted")
    return ShiftAssignmentFactory.create(application=application)


def test_quote_posting_and_lists_leave_the_break_out(api: Api, chidi: CustomUser) -> None:
    body = BODY | {"break_minutes": 60}
    asked = ("job_type", "date", "end_date", "start_time", "end_time", "applicants_needed", "rate_kobo")

    quote = api(chidi).post("/jobs/quote", {name: body[name] for name in (*asked, "break_minutes")}).json()
    posted = api(chidi).post("/jobs", body).json()
    listed = api(chidi).get(f"/clientjobs/{chidi.pk}").json()["items"][0]

    assert [shift["minutes"] for shift in quote["shifts"]] == [420, 420]
    assert quote["total"]["total_kobo"] == posted["price_kobo"] == 4 * (WAGE + FEE)
    assert [shift["minutes"] for shift in posted["shifts"]] == [420, 420]
    for row in (posted, listed):
        assert (row["break_minutes"], row["minutes"], row["pay_kobo"]) == (60, 840, 2 * WAGE)


def test_break_is_shown_in_search_and_with_the_shift(
    api: Api, wale: CustomUser, ada: CustomUser, assignment: ShiftAssignment
) -> None:
    Job.objects.update(applicants_needed=2)

    found = api(ada).get("/jobs").json()["items"][0]
    shift = api(wale).get("/assignments").json()["items"][0]
    link = api(wale).post("/assignments/calendar-link").json()["url"]
    feed = Client().get(urlsplit(link).path).content.decode()

    assert (found["break_minutes"], found["minutes"]) == (60, 420)
    assert shift["job"]["break_minutes"] == 60
    assert "Unpaid break: 60 minutes" in feed


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"break_minutes": 240, "end_time": "13:00"}, "invalid_schedule"),
        ({"break_minutes": 241}, "invalid_input"),
        ({"break_minutes": -1}, "invalid_input"),
    ],
)
def test_break_that_leaves_no_work_is_refused(
    api: Api, chidi: CustomUser, changes: dict[str, object], code: str
) -> None:
    refused = api(chidi).post("/jobs", BODY | changes)

    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert [error["field"] for error in refused.json()["errors"]] == ["break_minutes"]
    assert not Job.objects.exists()


def test_longest_shift_counts_what_is_paid(api: Api, chidi: CustomUser) -> None:
    long_day = BODY | {"end_time": "21:30"}

    statuses = [api(chidi).post("/jobs", long_day | {"break_minutes": pause}).status_code for pause in (29, 30)]

    assert statuses == [422, 201]


def test_another_break_is_another_price_and_other_terms(
    api: Api, chidi: CustomUser, wale: CustomUser, job: Job
) -> None:
    application_id = api(wale).post("/apply-jobs/", {"job_id": job.pk}).json()["id"]
    # As applications were kept before there were breaks.
    application = Application.objects.get(pk=application_id)
    assert application.terms is not None
    del application.terms["break_minutes"]
    application.save(update_fields=["terms"])

    changed = api(chidi).patch(f"/jobs/{job.pk}", {"break_minutes": 60}).json()
    refused = api(chidi).post(f"/applications/{application_id}/accept")

    assert (changed["price_kobo"], changed["minutes"]) == (2 * (WAGE + FEE), 420)
    assert balance_of(escrow_account(job.pk)) == 2 * (WAGE + FEE)
    assert balance_of(wallet_account(chidi.pk)) == 2 * (1_320_000 - WAGE - FEE)
    assert (refused.status_code, refused.json()["code"]) == (409, "terms_changed")
    told = api(wale).get(f"/applications/{application_id}").json()["terms_changed"]
    assert told == [{"field": "break_minutes", "from": 0, "to": 60}]
    assert api(wale).post(f"/applications/{application_id}/confirm-terms").status_code == 200
    assert api(chidi).post(f"/applications/{application_id}/accept").status_code == 200
    assert ShiftAssignment.objects.get().wage_kobo == WAGE


def test_break_stays_as_it_is_once_somebody_was_accepted(
    api: Api, chidi: CustomUser, assignment: ShiftAssignment
) -> None:
    refused = api(chidi).patch(f"/jobs/{assignment.application.job_id}", {"break_minutes": 0})

    assert (refused.status_code, refused.json()["code"]) == (409, "job_locked")
    assert Job.objects.get().break_minutes == 60


@pytest.mark.parametrize("lunch", [(), (240, 300), (200, 210, 240, 260)])
def test_whole_day_is_paid_in_full_however_lunch_was_taken(
    api: Api, clock_at: Move, chidi: CustomUser, wale: CustomUser, assignment: ShiftAssignment, lunch: tuple[int, ...]
) -> None:
    steps = api(wale)
    clock_at(STARTS_AT)
    steps.post(f"/assignments/{assignment.pk}/check-in", HERE)
    for left_at, back_at in zip(lunch[::2], lunch[1::2], strict=True):
        clock_at(STARTS_AT + left_at * MINUTE)
        assert steps.post(f"/assignments/{assignment.pk}/check-out").status_code == 200
        clock_at(STARTS_AT + back_at * MINUTE)
        assert steps.post(f"/assignments/{assignment.pk}/check-in", HERE).status_code == 200

    clock_at(ENDS_AT)
    approved = api(chidi).post(f"/assignments/{assignment.pk}/approve", {}).json()

    assert (approved["worked_minutes"], approved["approved_minutes"]) == (420, 420)
    assert balance_of(wallet_account(wale.pk)) == WAGE
    assert balance_of(escrow_account(assignment.application.job_id)) == 0


def test_moment_is_no_presence_so_nobody_took_their_break_after_it(
    api: Api, clock_at: Move, wale: CustomUser, assignment: ShiftAssignment
) -> None:
    """In and out at ten past nine, and there from half past nine: late, and not at lunch."""
    steps = api(wale)
    clock_at(STARTS_AT + 10 * MINUTE)
    for step in ("check-in", "check-out"):
        assert (
            steps.post(f"/assignments/{assignment.pk}/{step}", HERE if step == "check-in" else None).status_code == 200
        )
    clock_at(STARTS_AT + 30 * MINUTE)
    assert steps.post(f"/assignments/{assignment.pk}/check-in", HERE).status_code == 200

    clock_at(ENDS_AT)
    left = steps.post(f"/assignments/{assignment.pk}/check-out")

    assert (left.status_code, left.json()["worked_minutes"]) == (200, 390)


@pytest.mark.parametrize(
    ("present", "away", "pause", "scheduled", "paid"),
    [
        (480, 0, 60, 420, 420),
        # Up to six hours, nothing comes off; beyond them only what is more.
        (300, 0, 60, 420, 300),
        (360, 0, 60, 420, 360),
        (390, 0, 60, 420, 360),
        (450, 0, 60, 420, 390),
        # What was taken between two spells is not taken again.
        (450, 30, 60, 420, 420),
        (400, 80, 60, 420, 400),
        (410, 10, 60, 420, 360),
        # A shift that pays less than six hours pays no more than that.
        (300, 0, 60, 240, 240),
        (250, 0, 60, 240, 240),
        (100, 0, 60, 240, 100),
        (480, 0, 0, 480, 480),
    ],
)
def test_break_comes_off_as_far_as_the_work_is_long_enough(
    present: int, away: int, pause: int, scheduled: int, paid: int
) -> None:
    found = without_break(present * MINUTE, away=away * MINUTE, pause=pause * MINUTE, scheduled=scheduled * MINUTE)

    assert found == paid * MINUTE
