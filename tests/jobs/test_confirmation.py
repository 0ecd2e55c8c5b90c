"""Before the job each worker confirms, or the client may give the place to somebody else."""

from datetime import timedelta

import pytest

from accounts.models import CustomUser, Profile
from jobs.models import Application, Job, ShiftAssignment
from jobs.tasks import run_confirmations
from payment.services.accounts import escrow_account
from tests.factories.jobs import ApplicationFactory, JobFactory, ShiftAssignmentFactory
from tests.factories.payment import balance_of
from tests.jobs.conftest import STARTS_AT, Api, Move, funded
from tests.support import notices

pytestmark = pytest.mark.django_db

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def place(chidi: CustomUser, wale: CustomUser) -> Application:
    """Wale has the one place of Chidi's job, tomorrow at nine."""
    job = funded(JobFactory.create(client=chidi, applicants_needed=1, title="Waiters for a wedding"))
    application = ApplicationFactory.create(job=job, applicant=wale, status="accepted")
    ShiftAssignmentFactory.create(application=application)
    return application


@pytest.fixture
def asked(place: Application, clock_at: Move) -> Application:
    """Asked a day before; it is four hours before the start now, and Wale said nothing."""
    clock_at(STARTS_AT - DAY)
    run_confirmations(0)
    clock_at(STARTS_AT - 4 * HOUR)
    return place


def post(api: Api, user: CustomUser, application: Application, step: str) -> tuple[int, str]:
    response = api(user).post(f"/applications/{application.pk}/{step}")
    return response.status_code, response.json().get("code", "")


def told() -> list[tuple[int, str]]:
    kinds = ("confirm_place", "place_unconfirmed", "place_released", "place_offered")
    return [(notice.user_id, notice.kind) for notice in notices.told(*kinds)]


def test_workers_are_asked_a_day_before_and_reminded_once(
    place: Application, wale: CustomUser, chidi: CustomUser, clock_at: Move
) -> None:
    for before, number in ((DAY + HOUR, 0), (DAY, 1), (9 * HOUR, 1), (8 * HOUR, 2), (5 * HOUR, 2), (4 * HOUR, 3)):
        clock_at(STARTS_AT - before)
        run_confirmations(0)
        run_confirmations(0)
        assert len(told()) == number

    question, again = (wale.pk, "confirm_place"), (wale.pk, "confirm_place")
    assert told() == [question, again, (chidi.pk, "place_unconfirmed")]


def test_question_says_when_the_job_starts_and_what_silence_costs(asked: Application) -> None:
    assert notices.told("confirm_place")[0].body == (
        "Your work is near: “Waiters for a wedding”, Tue 3 Mar 2026, 09:00 to 17:00 (Lagos time), at Victoria Island, "
        "Lagos. Confirm that you come, or your place may be given to somebody else."
    )


def test_who_confirmed_is_asked_no_more_and_keeps_the_place(
    api: Api, chidi: CustomUser, wale: CustomUser, place: Application, clock_at: Move
) -> None:
    path = f"/applications/{place.pk}"
    assert post(api, wale, place, "confirm") == (409, "too_early")
    clock_at(STARTS_AT - DAY)
    run_confirmations(0)
    assert api(wale).get(path).json()["may_confirm"]

    assert post(api, wale, place, "confirm") == (200, "")
    assert post(api, wale, place, "confirm") == (200, "")

    shown = api(wale).get(path).json()
    assert (shown["may_confirm"], shown["confirmed_at"]) == (False, "2026-03-02T08:00:00Z")
    clock_at(STARTS_AT - HOUR)
    run_confirmations(0)
    assert told() == [(wale.pk, "confirm_place")]
    assert post(api, chidi, place, "release") == (409, "already_confirmed")
    assert Application.objects.get().status == "accepted"


def test_released_place_is_offered_to_others_and_costs_neither_side(
    api: Api, chidi: CustomUser, wale: CustomUser, ada: CustomUser, asked: Application
) -> None:
    waiting = ApplicationFactory.create(job=asked.job, applicant=ada, status="standing_by")
    shown = api(chidi).get(f"/client/jobs/{asked.job_id}").json()["applications"]
    assert {each["id"]: each["release_from"] for each in shown} == {asked.pk: "2026-03-03T04:00:00Z", waiting.pk: None}
    held = balance_of(escrow_account(asked.job_id))

    assert post(api, chidi, asked, "release") == (200, "")

    asked.refresh_from_db()
    assignment = ShiftAssignment.objects.get()
    assert (asked.status, asked.released_at) == ("canceled", STARTS_AT - 4 * HOUR)
    assert (assignment.status, assignment.cancel_reason, assignment.compensation_kobo) == ("canceled", "released", 0)
    assert told()[1:] == [(wale.pk, "place_released"), (ada.pk, "place_offered")]
    profile = Profile.objects.get(user=wale)
    assert (profile.late_cancel_count, profile.no_show_count) == (0, 0)
    assert balance_of(escrow_account(asked.job_id)) == held
    assert post(api, ada, waiting, "take-place") == (200, "")
    assert Job.objects.get().accepted_count == 1


def test_place_is_not_released_before_its_worker_had_time_to_answer(
    api: Api, chidi: CustomUser, place: Application, clock_at: Move
) -> None:
    """Nobody asked, because no worker process ran; and who was taken on at the last moment."""
    clock_at(STARTS_AT - 2 * HOUR)
    assert post(api, chidi, place, "release") == (409, "too_early")
    run_confirmations(0)
    clock_at(STARTS_AT - HOUR - timedelta(minutes=1))
    assert post(api, chidi, place, "release") == (409, "too_early")
    clock_at(STARTS_AT - HOUR)
    assert post(api, chidi, place, "release") == (200, "")


@pytest.mark.parametrize(
    ("before", "code"), [(5 * HOUR, "too_early"), (timedelta(), "job_started"), (-HOUR, "job_started")]
)
def test_place_is_released_between_four_hours_before_and_the_start(
    api: Api, chidi: CustomUser, asked: Application, clock_at: Move, before: timedelta, code: str
) -> None:
    clock_at(STARTS_AT - before)

    assert post(api, chidi, asked, "release") == (409, code)
    assert Application.objects.get().status == "accepted"


def test_who_checked_in_has_answered(
    api: Api, chidi: CustomUser, wale: CustomUser, asked: Application, clock_at: Move
) -> None:
    Job.objects.update(release_unconfirmed=True)
    clock_at(STARTS_AT - timedelta(minutes=20))
    here = {"latitude": asked.job.latitude, "longitude": asked.job.longitude}
    assignment = ShiftAssignment.objects.get()
    assert api(wale).post(f"/assignments/{assignment.pk}/check-in", here).status_code == 200

    assert post(api, chidi, asked, "release") == (409, "invalid_state")
    run_confirmations(0)

    assert ShiftAssignment.objects.get().status == "checked_in"
    assert Application.objects.get().released_at is None


def test_silence_releases_by_itself_only_where_the_client_chose_it(
    asked: Application, chidi: CustomUser, wale: CustomUser
) -> None:
    chosen = funded(JobFactory.create(client=chidi, applicants_needed=1, date=asked.job.date, release_unconfirmed=True))
    other = ApplicationFactory.create(job=chosen, status="accepted", confirmation_asked_at=STARTS_AT - DAY)
    ShiftAssignmentFactory.create(application=other)

    run_confirmations(0)

    assert dict(Application.objects.values_list("pk", "status")) == {asked.pk: "accepted", other.pk: "canceled"}
    said = {notice.link: notice.body for notice in notices.told("place_unconfirmed")}
    assert said.keys() == {f"/client/jobs/{asked.job_id}", f"/client/jobs/{chosen.pk}"}
    assert said[f"/client/jobs/{asked.job_id}"].endswith("You may release the place: others are offered it then.")
    assert said[f"/client/jobs/{chosen.pk}"].endswith("The place was released, as you chose, and is offered to others.")
