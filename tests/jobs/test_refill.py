"""A place that comes free again: who is offered it, until when, and who gets it."""

from datetime import datetime, timedelta

import pytest
from pytest_django.fixtures import Settings

from accounts.models import CustomUser, Profile
from jobs.models import Application, ApplicationStatusLog, Job, ShiftAssignment
from jobs.services import clockwork, refill
from jobs.services.leaving import end_work
from tests.factories.accounts import UserFactory
from tests.factories.jobs import ApplicationFactory, BlockFactory, FavouriteFactory, JobFactory, ShiftAssignmentFactory
from tests.jobs.conftest import MONDAY, STARTS_AT, Api, Move, funded
from tests.support.notices import told

pytestmark = pytest.mark.django_db


@pytest.fixture
def full(chidi: CustomUser, wale: CustomUser) -> Application:
    """Wale has the one place of Chidi's job, tomorrow at nine."""
    job = funded(JobFactory.create(client=chidi, applicants_needed=1, title="Waiters for a wedding"))
    application = ApplicationFactory.create(job=job, applicant=wale, status="accepted")
    ShiftAssignmentFactory.create(application=application)
    return application


def standing_by(job: Job, worker: CustomUser | None = None) -> Application:
    return ApplicationFactory.create(job=job, applicant=worker or UserFactory.create(), status="standing_by")


def step_back(api: Api, application: Application) -> None:
    assert api(application.applicant).post(f"/applications/{application.pk}/withdraw").status_code == 200


def take(api: Api, application: Application) -> tuple[int, str]:
    response = api(application.applicant).post(f"/applications/{application.pk}/take-place")
    return response.status_code, response.json().get("code", "")


def offers(job: Job) -> dict[int, datetime | None]:
    rows = Application.objects.filter(job=job, offered_at__isnull=False)
    return dict(rows.values_list("applicant_id", "offered_until"))


def told_of_places() -> list[tuple[int, str]]:
    return [(notice.user_id, notice.body) for notice in told("place_offered")]


def test_who_stands_by_takes_the_place_that_came_free(api: Api, ada: CustomUser, full: Application) -> None:
    waiting = standing_by(full.job, ada)

    step_back(api, full)

    # 26 hours before the start: the longest offer.
    assert offers(full.job) == {ada.pk: MONDAY + timedelta(hours=2)}
    until = "It is kept for you and a few others until 10:00 on Monday."
    place = "“Waiters for a wedding”, Tue 3 Mar 2026, 09:00 to 17:00 (Lagos time), at Victoria Island, Lagos"
    said = f"A place came free: {place}, for ₦1,500 an hour. Take it if you can come. {until}"
    assert told_of_places() == [(ada.pk, said)]
    shown = api(ada).get(f"/applications/{waiting.pk}").json()
    assert (shown["status"], shown["may_take_place"], shown["offered_until"]) == (
        *("standing_by", True),
        "2026-03-02T09:00:00Z",
    )

    assert take(api, waiting) == (200, "")

    waiting.refresh_from_db()
    full.job.refresh_from_db()
    assert (waiting.status, full.job.accepted_count, full.job.offers_until) == ("accepted", 1, None)
    taken = ShiftAssignment.objects.get(application=waiting)
    assert (taken.status, taken.worker_id, taken.wage_kobo) == ("scheduled", ada.pk, 1_200_000)
    assert ApplicationStatusLog.objects.get(application=waiting).changed_by_id == ada.pk
    kinds = [(notice.user_id, notice.kind) for notice in told()]
    assert kinds[-2:] == [(ada.pk, "application_accepted"), (full.job.client_id, "place_taken")]


def test_favourites_come_first_then_the_best(api: Api, full: Application, settings: Settings) -> None:
    settings.REFILL_OFFERS_AT_ONCE = 2
    worst, best, favourite = (standing_by(full.job) for _ in range(3))
    Profile.objects.filter(user=best.applicant).update(approved_count=40)
    Profile.objects.filter(user__in=[worst.applicant, favourite.applicant]).update(no_show_count=9)
    FavouriteFactory.create(client=full.job.client, worker=favourite.applicant)
    FavouriteFactory.create(worker=worst.applicant)

    step_back(api, full)

    assert set(offers(full.job)) == {favourite.applicant_id, best.applicant_id}


@pytest.mark.parametrize(("before_start", "minutes"), [(26 * 60, 120), (240, 20), (60, 5), (4, 4)])
def test_offers_end_the_sooner_the_nearer_the_start_is(
    api: Api, ada: CustomUser, full: Application, clock_at: Move, before_start: int, minutes: int
) -> None:
    standing_by(full.job, ada)
    now = STARTS_AT - timedelta(minutes=before_start)
    clock_at(now)

    step_back(api, full)

    assert offers(full.job) == {ada.pk: now + timedelta(minutes=minutes)}


def test_place_is_kept_until_the_deadline_and_then_open_to_all_who_stand_by(
    api: Api, full: Application, settings: Settings, clock_at: Move
) -> None:
    """No periodic job runs here: the clock alone decides."""
    settings.REFILL_OFFERS_AT_ONCE = 1
    first, second = standing_by(full.job), standing_by(full.job)
    step_back(api, full)
    assert list(offers(full.job)) == [first.applicant_id]

    assert take(api, second) == (409, "place_not_offered")
    clock_at(MONDAY + timedelta(hours=2) - timedelta(seconds=1))
    assert take(api, second) == (409, "place_not_offered")
    assert not api(second.applicant).get(f"/applications/{second.pk}").json()["may_take_place"]
    clock_at(MONDAY + timedelta(hours=2))
    assert api(second.applicant).get(f"/applications/{second.pk}").json()["may_take_place"]
    assert take(api, second) == (200, "")
    assert take(api, first) == (409, "job_full")


def test_those_who_were_not_asked_are_told_once_when_the_offers_are_over(
    api: Api, full: Application, settings: Settings, clock_at: Move
) -> None:
    settings.REFILL_OFFERS_AT_ONCE = 1
    first, second = standing_by(full.job), standing_by(full.job)
    step_back(api, full)
    assert clockwork.open_offered_places() == 0
    clock_at(MONDAY + timedelta(hours=2))

    assert [clockwork.open_offered_places() for _ in range(2)] == [1, 0]

    assert [user_id for user_id, _ in told_of_places()] == [first.applicant_id, second.applicant_id]
    assert told_of_places()[1][1].endswith("The first has it.")
    assert Job.objects.get().offers_until is None


def test_second_place_is_offered_to_others_and_nobody_is_asked_twice(
    api: Api, chidi: CustomUser, settings: Settings
) -> None:
    settings.REFILL_OFFERS_AT_ONCE = 1
    job = funded(JobFactory.create(client=chidi, applicants_needed=2))
    hired = [ApplicationFactory.create(job=job, status="accepted") for _ in range(2)]
    for application in hired:
        ShiftAssignmentFactory.create(application=application)
    waiting = [standing_by(job) for _ in range(4)]

    for application in hired:
        step_back(api, application)

    people = [user_id for user_id, _ in told_of_places()]
    assert len(set(people)) == len(people)
    assert people[0] == waiting[0].applicant_id
    assert set(offers(job)) == set(people)


def test_place_that_is_taken_and_comes_free_again_is_offered_anew(api: Api, full: Application) -> None:
    first, second = standing_by(full.job), standing_by(full.job)
    step_back(api, full)
    take(api, first)
    assert offers(full.job)[second.applicant_id] is None

    step_back(api, first)

    assert offers(full.job)[second.applicant_id] == MONDAY + timedelta(hours=2)
    assert take(api, second) == (200, "")


def test_nobody_is_offered_what_they_cannot_take(api: Api, full: Application, chidi: CustomUser) -> None:
    busy, blocked, banned, switched = (standing_by(full.job) for _ in range(4))
    ShiftAssignmentFactory.create(application=ApplicationFactory.create(applicant=busy.applicant, status="accepted"))
    BlockFactory.create(blocker=blocked.applicant, blocked=chidi)
    CustomUser.objects.filter(pk=banned.applicant_id).update(is_active=False)
    CustomUser.objects.filter(pk=switched.applicant_id).update(role="client")

    step_back(api, full)

    assert told_of_places() == []
    assert [take(api, each) for each in (busy, blocked, switched)] == [
        (409, "overlapping_shifts"),
        (403, "blocked"),
        (403, "wrong_role"),
    ]
    assert Job.objects.get(pk=full.job_id).accepted_count == 0


def test_client_may_accept_who_stands_by_without_waiting_for_the_offers(
    api: Api, full: Application, settings: Settings, chidi: CustomUser
) -> None:
    settings.REFILL_OFFERS_AT_ONCE = 1
    first, second = standing_by(full.job), standing_by(full.job)
    step_back(api, full)

    assert api(chidi).post(f"/applications/{second.pk}/accept").status_code == 200
    assert take(api, first) == (409, "job_full")


def test_newcomers_may_apply_and_who_was_closed_applies_again(api: Api, full: Application, ada: CustomUser) -> None:
    ApplicationFactory.create(job=full.job, applicant=ada, status="closed")
    step_back(api, full)

    assert api(ada).post("/apply-jobs/", {"job_id": full.job_id}).status_code == 201


def test_ban_of_the_worker_reopens_the_place(api: Api, full: Application, ada: CustomUser, bisi: CustomUser) -> None:
    waiting = standing_by(full.job, ada)
    CustomUser.objects.filter(pk=full.applicant_id).update(is_active=False)

    end_work(user_id=full.applicant_id, by_user_id=bisi.pk)

    assert offers(full.job) == {ada.pk: MONDAY + timedelta(hours=2)}
    assert take(api, waiting) == (200, "")


@pytest.mark.parametrize("status", ["applied", "rejected", "withdrawn", "closed"])
def test_only_who_stands_by_takes_a_place(api: Api, job: Job, ada: CustomUser, status: str) -> None:
    application = ApplicationFactory.create(job=job, applicant=ada, status=status)

    assert take(api, application) == (409, "invalid_state")
    assert not ShiftAssignment.objects.exists()


def test_no_place_is_taken_once_the_job_started_or_was_cancelled(
    api: Api, full: Application, clock_at: Move, ada: CustomUser
) -> None:
    waiting = standing_by(full.job, ada)
    step_back(api, full)
    clock_at(STARTS_AT)
    assert take(api, waiting) == (409, "job_started")
    clock_at(MONDAY)
    Job.objects.filter(pk=full.job_id).update(canceled_at=MONDAY)
    assert take(api, waiting) == (409, "job_not_open")


def test_waiting_application_that_was_withdrawn_offers_nothing(api: Api, job: Job, ada: CustomUser) -> None:
    standing_by(job)

    step_back(api, ApplicationFactory.create(job=job, applicant=ada))

    assert offers(job) == {}


def test_offers_of_a_dead_worker_process_do_not_last_longer(full: Application) -> None:
    """`open_to_all` may run late, twice, or never: it only tells people."""
    assert refill.open_to_all(job_id=full.job_id) is False
