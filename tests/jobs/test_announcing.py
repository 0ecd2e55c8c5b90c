"""A job that was paid is told to its client's favourites at once, and later to those nearby whom it suits."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import CustomUser, Notification, NotificationKind, Profile
from accounts.services import notifications
from core import clock
from core.actor import Role
from core.queries import count_queries
from jobs.models import Job
from jobs.selectors.announcing import others_to_tell
from jobs.services import announcing
from jobs.services.funding import job_funded
from tests.factories.accounts import UserFactory
from tests.factories.jobs import ApplicationFactory, BlockFactory, FavouriteFactory, JobFactory, ShiftAssignmentFactory
from tests.jobs.conftest import MONDAY, Move, funded
from tests.support import notices
from tests.support.jobs import RunJobs

pytestmark = pytest.mark.django_db

type QueuedJobs = Callable[[], list[tuple[str, dict[str, Any]]]]


def suited(job: Job, *, north_km: float = 1.0, skill: str = "", **user: Any) -> CustomUser:
    """A worker with the job's trade, who lives so far north of it."""
    worker = UserFactory.create(**user)
    assert job.latitude is not None
    Profile.objects.filter(user=worker).update(
        skills=[skill or job.industry.slug], latitude=job.latitude + north_km / 111.195, longitude=job.longitude
    )
    return worker


def told() -> list[int]:
    return [notice.user_id for notice in notices.told("new_job")]


def test_favourites_are_told_when_the_job_is_paid_and_the_others_later(
    chidi: CustomUser, ada: CustomUser, queued_jobs: QueuedJobs
) -> None:
    job = JobFactory.create(client=chidi, status="pending")
    FavouriteFactory.create(client=chidi, worker=ada)
    near = suited(job)

    job_funded(job=job, held_kobo=job.price_kobo)
    assert [name for name, _ in queued_jobs()] == ["jobs.tasks.announce_job"]
    announcing.announce_to_favourites(job_id=job.pk)

    assert told() == [ada.pk]
    later = ProcrastinateJob.objects.get(task_name="jobs.tasks.announce_job_to_others")
    assert later.scheduled_at is not None
    announcing.announce_to_others(job_id=job.pk)
    assert told() == [ada.pk, near.pk]


@pytest.mark.django_db(transaction=True)
def test_who_has_no_favourites_reaches_the_others_at_once_and_each_once(chidi: CustomUser, run_jobs: RunJobs) -> None:
    job = JobFactory.create(client=chidi, status="pending", title="Waiters for a wedding")
    near = suited(job)

    with transaction.atomic():
        job_funded(job=job, held_kobo=job.price_kobo)
    run_jobs()
    announcing.announce_to_favourites(job_id=job.pk)
    run_jobs()

    notice = Notification.objects.get(kind=NotificationKind.NEW_JOB)
    assert (notice.user_id, notice.link) == (near.pk, f"/jobs/{job.pk}")
    assert "“Waiters for a wedding”" in notice.body
    assert "It is in your trade, and near you." in notice.body


def test_others_are_near_of_the_trade_free_and_unblocked(chidi: CustomUser) -> None:
    job = funded(JobFactory.create(client=chidi))
    far = suited(job, north_km=26)
    cook = suited(job, skill="cook")
    unproved = suited(job, email_verified_at=None)
    gone = suited(job, is_active=False)
    client = suited(job, role=Role.CLIENT)
    applied, stepped_back, busy, blocked, blocking = (suited(job) for _ in range(5))
    ApplicationFactory.create(job=job, applicant=applied)
    ApplicationFactory.create(job=job, applicant=stepped_back, status="withdrawn")
    elsewhere = JobFactory.create(applicants_needed=1)
    ShiftAssignmentFactory.create(
        application=ApplicationFactory.create(job=elsewhere, applicant=busy, status="accepted")
    )
    BlockFactory.create(blocker=chidi, blocked=blocked)
    BlockFactory.create(blocker=blocking, blocked=chidi)
    near = suited(job, north_km=24)

    announcing.announce_to_others(job_id=job.pk)

    assert sorted(told()) == sorted([stepped_back.pk, near.pk])
    assert not {far.pk, cook.pk, unproved.pk, gone.pk, client.pk} & set(told())


def test_best_are_told_first_and_no_more_than_the_bound(job: Job, settings: Any) -> None:
    settings.NEW_JOB_TOLD_AT_MOST = 2
    suited(job, north_km=20)
    near, reliable = suited(job, north_km=1), suited(job, north_km=10)
    Profile.objects.filter(user=reliable).update(approved_count=40)

    announcing.announce_to_others(job_id=job.pk)

    assert sorted(told()) == sorted([near.pk, reliable.pk])


@pytest.mark.parametrize("change", [{"status": "pending"}, {"canceled_at": MONDAY}, {"accepted_count": 2}])
def test_job_that_takes_nobody_is_told_to_nobody(job: Job, queued_jobs: QueuedJobs, change: dict[str, Any]) -> None:
    suited(job)
    FavouriteFactory.create(client=job.client)
    Job.objects.filter(pk=job.pk).update(**change)

    announcing.announce_to_favourites(job_id=job.pk)
    announcing.announce_to_others(job_id=job.pk)

    assert (told(), queued_jobs()) == ([], [])


def test_job_without_a_position_is_near_nobody(job: Job) -> None:
    suited(job)
    Job.objects.filter(pk=job.pk).update(latitude=None, longitude=None)

    announcing.announce_to_others(job_id=job.pk)

    assert told() == []


@pytest.mark.parametrize("rows", [1, 30])
def test_the_others_are_found_in_one_query(job: Job, rows: int) -> None:
    for _ in range(rows):
        suited(job)
    job = Job.objects.select_related("industry", "subcategory").get(pk=job.pk)

    with count_queries() as counted:
        assert len(others_to_tell(job)) == rows

    assert counted.count == 1


class TestRation:
    def deliver(self, wale: CustomUser, number: int) -> None:
        notifications.notify(
            user_id=wale.pk,
            kind=NotificationKind.NEW_JOB,
            params={"job_id": number, "job_title": "Waiter"},
            dedupe_key=f"new_job:job:{number}",
        )

    def test_a_person_is_told_of_so_many_new_jobs_a_day(self, wale: CustomUser, clock_at: Move, settings: Any) -> None:
        settings.NEW_JOB_NOTICES_A_DAY = 2
        for number in (1, 2, 3):
            self.deliver(wale, number)
        assert Notification.objects.count() == 2

        clock_at(clock.now() + timedelta(days=1))
        self.deliver(wale, 4)

        assert Notification.objects.filter(link="/jobs/4").exists()

    @pytest.mark.django_db(transaction=True)
    def test_two_deliveries_at_once_count_each_other(self, wale: CustomUser, settings: Any) -> None:
        settings.NEW_JOB_NOTICES_A_DAY = 1

        def deliver(number: int) -> None:
            try:
                self.deliver(wale, number)
            finally:
                connection.close()

        with ThreadPoolExecutor(8) as threads:
            list(threads.map(deliver, range(8)))

        assert Notification.objects.count() == 1
