"""R2 and R3 where sentinels watch the cache's Redis: a primary that dies, sleeps or is replaced."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
import redis
from django.core.cache import caches
from django.db import connection
from django_redis import get_redis_connection
from django_redis.pool import ConnectionFactory

from accounts.models import CustomUser
from core.cache import scripts
from core.cache.pool import SentinelPool
from core.cache.sentinels import GOOD_FOR_SECONDS, Reign
from core.cache.store import store
from core.cache.watch import watch
from core.hints import hint
from core.throttling import Throttle
from payshift.environment import redis_cache
from payshift.measuring.servers import free_port
from tests.core.cache.conftest import recover, rename
from tests.core.cache.reader import FIRST_NAME, outcome, read_name
from tests.core.events.conftest import Hints
from tests.support.api_client import ApiClient
from tests.support.sentinels import HOST, SENTINEL_PASSWORD, Server, Watched, until
from tests.support.tls_front import Authority
from tests.web.instance import started, wait_until_ready

pytestmark = pytest.mark.django_db(transaction=True)

# An election takes a second or two after the second until the primary is believed to be down; the machine is busy.
WITHIN_SECONDS = 20


@pytest.fixture
def watched(
    tmp_path: Path, settings: Any, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Watched]:
    """With the parameter "tls" behind TLS, whose authority this process and its children are told of; with "forged" of
    another.
    """
    authority, kind = None, getattr(request, "param", "plain")
    if kind != "plain":
        authority = Authority(tmp_path / "authority", HOST)
        trusted = authority if kind == "tls" else Authority(tmp_path / "another", HOST)
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted.certificates))
    servers = Watched(tmp_path, authority)
    old = settings.CACHES
    settings.CACHES = {
        "default": redis_cache(servers.url, sentinels=servers.addresses, sentinel_password=SENTINEL_PASSWORD)
    }
    settings.CACHE_QUARANTINE_MS = 0
    pool().connection_kwargs["socket_timeout"] = 1
    yield servers
    pool().primary.stop()
    watch.forget()
    caches["default"].close()
    # Kept by the URL, which is the same for all of these tests.
    del ConnectionFactory._pools[servers.url]
    settings.CACHES = old
    servers.end()


def pool() -> SentinelPool:
    found = get_redis_connection("default").connection_pool
    assert isinstance(found, SentinelPool)
    return found


def seconds_until_a_hit(user: CustomUser) -> float:
    began = time.monotonic()
    while outcome(user.pk) != "payshift; hit":
        assert time.monotonic() < began + WITHIN_SECONDS
        time.sleep(0.05)
    return time.monotonic() - began


def stored_at(server: Server, user: CustomUser) -> bool:
    """Whether whoever asks this server is served the entry, or a copy of it that they hold: both or neither."""
    key = FIRST_NAME.entry_key({"user_id": user.pk})
    try:
        entry = server.client().eval(scripts.READ, 0, "x", "", key, "", 3_000)[6]
    except redis.ResponseError:
        with pytest.raises(redis.ResponseError):
            server.client().getex("c:epoch", persist=True)
        return False
    return bool(entry)


class Reading:
    """Somebody who reads all the time, in a thread of their own; `stale` after `written` is set."""

    def __init__(self, user_id: int) -> None:
        self.written, self.over = Event(), Event()
        self.stale = self.read = 0
        self._user_id = user_id
        self._thread = Thread(target=self._go)

    def __enter__(self) -> "Reading":
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.over.set()
        self._thread.join()

    def _go(self) -> None:
        try:
            while not self.over.wait(0.005):
                written = self.written.is_set()
                name = read_name(self._user_id)
                self.read += 1
                self.stale += written and name != "New"
        finally:
            connection.close()


def came_by_tls(watched: Watched) -> list[bool]:
    return [bool(server.front and server.front.wrapped) for server in (*watched.sentinels, watched.primary())]


@pytest.mark.parametrize(
    ("watched", "fault"), [("plain", "kill"), ("plain", "freeze"), ("tls", "kill")], indirect=["watched"]
)
def test_r3_cache_goes_on_at_the_promoted_replica_and_nothing_stale_is_served(
    watched: Watched, user: CustomUser, fault: str
) -> None:
    """A frozen primary wakes again with entries that were void meanwhile."""
    throttle = Throttle("test failover", limit=100_000, period_seconds=60)
    seconds_until_a_hit(user)
    first = watched.primary()

    with Reading(user.pk) as reading:
        getattr(first, fault)()
        rename(user, "New")
        reading.written.set()
        until(lambda: watched.primary() is not first)
        seconds_until_a_hit(user)
        first.thaw()
        time.sleep(2)

    assert (reading.stale, reading.read > 100) == (0, True)
    assert (pool().primary.reign or Reign("", 0, 0)).port == watched.primary().port != first.port
    throttle.hit("somebody")
    assert read_name(user.pk) == "New"
    assert came_by_tls(watched) == [watched.scheme == "rediss"] * 4


@pytest.mark.parametrize("watched", ["forged"], indirect=True)
def test_r2_sentinels_whose_certificate_nobody_vouches_for_are_not_heard(watched: Watched, user: CustomUser) -> None:
    assert [outcome(user.pk) for _ in range(2)] == ["payshift; fwd=bypass"] * 2

    assert came_by_tls(watched) == [False] * 4
    assert pool().primary.reign is None


@pytest.mark.parametrize("watched", ["plain", "tls"], indirect=True)
def test_process_of_hints_turns_to_the_promoted_replica(
    watched: Watched, api: Callable[[CustomUser], ApiClient], user: CustomUser, tmp_path: Path
) -> None:
    """Streams end with the primary, browsers ask again, and hear what is said at the new one."""
    port, caller, first = free_port(), api(user), watched.primary()
    watching = {"REDIS_URL": watched.url, "REDIS_SENTINELS": watched.addresses}
    environment = {**os.environ, **watching, "REDIS_SENTINEL_PASSWORD": SENTINEL_PASSWORD}
    program = ("-m", "granian", "--interface", "asgi", "--host", HOST, "--no-ws", "--port", str(port))
    hints = Hints(f"http://{HOST}:{port}")

    def listens() -> bool:
        with hints.listen(caller) as stream:
            return stream.status == 200

    def hears() -> bool:
        # A stream of before the process turned ends with it, too, and is asked for again.
        with hints.listen(caller) as stream:
            hint(user_id=user.pk, about="job", number=7)
            return stream.status == 200 and '"id": 7' in stream.hint()

    with started((*program, "payshift.asgi:application"), environment, tmp_path / "hints.log"):
        wait_until_ready(f"{hints.url}/health/live", tmp_path)
        until(listens)
        with hints.listen(caller) as stream:
            first.kill()
            assert stream.hint() == ""
        until(lambda: watched.primary() is not first and store.available)
        until(hears)


def test_r2_promoted_replica_that_never_heard_of_a_write_serves_nothing_of_before(
    watched: Watched, user: CustomUser
) -> None:
    lose_an_invalidation(watched, user)

    assert read_name(user.pk) == "New"
    seconds_until_a_hit(user)
    assert read_name(user.pk) == "New"


def test_control_without_a_look_at_who_wrote_its_content_the_old_entry_is_served(
    watched: Watched, user: CustomUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SentinelPool, "names", lambda pool, run_id: b"anybody")
    monkeypatch.setattr("core.cache.watch.NEW_EPOCH", "return 1")

    lose_an_invalidation(watched, user)

    assert read_name(user.pk) == "Old"


def lose_an_invalidation(watched: Watched, user: CustomUser) -> None:
    """The write is announced to a primary that dies before it has told anybody."""
    seconds_until_a_hit(user)
    first, reign = watched.primary(), pool().primary.reign
    assert reign is not None
    until(lambda: first.client().wait(2, 1000) == 2)
    first.client().config_set("min-replicas-to-write", 0)
    watched.cut_off_replicas()
    rename(user, "New")
    first.kill()
    until(lambda: watched.primary() is not first)
    until(lambda: (pool().primary.reign or reign).port != first.port and store.available)


def test_r2_former_primary_that_is_alive_is_voided_before_anybody_turns_to_the_new_one(
    watched: Watched, user: CustomUser
) -> None:
    """Another process may still read there."""
    seconds_until_a_hit(user)
    first = watched.primary()
    reign = pool().primary.reign
    assert stored_at(first, user)
    assert reign is not None

    watched.replace_primary()
    until(lambda: pool().primary.reign != reign)

    assert not stored_at(first, user)
    assert read_name(user.pk) == "Old"


def test_r2_void_leaves_nothing_at_a_primary_that_does_not_know_that_it_is_none(
    watched: Watched, user: CustomUser
) -> None:
    seconds_until_a_hit(user)
    first = watched.primary()

    pool().void(Reign(HOST, first.port, 0))

    assert not stored_at(first, user)


def test_r2_without_a_majority_of_sentinels_nobody_reads(watched: Watched, user: CustomUser) -> None:
    """This process may be in the part of a network in which the primary is one no more."""
    seconds_until_a_hit(user)
    for sentinel in watched.sentinels[:2]:
        sentinel.freeze()

    began = time.monotonic()
    until(lambda: outcome(user.pk) == "payshift; fwd=bypass")
    took = time.monotonic() - began
    for sentinel in watched.sentinels[:2]:
        sentinel.thaw()

    # It heard them a second before, at most, and waits for each of the two.
    assert took < GOOD_FOR_SECONDS + 3
    assert seconds_until_a_hit(user) < WITHIN_SECONDS


def test_r2_replica_and_a_primary_without_replicas_serve_nobody(watched: Watched, user: CustomUser) -> None:
    seconds_until_a_hit(user)
    first, replica = watched.servers[0], watched.servers[1]
    until(lambda: first.client().wait(2, 1000) == 2)

    refused: Callable[[Server], bool] = lambda server: not stored_at(server, user)  # noqa: E731

    assert refused(replica)
    with pytest.raises(redis.ConnectionError, match="is a replica"):
        pool().connection_class(**pool().connection_kwargs).connect_to((HOST, replica.port))
    assert not refused(first)
    for server in watched.servers[1:]:
        server.freeze()
    until(lambda: refused(first))
    for server in watched.servers[1:]:
        server.thaw()
    recover()


def test_primary_of_long_ago_that_comes_to_power_again_is_not_taken_for_who_wrote_its_content(
    watched: Watched, user: CustomUser
) -> None:
    seconds_until_a_hit(user)
    first, reign = watched.servers[0], pool().primary.reign
    assert reign is not None
    run_id = first.client().info("server")["run_id"].encode()
    assert first.client().get("c:run") == pool().names(run_id)

    pool().primary.reign = Reign(reign.host, reign.port, reign.number + 2)

    assert first.client().get("c:run") != pool().names(run_id)
