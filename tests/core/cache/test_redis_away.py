"""R3: with Redis away, slow, restarted or back with old content, answers stay right and nothing stale is served."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
import redis
from django_redis import get_redis_connection

from accounts.models import CustomUser
from core.bearer import token_key
from core.cache.store import store
from core.cache.watch import start_epoch, watch
from core.health import redis_answers
from core.throttling import Throttle
from tests.core.cache.conftest import PrivateRedis, recover, rename, seconds
from tests.core.cache.reader import outcome, read_name

# Of settings.CACHES.
TIME_OUT_SECONDS = 0.25

pytestmark = pytest.mark.django_db(transaction=True)


def test_r3_reads_and_writes_go_on_without_redis(server: PrivateRedis, user: CustomUser) -> None:
    read_name(user.pk)
    server.kill()

    rename(user, "New")

    assert read_name(user.pk) == "New"
    assert outcome(user.pk) == "payshift; fwd=bypass"


def test_r3_a_write_that_redis_did_not_see_commits_a_job_that_tells_it_later(
    server: PrivateRedis, user: CustomUser, queued_jobs: Callable[[], list[tuple[str, dict[str, Any]]]]
) -> None:
    server.kill()

    rename(user, "New")

    assert ("core.tasks.invalidate_entities", {"entities": [f"login:{user.pk}", f"user:{user.pk}"]}) in queued_jobs()


def test_r3_a_process_reads_nothing_from_a_redis_that_missed_its_write(
    server: PrivateRedis, user: CustomUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The entry is still there and Redis answers again at once: the writer must not be served it."""
    assert read_name(user.pk) == "Old"
    with monkeypatch.context() as away:
        away.setattr("core.cache.store.evaluate", unreachable)
        rename(user, "New")

    assert read_name(user.pk) == "New"
    recover()
    assert read_name(user.pk) == "New"


def unreachable(*arguments: object) -> None:
    raise redis.ConnectionError("gone")


def test_r3_a_frozen_redis_costs_two_time_outs_and_then_nothing(server: PrivateRedis, user: CustomUser) -> None:
    read_name(user.pk)
    server.freeze()

    first = seconds(lambda: [read_name(user.pk) for _ in range(2)])
    later = seconds(lambda: [read_name(user.pk) for _ in range(10)])

    assert first < 2.0
    assert later < 0.5


def test_r3_nobodys_request_finds_out_whether_a_frozen_redis_answers(server: PrivateRedis, user: CustomUser) -> None:
    """Neither a read, nor a throttle, nor readiness: for three seconds, several times as long as between two probes."""
    throttle = Throttle("test frozen", limit=1_000_000, period_seconds=60)
    server.freeze()
    assert [read_name(user.pk) for _ in range(2)] == ["Old", "Old"]
    waits: list[float] = []
    until = time.monotonic() + 3

    while time.monotonic() < until:
        waits.append(seconds(lambda: read_name(user.pk)))
        waits.append(seconds(lambda: throttle.hit("somebody")))
        with pytest.raises(redis.ConnectionError):
            redis_answers()

    # On a busy machine one may be put aside for long; each probe would make its own wait.
    assert sum(wait >= TIME_OUT_SECONDS for wait in waits) <= 1, sorted(waits)[-5:]
    assert not store.available


def test_r3_a_write_that_is_not_announced_while_redis_is_asked_keeps_it_left_alone(
    server: PrivateRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The epoch that was asked for may be older than the write."""
    asked, times = threading.Event(), []

    def start_epoch_slowly() -> None:
        start_epoch()
        times.append(time.monotonic())
        if len(times) == 1:
            watch.leave_alone("a write could not be announced")
        else:
            asked.set()

    monkeypatch.setattr("core.cache.watch.start_epoch", start_epoch_slowly)

    watch.leave_alone("a test")

    assert asked.wait(30)
    recover()
    assert len(times) == 2


def test_r3_nothing_stale_after_an_outage_that_kept_the_content(server: PrivateRedis, user: CustomUser) -> None:
    assert read_name(user.pk) == "Old"
    server.freeze()
    rename(user, "New")
    server.thaw()
    server.await_answer()
    recover()

    assert read_name(user.pk) == "New"


def test_r3_nothing_stale_after_a_restart_with_a_snapshot_of_old_content(
    server: PrivateRedis, user: CustomUser
) -> None:
    """The snapshot holds the entry, and not the invalidation that came after it. Nobody noticed the restart."""
    assert read_name(user.pk) == "Old"
    server.save_content()
    rename(user, "New")
    server.kill()
    server.start()
    get_redis_connection("default").connection_pool.disconnect()

    assert read_name(user.pk) == "New"


def test_r3_after_a_restart_nothing_is_stored_until_every_unseen_writer_is_over(
    server: PrivateRedis, user: CustomUser, settings: Any
) -> None:
    server.kill()
    server.start()
    get_redis_connection("default").connection_pool.disconnect()

    assert outcome(user.pk) == "payshift; fwd=miss"

    settings.CACHE_QUARANTINE_MS = 0
    assert outcome(user.pk) == "payshift; fwd=miss; stored"


def test_r3_it_recovers_by_itself(server: PrivateRedis, user: CustomUser, settings: Any) -> None:
    settings.CACHE_QUARANTINE_MS = 0
    server.kill()
    read_name(user.pk)
    read_name(user.pk)
    assert not store.available

    server.start()
    recover()
    read_name(user.pk)

    assert store.available
    assert outcome(user.pk) == "payshift; hit"


def test_r3_a_full_redis_evicts_entries_and_never_versions(server: PrivateRedis, user: CustomUser) -> None:
    client = get_redis_connection("default")
    assert read_name(user.pk) == "Old"
    rename(user, "New")
    versions = client.zcard("c:ver")
    client.config_set("maxmemory", client.info("memory")["used_memory"] + 300_000)

    for number in range(200):
        lookup = store.read(entry_key=f"filler:{number}")
        assert lookup is not None
        store.fill(
            key=f"c:e:filler:{number}",
            stamp=lookup.stamp,
            ttl_ms=60_000,
            meta=b"t ",
            body=b"x" * 10_000,
            entities=["filler:1"],
            lease=lookup.lease,
        )

    assert client.info("stats")["evicted_keys"] > 0
    assert client.zcard("c:ver") == versions
    assert read_name(user.pk) == "New"


def test_token_key_never_shows_the_token() -> None:
    assert token_key(b"\x01\x02") == "c:t:0102"
