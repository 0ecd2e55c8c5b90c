"""Lanes: what hangs or piles up in one does not keep another waiting, and within a lane people are served in turn."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from unittest.mock import Mock, patch

import pytest
from django.conf import settings
from django.db import connection
from django_redis import get_redis_connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from core.background import task
from core.lanes import PRIORITY, Lane, slots_of
from core.rounds import ROUNDS
from core.turns import EQUAL_TURNS, turn_of
from core.worker import LaneEnded, LaneWorkers, WorkerConnector, worker_connector
from payshift.environment import Environment
from tests.support.jobs import RunJobs

pytestmark = pytest.mark.django_db(transaction=True)

released, reached = Event(), Event()
order: list[str] = []


@task(lane=Lane.MONEY, retry=None)
def hang() -> None:
    """A provider that does not answer."""
    released.wait(60)


@task(lane=Lane.NOTICES, retry=None)
def mail_slowly(*, name: str) -> None:
    """A mail server with patience: so many notices take minutes."""
    order.append(name)
    released.wait(0.2)


@task(lane=Lane.CODES, retry=None)
def send_code() -> None:
    order.append("code")
    reached.set()


@task(lane=Lane.WORK, queueing_lock="lanes:round")
def fail_while_the_next_waits() -> None:
    """A periodic round that fails when the next is due already."""
    if not order:
        order.append("failed")
        fail_while_the_next_waits.defer()
        raise RuntimeError
    order.append("next")


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    released.clear()
    reached.clear()
    order.clear()
    get_redis_connection("default").delete(*[f"lanes:turns:{who}" for who in ("loud", "quiet", 7, 8)])
    yield
    released.set()


@contextmanager
def working(slots: dict[Lane, int]) -> Iterator[LaneWorkers]:
    """A worker process' inside, in a thread, without periodic tasks. Raises what it raised."""
    loop = asyncio.new_event_loop()
    periodic, app.periodic_registry.periodic_tasks = app.periodic_registry.periodic_tasks, {}
    with app.replace_connector(worker_connector()), ThreadPoolExecutor(1) as threads:
        workers = LaneWorkers(app, slots)

        def run() -> None:
            asyncio.set_event_loop(loop)
            loop.run_until_complete(workers.run())
            loop.run_until_complete(loop.shutdown_default_executor())

        running = threads.submit(run)
        try:
            yield workers
        finally:
            released.set()
            app.periodic_registry.periodic_tasks = periodic
            loop.call_soon_threadsafe(workers.stop)
            try:
                running.result(timeout=60)
            finally:
                loop.close()


def test_a_code_leaves_while_a_provider_hangs_and_hundreds_of_notices_wait() -> None:
    for _ in range(4):
        hang.defer()
    for number in range(300):
        mail_slowly.defer(name=str(number))

    with working({Lane.CODES: 1, Lane.MONEY: 2, Lane.NOTICES: 1}):
        deadline = time.monotonic() + 30
        while ProcrastinateJob.objects.filter(status="doing").count() < 3 and time.monotonic() < deadline:
            time.sleep(0.05)
        send_code.defer()
        left = reached.wait(30)
        waiting = ProcrastinateJob.objects.filter(status="todo", queue_name=Lane.NOTICES).count()
        ProcrastinateJob.objects.filter(status="todo").delete()

    # It did not wait its turn behind what was there before, which had not been done by then.
    assert left
    assert waiting > 100
    assert "code" in order


def test_a_lane_that_ends_by_itself_ends_the_others_and_is_an_error() -> None:
    def lose_a_lane() -> None:
        send_code.defer()
        with working({Lane.CODES: 1, Lane.MONEY: 1}) as workers:
            assert reached.wait(60)
            # As procrastinate does when its heartbeat or its listener fails.
            workers._workers[1].stop()  # type: ignore[no-untyped-call]
            deadline = time.monotonic() + 30
            while not workers._stopping and time.monotonic() < deadline:
                time.sleep(0.05)

    with pytest.raises(LaneEnded, match="worker-money"):
        lose_a_lane()


def test_worker_that_is_told_to_stop_while_it_connects_starts_no_job() -> None:
    async def stop_at_once() -> None:
        workers = LaneWorkers(app, {Lane.CODES: 1})
        workers.stop()
        await workers.run()

    send_code.defer()
    with app.replace_connector(worker_connector()):
        asyncio.run(stop_at_once())

    assert order == []
    assert ProcrastinateJob.objects.get().status == "todo"


def test_worker_without_its_database_ends_with_an_error_in_one_line() -> None:
    refused = socket.socket()
    refused.bind(("127.0.0.1", 0))
    address = f"postgresql://app@127.0.0.1:{refused.getsockname()[1]}/none?connect_timeout=1"
    with refused:
        worker = subprocess.run(
            [sys.executable, "manage.py", "work", "--skip-checks"],
            cwd=settings.BASE_DIR,
            env={**os.environ, "DATABASE_URL": address},
            capture_output=True,
            text=True,
            check=False,
        )

    assert worker.returncode == 1
    said = [line for line in worker.stderr.splitlines() if line.startswith("CommandError: ")]
    assert len(said) == 1
    assert said[0].startswith("CommandError: PostgreSQL cannot be reached: ")
    assert "Traceback" not in worker.stderr


def test_a_worker_of_all_queues_takes_codes_before_money_and_money_before_notices(run_jobs: RunJobs) -> None:
    released.set()
    mail_slowly.defer(name="notice")
    hang.defer()
    send_code.defer()

    run_jobs()

    assert order == ["code", "notice"]
    assert sorted(PRIORITY, key=lambda lane: PRIORITY[lane], reverse=True) == list(Lane)


def test_ten_thousand_notices_of_one_person_do_not_delay_anothers(run_jobs: RunJobs) -> None:
    released.set()
    for number in range(40):
        mail_slowly.configure(priority=turn_of("loud")).defer(name=f"loud {number}")
    mail_slowly.configure(priority=turn_of("quiet")).defer(name="quiet")

    run_jobs()

    assert order.index("quiet") == EQUAL_TURNS
    assert order[-1] == "loud 39"


def test_no_turn_falls_below_the_next_lane() -> None:
    get_redis_connection("default").set("lanes:turns:7", 1_000_000)

    assert turn_of(7) > PRIORITY[Lane.BULK]
    assert turn_of(8) == PRIORITY[Lane.NOTICES]


def test_a_lanes_next_job_is_found_without_a_look_at_those_of_others() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'core_jobs_by_lane'")
        (definition,) = cursor.fetchone()

    assert "(queue_name, priority DESC, id)" in definition


def test_worker_plans_its_look_into_the_queue_anew_each_time_and_keeps_the_applications_time_outs() -> None:
    async def shown(name: str) -> str:
        connector = worker_connector()
        await connector.open_async()
        try:
            return str((await connector.execute_query_one_async(f"SHOW {name}"))[name])
        finally:
            await connector.close_async()

    assert asyncio.run(shown("plan_cache_mode")) == "force_custom_plan"
    assert asyncio.run(shown("statement_timeout")) == "10s"


def test_idle_lane_sleeps_until_something_comes_and_hears_it_then() -> None:
    heard: list[str] = []

    async def hear(*, channel: str, payload: str) -> None:
        heard.append(payload)

    async def told(connector: WorkerConnector, payload: str) -> None:
        while payload not in heard:
            await connector.execute_query_async(f"SELECT pg_notify('lanes_test', '{payload}')")
            await asyncio.sleep(0.05)

    async def wakings_of_an_idle_second() -> int:
        connector, loop = worker_connector(), asyncio.get_running_loop()
        await connector.open_async()
        listening = asyncio.create_task(connector.listen_notify(hear, ["lanes_test"]))
        try:
            await asyncio.wait_for(told(connector, "first"), 30)
            timers = Mock(wraps=loop.call_later)
            with patch.object(loop, "call_later", timers):
                await asyncio.sleep(1)
            await asyncio.wait_for(told(connector, "second"), 30)
        finally:
            listening.cancel()
            await asyncio.wait([listening], timeout=5)
            await connector.close_async()
        assert listening.cancelled()
        return timers.call_count

    # The second's own, and one of what the first answer was followed by.
    assert asyncio.run(wakings_of_an_idle_second()) <= 2


def test_job_that_failed_leaves_its_queueing_lock_to_the_next_that_waits(run_jobs: RunJobs) -> None:
    fail_while_the_next_waits.defer()

    run_jobs(allow_failures=True)

    assert order == ["failed", "next"]
    assert list(ProcrastinateJob.objects.order_by("id").values_list("status", flat=True)) == ["failed", "succeeded"]


@pytest.mark.parametrize("text", ["", "codes", "codes=0", "nowhere=1", "codes=many"])
def test_slots_that_say_nothing_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        slots_of(text)


def test_connections_of_a_process_suffice_for_its_slots_and_rounds() -> None:
    """With the settings that nobody has changed."""
    slots, connections = (Environment.model_fields[name].default for name in ("WORKER_SLOTS", "DATABASE_POOL_SIZE"))

    assert sum(slots_of(slots).values()) + len(ROUNDS) <= connections
