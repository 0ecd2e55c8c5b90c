"""R3 where Redis is there and of little use: slow, full of what it may not evict, or wanted by too many at once."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django_redis import get_redis_connection

from accounts.models import CustomUser
from core.cache.pool import MAX_CONNECTIONS
from core.cache.store import store
from core.errors import TooManyRequests
from core.throttling import Throttle
from tests.core.cache.conftest import PrivateRedis, recover, rename, seconds
from tests.core.cache.reader import outcome, read_name
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def passes(throttle: Throttle, times: int) -> int:
    passed = 0
    for _ in range(times):
        try:
            throttle.hit("somebody")
            passed += 1
        except TooManyRequests:
            pass
    return passed


def test_r3_slow_redis_costs_two_time_outs_and_its_late_answers_are_nobody_elses(
    server: PrivateRedis, user: CustomUser
) -> None:
    """An answer that comes after the time-out must not be read as the answer to the next question."""
    other = UserFactory(first_name="Other")
    assert [read_name(user.pk), read_name(other.pk)] == ["Old", "Other"]
    server.pause(seconds=1)

    waited = seconds(lambda: [read_name(user.pk) for _ in range(10)])
    rename(user, "New")
    recover()

    assert waited < 1.5
    assert [(read_name(user.pk), read_name(other.pk)) for _ in range(5)] == [("New", "Other")] * 5
    assert store.available


def test_r3_busy_redis_is_left_alone_until_it_answers(server: PrivateRedis, user: CustomUser, settings: Any) -> None:
    """One long script or command of somebody else blocks everybody."""
    settings.CACHE_QUARANTINE_MS = 0
    blocker = threading.Thread(target=server.keep_busy, args=(1.0,))
    blocker.start()
    time.sleep(0.1)

    waited = seconds(lambda: [read_name(user.pk) for _ in range(20)])
    blocker.join()
    recover()
    read_name(user.pk)

    assert waited < 1.0
    assert outcome(user.pk) == "payshift; hit"


def test_r3_redis_full_of_what_it_may_not_evict_serves_nothing_stale_and_recovers(
    server: PrivateRedis,
    user: CustomUser,
    settings: Any,
    queued_jobs: Callable[[], list[tuple[str, dict[str, Any]]]],
) -> None:
    settings.CACHE_QUARANTINE_MS = 0
    assert read_name(user.pk) == "Old"
    server.fill_up()

    rename(user, "New")

    assert read_name(user.pk) == "New"
    assert outcome(user.pk) == "payshift; fwd=bypass"
    assert [name for name, _ in queued_jobs()] == ["core.tasks.invalidate_entities"]

    server.make_room()
    recover()

    assert read_name(user.pk) == "New"
    assert outcome(user.pk) == "payshift; hit"


@pytest.mark.parametrize("trouble", ["pause", "fill_up"])
def test_r3_throttles_count_locally_while_redis_is_of_no_use(server: PrivateRedis, trouble: str) -> None:
    """A full Redis would evict the window as soon as it is written, and let everybody through."""
    throttle = Throttle(f"test {trouble}", limit=8, period_seconds=60)
    getattr(server, trouble)()

    assert passes(throttle, 10) == 2


def test_r3_throttle_waits_no_longer_than_the_time_out(server: PrivateRedis) -> None:
    throttle = Throttle("test waiting", limit=100, period_seconds=60)
    server.pause(seconds=2)

    assert seconds(lambda: throttle.hit("somebody")) < 0.5


def test_two_hundred_threads_share_the_connections_and_are_all_answered(
    server: PrivateRedis, user: CustomUser, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pool holds fewer connections than there are threads: they wait for one, and open no more."""
    settings.CACHE_QUARANTINE_MS = 0
    # Two hundred threads of one process may keep each other waiting longer than a request should wait.
    monkeypatch.setattr(get_redis_connection("default").connection_pool, "timeout", 30)
    read_name(user.pk)
    answers: list[str] = []
    barrier = threading.Barrier(200)

    def read() -> None:
        barrier.wait()
        try:
            answers.extend(read_name(user.pk) for _ in range(5))
        finally:
            connection.close()

    threads = [threading.Thread(target=read) for _ in range(200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == ["Old"] * 1000
    assert store.available
    # The pool's, and the one that asks.
    assert get_redis_connection("default").info("clients")["connected_clients"] <= MAX_CONNECTIONS + 1


def test_r3_when_all_connections_are_taken_reads_go_on_and_so_does_the_cache_afterwards(
    server: PrivateRedis, user: CustomUser, settings: Any
) -> None:
    settings.CACHE_QUARANTINE_MS = 0
    pool = get_redis_connection("default").connection_pool
    taken = [pool.get_connection() for _ in range(MAX_CONNECTIONS)]

    waited = seconds(lambda: [read_name(user.pk) for _ in range(10)])
    rename(user, "New")
    assert read_name(user.pk) == "New"
    for each in taken:
        pool.release(each)
    recover()
    read_name(user.pk)

    assert waited < 2.0
    assert outcome(user.pk) == "payshift; hit"
