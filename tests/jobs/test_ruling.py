"""A job whose client lets a rule take people on: favourites, or who worked there before."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import CustomUser, Notification, NotificationKind, Profile
from core import clock
from core.queries import count_queries
from jobs.fair_terms import terms_now
from jobs.models import Application, ApplicationStatusLog, Job, ShiftAssignment
from jobs.selectors.ruling import fitting_applications
from jobs.services import hiring, ruling
from jobs.tasks import run_rules
from tests.factories.accounts import UserFactory
from tests.factories.jobs import (
    ApplicationFactory,
    BlockFactory,
    FavouriteFactory,
    JobFactory,
    ShiftAssignmentFactory,
)
from tests.jobs.conftest import Api, Count, Move, funded
from tests.jobs.test_races import run_together, take_locks_away, without_constraint
from tests.support.books import without_trigger
from tests.support.jobs import RunJobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def ruled(job: Job) -> Job:
    """Chidi takes favourites on at once, and who worked for him twice."""
    Job.objects.filter(pk=job.pk).update(accept_favourites=True, accept_worked_times=2)
    job.refresh_from_db(fields=["accept_favourites", "accept_worked_times"])
    return job


def worked_for(client: CustomUser, worker: CustomUser, **fields: Any) -> None:
    """A shift of last week."""
    day = (clock.now() - timedelta(days=7 + ShiftAssignment.objects.count())).date()
    before = JobFactory.create(client=client, date=day, status="completed")
    application = ApplicationFactory.create(job=before, applicant=worker, status="completed")
    ShiftAssignmentFactory.create(application=application, **fields)


def favourite(job: Job, **fields: Any) -> Application:
    application: Application = ApplicationFactory.create(job=job, **fields)
    FavouriteFactory.create(client=job.client, worker=application.applicant)
    return application


def status_of(application: Application) -> str:
    return Application.objects.values_list("status", flat=True).get(pk=application.pk)


@pytest.mark.django_db(transaction=True)
def test_favourite_is_accepted_upon_applying_and_both_are_told_that_the_rule_did_it(
    api: Api, ruled: Job, wale: CustomUser, ada: CustomUser, run_jobs: RunJobs
) -> None:
    FavouriteFactory.create(client=ruled.client, worker=wale)

    answers = [api(worker).post("/apply-jobs/", {"job_id": ruled.pk}) for worker in (wale, ada)]
    run_jobs()

    assert [answer.status_code for answer in answers] == [201, 201]
    taken, waiting = Application.objects.order_by("pk")
    assert (taken.status, waiting.status) == ("accepted", "applied")
    assert ShiftAssignment.objects.filter(worker=wale).count() == 1
    assert ApplicationStatusLog.objects.get(to_status="accepted").changed_by is None
    to_worker = Notification.objects.get(kind=NotificationKind.APPLICATION_ACCEPTED)
    to_client = Notification.objects.get(kind=NotificationKind.PLACE_TAKEN)
    assert (to_worker.user_id, "by a rule" in to_worker.body) == (wale.pk, True)
    assert (to_client.user_id, to_client.link) == (ruled.client_id, f"/client/jobs/{ruled.pk}")
    assert to_client.body.startswith("Wale Adeyemi applied for “Waiters for a wedding”")
    assert "by the rule that you set" in to_client.body


@pytest.mark.parametrize(
    ("shifts", "status"),
    [
        ([{"approved": True}] * 2, "accepted"),
        ([{"approved": True}], "applied"),
        ([{"approved": True}] * 3 + [{"status": "no_show"}], "applied"),
        ([{"approved": True}, {"approved": True, "counted": False}], "applied"),
        ([{"approved": True}, {"status": "canceled"}], "applied"),
    ],
)
def test_who_worked_here_so_many_times_without_a_no_show_is_accepted(
    ruled: Job, ada: CustomUser, shifts: list[dict[str, Any]], status: str
) -> None:
    for shift in shifts:
        worked_for(ruled.client, ada, **shift)
    # What somebody did elsewhere is no matter of this client's.
    worked_for(JobFactory.create().client, ada, status="no_show")
    application = ApplicationFactory.create(job=ruled, applicant=ada)

    ruling.accept_by_rule(application_id=application.pk)

    assert status_of(application) == status


@pytest.mark.parametrize(
    ("times", "points", "status"),
    [
        (None, 70, "accepted"),
        (None, 71, "applied"),
        (1, 70, "applied"),
        (None, None, "applied"),
    ],
)
def test_who_has_so_many_points_is_accepted_and_where_both_are_set_both_are_needed(
    job: Job, ada: CustomUser, times: int | None, points: int | None, status: str
) -> None:
    Job.objects.filter(pk=job.pk).update(accept_worked_times=times, accept_score_at_least=points)
    # 21.9 for five reviews of 5, 23.8 for ten kept shifts, 4.3 for the one in the trade, 10 each for being skilled and
    # free, and nothing for the distance: 70.0.
    Profile.objects.filter(user=ada).update(
        skills=["waiter"], reviews_count=5, rating_sum=25, approved_count=10, latitude=None, longitude=None
    )
    worked_for(JobFactory.create().client, ada, approved=True)
    application = ApplicationFactory.create(job=job, applicant=ada)

    ruling.accept_by_rule(application_id=application.pk)

    assert status_of(application) == status


def test_points_take_nobody_who_missed_a_shift_here(job: Job, ada: CustomUser) -> None:
    Job.objects.filter(pk=job.pk).update(accept_score_at_least=1)
    worked_for(job.client, ada, status="no_show")
    application = ApplicationFactory.create(job=job, applicant=ada)

    assert not ruling.accept_by_rule(application_id=application.pk)


@pytest.mark.parametrize("job_fields", [{}, {"subcategory": None}, {"latitude": None, "longitude": None}])
def test_points_of_the_rule_are_those_that_best_applicants_shows(
    api: Api, chidi: CustomUser, job: Job, job_fields: dict[str, Any]
) -> None:
    Job.objects.filter(pk=job.pk).update(**job_fields)
    for at, skill in enumerate([["waiter"], ["hospitality"], ["cleaning"]]):
        worker = UserFactory.create()
        Profile.objects.filter(user=worker).update(
            skills=skill,
            reviews_count=at,
            rating_sum=3 * at,
            late_cancel_count=at,
            latitude=6.5 + at / 10,
            longitude=3.4,
        )
        worked_for(JobFactory.create().client, worker, approved=True)
        ApplicationFactory.create(job=job, applicant=worker)

    shown = {item["id"]: item["score"] for item in api(chidi).get(f"/jobs/{job.pk}/best-applicants/").json()["items"]}

    assert len(shown) == 3
    for points in {int(score) + up for score in shown.values() for up in (0, 1)}:
        Job.objects.filter(pk=job.pk).update(accept_score_at_least=points)
        fitting = set(fitting_applications(now=clock.now()).values_list("pk", flat=True))
        assert fitting == {pk for pk, score in shown.items() if score >= points}


CHANGES: list[dict[str, Any]] = [
    {"status": "pending"},
    {"accept_favourites": False},
    {"accepted_count": 2},
    {"rate_kobo": 140_000},
]


@pytest.mark.parametrize("change", CHANGES, ids=["unpaid", "switched off", "full", "other terms"])
def test_rule_takes_nobody_on_for_a_job_that_takes_nobody_or_changed(ruled: Job, change: dict[str, Any]) -> None:
    application = favourite(ruled, terms=terms_now(ruled))
    Job.objects.filter(pk=ruled.pk).update(**change)

    assert not ruling.accept_by_rule(application_id=application.pk)
    assert ruling.accept_waiting_by_rules() == 0
    assert status_of(application) == "applied"


def test_rule_takes_nobody_on_who_is_blocked_busy_gone_or_answered(ruled: Job, ada: CustomUser) -> None:
    blocked, blocking, busy, gone = (favourite(ruled) for _ in range(4))
    BlockFactory.create(blocker=ruled.client, blocked=blocked.applicant)
    BlockFactory.create(blocker=blocking.applicant, blocked=ruled.client)
    elsewhere = ApplicationFactory.create(job=JobFactory.create(), applicant=busy.applicant, status="accepted")
    ShiftAssignmentFactory.create(application=elsewhere)
    CustomUser.objects.filter(pk=gone.applicant_id).update(is_active=False)
    rejected = favourite(ruled, status="rejected")

    for application in (blocked, blocking, busy, gone, rejected):
        assert not ruling.accept_by_rule(application_id=application.pk)

    assert ruling.accept_waiting_by_rules() == 0
    assert not Application.objects.filter(job=ruled, status="accepted").exists()


def test_started_job_takes_nobody_by_rule(ruled: Job, clock_at: Move) -> None:
    application = favourite(ruled)
    clock_at(ruled.starts_at)

    assert not ruling.accept_by_rule(application_id=application.pk)


def test_sweep_takes_on_whom_a_dead_process_left_the_first_to_apply_first(ruled: Job) -> None:
    now = clock.now()
    late, early, middle = (favourite(ruled, created_at=now - timedelta(minutes=ago)) for ago in (1, 3, 2))

    run_rules(timestamp=0)
    run_rules(timestamp=0)

    assert [status_of(each) for each in (early, middle, late)] == ["accepted", "accepted", "standing_by"]


def test_applying_to_a_job_with_a_rule_keeps_its_budget(ruled: Job, wale: CustomUser, api: Api, count: Count) -> None:
    # The token's device; the job, the application with its log, the notice; and what the rule is asked.
    assert count(api(wale), "/apply-jobs/", json={"job_id": ruled.pk}) == 5


def test_sweep_finds_them_in_one_query(ruled: Job) -> None:
    for _ in range(20):
        favourite(ruled)

    with count_queries() as counted:
        assert fitting_applications(now=clock.now()).count() == 20

    assert counted.count == 1


def test_client_sets_the_rule_at_posting_copies_it_and_changes_it_after_somebody_was_accepted(
    api: Api, job: Job, chidi: CustomUser
) -> None:
    waiting = favourite(job)
    ApplicationFactory.create(job=job, status="accepted")
    client = api(chidi)

    assert ruling.accept_waiting_by_rules() == 0
    rule = {"accept_favourites": True, "accept_worked_times": 3, "accept_score_at_least": 80}
    changed = client.patch(f"/jobs/{job.pk}", rule)
    assert (changed.status_code, changed.json()) == (200, changed.json() | rule)
    copied = client.post(f"/jobs/{job.pk}/copy", {"date": "2026-03-20"}).json()
    assert copied == copied | rule
    assert ruling.accept_waiting_by_rules() == 1
    assert status_of(waiting) == "accepted"
    nobody = {"accept_favourites": False, "accept_worked_times": None, "accept_score_at_least": None}
    off = client.patch(f"/jobs/{job.pk}", nobody).json()
    assert off == off | nobody
    for bound in ({"accept_worked_times": 0}, {"accept_score_at_least": 0}, {"accept_score_at_least": 101}):
        assert client.patch(f"/jobs/{job.pk}", bound).status_code == 422


# Races


def deciding(application: Application) -> Callable[[], object]:
    return lambda: ruling.accept_by_rule(application_id=application.pk)


@pytest.mark.django_db(transaction=True)
def test_w1_of_32_whom_the_rule_takes_two_have_the_two_places() -> None:
    job = funded(JobFactory.create(applicants_needed=2, accept_favourites=True))
    applications = [favourite(job) for _ in range(32)]

    assert run_together([deciding(each) for each in applications], at_once=8) == ["ok"] * 32

    assert Application.objects.filter(status="accepted").count() == 2
    assert Application.objects.filter(status="standing_by").count() == 30
    assert (ShiftAssignment.objects.count(), Job.objects.get().accepted_count) == (2, 2)


@pytest.mark.django_db(transaction=True)
def test_w2_rules_of_two_jobs_at_one_time_take_a_worker_on_once(ada: CustomUser) -> None:
    jobs = [funded(JobFactory.create(accept_favourites=True)) for _ in range(2)]
    applications = [favourite(job, applicant=ada) for job in jobs]

    # And each twice, as the sweep and the job of its own may come at once.
    assert run_together([deciding(each) for each in applications * 2]) == ["ok"] * 4

    assert Application.objects.filter(status="accepted").count() == 1
    assert ShiftAssignment.objects.filter(worker=ada).count() == 1


@pytest.mark.django_db(transaction=True)
def test_control_without_lock_and_bounds_the_rule_gives_one_place_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    job = funded(JobFactory.create(applicants_needed=1, accept_favourites=True))
    applications = [favourite(job) for _ in range(2)]
    take_locks_away(monkeypatch, ruling, "lock_job", 2)
    # Both have read that the place is free before either takes it.
    fitting = Application.objects.filter(pk__in=[each.pk for each in applications])
    monkeypatch.setattr(ruling, "fitting_applications", lambda **options: fitting)
    monkeypatch.setattr(hiring, "stand_by", lambda **options: [])

    with (
        without_constraint("jobs_job", "jobs_job_places_respected"),
        without_trigger("jobs_shiftassignment", "jobs_assignment_taken"),
    ):
        assert run_together([deciding(each) for each in applications]) == ["ok", "ok"]
        assert Application.objects.filter(status="accepted").count() == 2
