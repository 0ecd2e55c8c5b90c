"""Throttles count exactly, in parallel too, and become stricter without Redis (R3)."""

import secrets
from collections.abc import Iterator
from threading import Barrier

import pytest
import redis as redis_py
from django.http import HttpRequest
from django.test import RequestFactory
from django_redis import get_redis_connection
from pytest_django import Settings
from redis.backoff import NoBackoff
from redis.retry import Retry

from core import throttling
from core.cache import evaluating
from core.cache.watch import watch
from core.errors import TooManyRequests
from core.throttling import AddressThrottle, GrowingDelay, LocalWindow, Throttle, client_address, network_of
from tests.support.races import errors_of, race


@pytest.fixture(autouse=True)
def _empty_windows() -> Iterator[None]:
    yield
    # Who found no Redis leaves it alone for a moment.
    watch.forget()
    redis = get_redis_connection("default")
    for key in redis.scan_iter("throttle:*"):
        redis.delete(key)


@pytest.fixture
def _no_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = redis_py.Redis(host="127.0.0.1", port=1, retry=Retry(NoBackoff(), 0))
    monkeypatch.setattr(evaluating, "get_redis_connection", lambda alias: nobody)


def hits(throttle: Throttle, key: str, times: int) -> int:
    """How many of `times` hits passed."""
    passed = 0
    for _ in range(times):
        try:
            throttle.hit(key)
            passed += 1
        except TooManyRequests:
            pass
    return passed


def test_limit_passes_and_the_rest_is_refused_with_a_time_to_wait() -> None:
    throttle = Throttle("test", limit=3, period_seconds=60)

    assert hits(throttle, "a", 3) == 3
    with pytest.raises(TooManyRequests) as refused:
        throttle.hit("a")

    assert 58 <= int(refused.value.headers["Retry-After"]) <= 60
    assert hits(throttle, "b", 4) == 3


def test_throttles_of_other_names_count_apart() -> None:
    assert hits(Throttle("one", limit=1, period_seconds=60), "a", 2) == 1
    assert hits(Throttle("two", limit=1, period_seconds=60), "a", 2) == 1


def test_window_slides() -> None:
    throttle = Throttle("test", limit=2, period_seconds=60)
    hits(throttle, "a", 2)
    (key,) = get_redis_connection("default").scan_iter("throttle:test:*")
    oldest, _ = get_redis_connection("default").zrange(key, 0, -1, withscores=True)

    # As if the first hit had been a minute and a second ago.
    get_redis_connection("default").zadd(key, {oldest[0]: oldest[1] - 61_000_000})

    assert hits(throttle, "a", 2) == 1
    assert get_redis_connection("default").zcard(key) == 2


def test_window_expires_by_itself_and_keys_hold_no_address() -> None:
    Throttle("test", limit=2, period_seconds=60).hit("ada@example.com")

    (key,) = get_redis_connection("default").scan_iter("throttle:test:*")

    assert 0 < get_redis_connection("default").pttl(key) <= 60_000
    assert b"ada" not in key


def test_of_many_parallel_hits_exactly_the_limit_passes() -> None:
    throttle = Throttle("test", limit=5, period_seconds=60)

    outcomes = race(*[lambda: throttle.hit("a")] * 32)

    assert outcomes.count(None) == 5
    assert set(errors_of(outcomes)) == {TooManyRequests}


def test_control_reading_and_then_writing_lets_more_through(monkeypatch: pytest.MonkeyPatch) -> None:
    throttle = Throttle("test", limit=5, period_seconds=60)
    everybody_has_read = Barrier(16)

    def hit_in_two_steps(key: str) -> float:
        redis = get_redis_connection("default")
        count = redis.zcard(key)
        everybody_has_read.wait(timeout=30)
        redis.zadd(key, {secrets.token_hex(8): 1})
        return 0 if count < 5 else 60

    monkeypatch.setattr(throttle, "_hit_redis", hit_in_two_steps)

    outcomes = race(*[lambda: throttle.hit("a")] * 16)

    assert outcomes.count(None) == 16


@pytest.mark.usefixtures("_no_redis")
def test_r3_without_redis_a_quarter_passes_in_each_process() -> None:
    throttle = Throttle("test", limit=20, period_seconds=60)

    assert hits(throttle, "a", 30) == 5
    assert hits(throttle, "b", 30) == 5
    assert hits(Throttle("small", limit=1, period_seconds=60), "a", 3) == 1


@pytest.mark.usefixtures("_no_redis")
def test_r3_without_redis_parallel_hits_count_exactly() -> None:
    throttle = Throttle("test", limit=20, period_seconds=60)

    outcomes = race(*[lambda: throttle.hit("a")] * 16)

    assert outcomes.count(None) == 5


def test_local_window_slides_and_forgets_the_longest_unused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttling, "LOCAL_KEYS", 2)
    window = LocalWindow(period_seconds=60)
    moment = 1000.0
    monkeypatch.setattr("core.throttling.time.monotonic", lambda: moment)

    assert window.hit("a", limit=1) == 0
    moment = 1020.0
    assert window.hit("a", limit=1) == 40
    assert window.hit("b", limit=1) == 0
    assert window.hit("c", limit=1) == 0

    assert window.hit("b", limit=1) == 60
    assert window.hit("a", limit=1) == 0  # forgotten for c
    moment = 1090.0
    assert window.hit("b", limit=1) == 0


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::9", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::9", "2001:db8:1:3::/64"),
        ("no address", "no address"),
    ],
)
def test_network_is_what_one_subscriber_gets(address: str, network: str) -> None:
    assert network_of(address) == network


def test_callers_of_one_ipv6_network_share_the_limit_and_ipv4_callers_do_not() -> None:
    throttle = AddressThrottle("per-network", limit=2, period_seconds=60)
    for address in ("2001:db8::1", "2001:db8::2", "::ffff:192.0.2.7", "::ffff:192.0.2.8", "192.0.2.8"):
        throttle.hit(address)

    for address in ("2001:db8::3", "192.0.2.8"):
        with pytest.raises(TooManyRequests):
            throttle.hit(address)
    throttle.hit("192.0.2.7")
    throttle.hit("2001:db8:0:1::1")


def test_networks_of_one_ipv6_site_share_four_times_the_limit() -> None:
    throttle = AddressThrottle("per-site", limit=2, period_seconds=60)

    passed = [throttle.passes(f"2001:db8:7:{number:x}::1") for number in range(70)]

    assert passed == [True] * 8 + [False] * 62
    assert throttle.passes("2001:db8:8::1")


def request_from(forwarded: str | None) -> HttpRequest:
    headers = {"X-Forwarded-For": forwarded} if forwarded is not None else {}
    return RequestFactory().get("/", headers=headers, REMOTE_ADDR="10.0.0.9")


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, None, "10.0.0.9"),
        (0, "1.1.1.1", "10.0.0.9"),
        (1, None, "10.0.0.9"),
        (1, "1.1.1.1", "1.1.1.1"),
        (1, "6.6.6.6, 1.1.1.1", "1.1.1.1"),
        (2, "6.6.6.6, 1.1.1.1, 10.0.0.8", "1.1.1.1"),
        (2, "1.1.1.1", "1.1.1.1"),
        (1, " , ", "10.0.0.9"),
        (1, "1.1.1.1:4711", "1.1.1.1"),
        (1, "[2001:db8::1]:4711", "2001:db8::1"),
        (1, "[2001:db8::1]", "2001:db8::1"),
        (1, "2001:db8::1", "2001:db8::1"),
        (1, "fe80::1%eth0", "fe80::1"),
        (1, "no address", "no address"),
    ],
)
def test_client_address_trusts_only_our_own_proxies(
    settings: Settings, proxies: int, forwarded: str | None, address: str
) -> None:
    settings.NINJA_NUM_PROXIES = proxies

    assert client_address(request_from(forwarded)) == address


class TestGrowingDelay:
    delays = GrowingDelay("delays", free=3, longest_seconds=300, period_seconds=3600)

    def wait_after(self, tries: int) -> float:
        """Seconds until the next try passes, when so many were made and the last of them just now."""
        redis = get_redis_connection("default")
        self.delays.hit("a")
        (key,) = redis.scan_iter("throttle:delays:*")
        redis.hset(key, "n", tries)
        with pytest.raises(TooManyRequests) as refused:
            self.delays.hit("a")
        self.delays.forget("a")
        return int(refused.value.headers["Retry-After"])

    def test_some_tries_are_free_in_parallel_too(self) -> None:
        outcomes = race(*[lambda: self.delays.hit("a")] * 16)

        assert outcomes.count(None) == 3

    def test_each_further_try_waits_twice_as_long_up_to_a_bound(self) -> None:
        assert [self.wait_after(tries) for tries in (7, 8, 9, 30)] == [16, 32, 64, 300]

    def test_try_passes_once_the_delay_is_over(self) -> None:
        hits(self.delays, "a", 3)
        redis = get_redis_connection("default")
        (key,) = redis.scan_iter("throttle:delays:*")
        redis.hincrbyfloat(key, "t", -1_000_001)

        assert hits(self.delays, "a", 2) == 1

    def test_right_answer_forgets_the_wrong_ones(self) -> None:
        hits(self.delays, "a", 3)
        self.delays.forget("a")

        assert hits(self.delays, "a", 4) == 3


def test_factor_multiplies_in_development(settings: Settings) -> None:
    settings.THROTTLE_FACTOR = 5

    assert hits(Throttle("test", limit=2, period_seconds=60), "a", 12) == 10


def test_factor_is_refused_without_debug() -> None:
    """Of a process that would start: the settings of this one are read already."""
    from payshift.environment import Environment

    values = {"SECRET_KEY": "x" * 50, "DATABASE_URL": "postgresql://a@b/c", "REDIS_URL": "redis://localhost/0"}

    with pytest.raises(ValueError, match="THROTTLE_FACTOR"):
        Environment(**values, THROTTLE_FACTOR=10, DEBUG=False)  # type: ignore[arg-type]  # read from text
    assert Environment(**values, THROTTLE_FACTOR=10, DEBUG=True).THROTTLE_FACTOR == 10  # type: ignore[arg-type]
