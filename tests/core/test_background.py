"""Jobs: the queue is the outbox, the real worker runs them, a killed worker's jobs are found again."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import structlog
import time_machine
from asgiref.sync import async_to_sync
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from core import clock, queries, queue_upkeep, tasks
from core.background import task
from core.lanes import Lane
from core.models import ClockOffset
from core.queries import QueryCount
from tests.support.jobs import RunJobs

pytestmark = pytest.mark.django_db(transaction=True)

seen: list[datetime] = []


@task(lane=Lane.BULK)
def create_group(*, name: str) -> None:
    seen.append(clock.now())
    Group.objects.create(name=name)


@task(lane=Lane.BULK, retry=None)
def fail(*, name: str) -> None:
    Group.objects.create(name=name)
    raise RuntimeError(f"no {name}")


@task(lane=Lane.BULK)
def fail_once_more(*, name: str) -> None:
    raise RuntimeError(f"no {name}")


@task(lane=Lane.BULK)
def create_two(*, name: str) -> None:
    create_group.defer(name=f"{name}-1")
    create_group.defer(name=f"{name}-2")


@task(lane=Lane.BULK)
def create_one_and_take_it_back(*, name: str) -> None:
    with transaction.atomic():
        create_group.defer(name=name)
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _forget(transactional_db: None) -> None:
    seen.clear()
    # Those of staff.
    Group.objects.all().delete()


def names() -> set[str]:
    return set(Group.objects.values_list("name", flat=True))


def statuses() -> list[str]:
    return list(ProcrastinateJob.objects.order_by("id").values_list("status", flat=True))


def test_job_commits_with_the_write_that_deferred_it(run_jobs: RunJobs, queued_jobs: Callable[[], Any]) -> None:
    with transaction.atomic():
        create_group.defer(name="committed")
    with transaction.atomic():
        create_group.defer(name="rolled back")
        transaction.set_rollback(True)

    assert queued_jobs() == [("tests.core.test_background.create_group", {"name": "committed"})]
    assert run_jobs() == 1
    assert names() == {"committed"}
    assert queued_jobs() == []


def test_job_commits_with_the_write_of_a_job_that_deferred_it(run_jobs: RunJobs) -> None:
    create_one_and_take_it_back.defer(name="rolled back")

    assert run_jobs() == 1
    assert names() == set()


def test_jobs_deferred_by_jobs_run_too(run_jobs: RunJobs) -> None:
    create_two.defer(name="a")

    assert run_jobs() == 3
    assert names() == {"a-1", "a-2"}


def test_failing_job_is_shown_to_the_test_and_kept(run_jobs: RunJobs) -> None:
    fail.defer(name="a")

    with pytest.raises(RuntimeError, match="no a"):
        run_jobs()

    assert statuses() == ["failed"]
    assert run_jobs() == 0


def test_failed_job_is_tried_again_later_by_default(run_jobs: RunJobs) -> None:
    fail_once_more.defer(name="a")

    assert run_jobs(allow_failures=True) == 1

    job = ProcrastinateJob.objects.get()
    assert (job.status, job.attempts) == ("todo", 1)
    assert job.scheduled_at is not None


def test_job_sees_the_moved_clock(run_jobs: RunJobs) -> None:
    with time_machine.travel("2026-03-01T09:00:00Z", tick=True):
        ClockOffset.objects.create(offset=timedelta(days=10))
        create_group.defer(name="a")

        run_jobs()

    assert seen[0].date().isoformat() == "2026-03-11"


def test_job_runs_while_time_stands_still(run_jobs: RunJobs) -> None:
    with time_machine.travel("2026-03-01T09:00:00Z", tick=False):
        create_group.defer(name="a")

        assert run_jobs() == 1


def test_job_is_counted_and_logged_under_its_id(run_jobs: RunJobs) -> None:
    heard: list[tuple[str, int]] = []

    def observe(operation: str, counted: QueryCount) -> None:
        heard.append((operation, counted.count))

    queries.OBSERVERS.append(observe)
    job_id = create_group.defer(name="a")
    try:
        with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
            run_jobs()
    finally:
        queries.OBSERVERS.remove(observe)

    assert heard == [("tests.core.test_background.create_group", 1)]
    assert [(line["job_id"], line["task"], line["queries"]) for line in lines if line["event"] == "job_finished"] == [
        (job_id, "tests.core.test_background.create_group", 1)
    ]


def leave_behind(*, heartbeat_seconds_ago: int | None, attempts: int = 0) -> int:
    """A job as a killed worker leaves it; None: its worker is gone from the table already."""
    with connection.cursor() as cursor:
        worker_id = None
        if heartbeat_seconds_ago is not None:
            cursor.execute(
                "INSERT INTO procrastinate_workers (last_heartbeat) "
                "VALUES (now() - make_interval(secs => %s)) RETURNING id",
                [heartbeat_seconds_ago],
            )
            worker_id = cursor.fetchone()[0]
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, worker_id, attempts) "
            "VALUES ('tests', 'tests.core.test_background.create_group', '{\"name\": \"late\"}', 'doing', %s, %s) "
            "RETURNING id",
            [worker_id, attempts],
        )
        return cursor.fetchone()[0]


@pytest.mark.parametrize("heartbeat", [31, 3600, None])
def test_job_of_a_dead_worker_is_retried(run_jobs: RunJobs, heartbeat: int | None) -> None:
    job_id = leave_behind(heartbeat_seconds_ago=heartbeat)
    tasks.retry_stalled_jobs.defer(timestamp=0)

    run_jobs()

    assert names() == {"late"}
    assert ProcrastinateJob.objects.get(id=job_id).status == "succeeded"


def test_job_of_a_living_worker_is_left_alone() -> None:
    job_id = leave_behind(heartbeat_seconds_ago=5)

    async_to_sync(tasks.retry_stalled_jobs.func)(timestamp=0)

    assert ProcrastinateJob.objects.get(id=job_id).status == "doing"


def test_job_that_kills_its_worker_each_time_is_given_up() -> None:
    job_id = leave_behind(heartbeat_seconds_ago=60, attempts=tasks.MOST_ATTEMPTS)

    async_to_sync(tasks.retry_stalled_jobs.func)(timestamp=0)

    assert ProcrastinateJob.objects.get(id=job_id).status == "failed"


def age(kept: timedelta) -> None:
    with connection.cursor() as cursor:
        seconds = kept.total_seconds() + 3600
        cursor.execute("UPDATE procrastinate_events SET at = at - %s * interval '1 second'", [seconds])


def test_old_finished_jobs_are_deleted_and_failures_kept_longer(run_jobs: RunJobs) -> None:
    create_group.defer(name="a")
    fail.defer(name="b")
    run_jobs(allow_failures=True)
    age(timedelta(days=settings.KEPT_JOBS_DAYS))
    create_group.defer(name="waiting")

    assert queue_upkeep.delete_old_jobs() == 1
    assert statuses() == ["failed", "todo"]

    age(timedelta(days=settings.KEPT_FAILED_JOBS_DAYS))

    assert queue_upkeep.delete_old_jobs() == 1
    assert statuses() == ["todo"]


def test_old_jobs_are_deleted_in_windows_and_the_recent_ones_are_not_looked_at(
    run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_upkeep, "WINDOW", 2)
    for number in range(5):
        create_group.defer(name=f"old {number}")
    run_jobs()
    age(timedelta(days=settings.KEPT_JOBS_DAYS))
    for number in range(8):
        create_group.defer(name=f"recent {number}")

    with queries.count_queries() as counted:
        deleted = queue_upkeep.delete_old_jobs()

    assert (deleted, statuses()) == (5, ["todo"] * 8)
    # Three windows with old jobs in them, and the first without.
    assert counted.count == 4


def test_upkeep_is_periodic() -> None:
    periodic = {
        periodic_task.task.name: periodic_task.cron for periodic_task in app.periodic_registry.periodic_tasks.values()
    }

    assert periodic["core.tasks.retry_stalled_jobs"] == "* * * * *"
    assert periodic["core.tasks.delete_old_jobs"] == "40 3 * * *"
