"""Throttles that count in Redis, atomically: of any number of parallel calls exactly `limit` pass per period.

The window slides, so there is no boundary at which twice the limit passes. With Redis away each process counts for
itself under a quarter of the limit (R3): stricter, because there may be several processes.
"""

import hashlib
import math
import secrets
import threading
import time
from collections import OrderedDict, deque
from contextlib import suppress
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import structlog
from django.conf import settings
from django.http import HttpRequest
from django.http.request import HttpHeaders
from django_redis import get_redis_connection
from redis import RedisError

from core.cache.evaluating import evaluate
from core.cache.watch import watch
from core.errors import TooManyRequests

logger = structlog.get_logger(__name__)

# KEYS: the window. ARGV: limit, period in microseconds, a unique member.
# Answers the microseconds to wait, 0 when the hit passes. Redis' clock, so that all processes agree.
# The first write is one that a full Redis refuses: otherwise it would take the hit, and evict the window at once.
SLIDING_WINDOW = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local gone = now - ARGV[2]
local since = '(' .. string.format('%.0f', gone)
if redis.call('ZCOUNT', KEYS[1], since, '+inf') >= tonumber(ARGV[1]) then
    local oldest = redis.call('ZRANGEBYSCORE', KEYS[1], since, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
    return math.max(1, oldest[2] - gone)
end
redis.call('ZADD', KEYS[1], now, ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', gone))
redis.call('PEXPIRE', KEYS[1], math.ceil(ARGV[2] / 1000))
return 0
"""

# An outage of Redis must not become an outage of memory.
LOCAL_KEYS = 10_000


class Throttle:
    """At most `limit` hits per key in any `period_seconds`. A limit is a number or the name of a setting."""

    def __init__(self, name: str, limit: int | str, period_seconds: int) -> None:
        self.name = name
        self._limit = limit
        self.period_seconds = period_seconds
        self._local = LocalWindow(period_seconds=period_seconds)

    @property
    def limit(self) -> int:
        plain: int = getattr(settings, self._limit) if isinstance(self._limit, str) else self._limit
        return plain * int(settings.THROTTLE_FACTOR)

    def hit(self, key: str) -> None:
        """Count one hit, or raise `TooManyRequests` (429) if it is one too many. Refusals do not count."""
        # Hashed: an e-mail address has no place in Redis' keys.
        digest = hashlib.sha256(key.encode()).hexdigest()[:32]
        try:
            wait = self._hit_redis(f"throttle:{self.name}:{digest}")
        except RedisError as error:
            watch.failed(error)
            logger.warning("throttle_counts_locally", throttle=self.name, error=type(error).__name__)
            wait = self._local.hit(digest, limit=max(1, self.limit // 4))
        if wait > 0:
            raise TooManyRequests(retry_after_seconds=math.ceil(wait))

    def passes(self, key: str) -> bool:
        """The same, for callers that have an answer of their own for one too many."""
        try:
            self.hit(key)
        except TooManyRequests:
            return False
        return True

    def _hit_redis(self, key: str) -> float:
        period, member = self.period_seconds * 1_000_000, secrets.token_hex(8)
        return int(evaluate(SLIDING_WINDOW, key, self.limit, period, member, keys=1)) / 1_000_000


# KEYS: the tries. ARGV: free tries, the longest delay and the memory in microseconds.
# Answers the microseconds to wait, 0 when the try passes, which is counted.
GROWING_DELAY = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local tries = tonumber(redis.call('HGET', KEYS[1], 'n') or 0)
if tries >= tonumber(ARGV[1]) then
    local delay = math.min(2 ^ (tries - ARGV[1]) * 1000000, ARGV[2])
    local wait = redis.call('HGET', KEYS[1], 't') + delay - now
    if wait > 0 then return math.max(1, math.floor(wait)) end
end
redis.call('HSET', KEYS[1], 'n', tries + 1, 't', string.format('%.0f', now))
redis.call('PEXPIRE', KEYS[1], math.ceil(ARGV[3] / 1000))
return 0
"""


class GrowingDelay(Throttle):
    """Some tries are free, then each waits twice as long as the one before: no wall, and no use in guessing."""

    def __init__(self, name: str, free: int | str, *, longest_seconds: int, period_seconds: int) -> None:
        super().__init__(name, free, period_seconds)
        self.longest_seconds = longest_seconds
        self._local = LocalWindow(period_seconds=longest_seconds)

    def forget(self, key: str) -> None:
        """The right answer came: the wrong ones before it count no more."""
        digest = hashlib.sha256(key.encode()).hexdigest()[:32]
        with suppress(RedisError):
            get_redis_connection("default").delete(f"throttle:{self.name}:{digest}")

    def _hit_redis(self, key: str) -> float:
        bounds = (self.limit, self.longest_seconds * 1_000_000, self.period_seconds * 1_000_000)
        return int(evaluate(GROWING_DELAY, key, *bounds, keys=1)) / 1_000_000


# An operator of IPv6 hands out a /48, with 65,536 networks in it, to whoever asks.
SITE_FACTOR = 4


class AddressThrottle(Throttle):
    """Its keys are addresses of callers. Whoever has an IPv6 address has 2^64 of them, so the network is counted, and
    its site (/48) with four times the limit."""

    def __init__(self, name: str, limit: int | str, period_seconds: int) -> None:
        super().__init__(name, limit, period_seconds)
        self._sites = SiteThrottle(f"{name}-site", limit, period_seconds)

    def hit(self, key: str) -> None:
        network = network_of(key)
        if ":" in network:
            self._sites.hit(site_of(key))
        super().hit(network)


class SiteThrottle(Throttle):
    @property
    def limit(self) -> int:
        return super().limit * SITE_FACTOR


class LocalWindow:
    """The same sliding window in this process's memory."""

    def __init__(self, *, period_seconds: int) -> None:
        self.period_seconds = period_seconds
        self._hits: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def hit(self, key: str, *, limit: int) -> float:
        """The seconds to wait, 0 when the hit passes."""
        now = time.monotonic()
        with self._lock:
            hits = self._hits.setdefault(key, deque())
            self._hits.move_to_end(key)
            while hits and hits[0] <= now - self.period_seconds:
                hits.popleft()
            if len(hits) >= limit:
                return hits[0] + self.period_seconds - now
            hits.append(now)
            if len(self._hits) > LOCAL_KEYS:
                self._hits.popitem(last=False)
        return 0.0


def network_of(address: str) -> str:
    """What one subscriber gets: an IPv4 address, in either notation, or the /64 of an IPv6 address."""
    parsed = _parsed(address)
    if parsed is None:
        return address
    return str(parsed if isinstance(parsed, IPv4Address) else IPv6Network((parsed, 64), strict=False))


def site_of(address: str) -> str:
    """The neighbourhood of an address: what stays the same while a phone's address changes."""
    parsed = _parsed(address)
    if parsed is None:
        return address
    if isinstance(parsed, IPv4Address):
        return str(IPv4Network((parsed, 24), strict=False))
    return str(IPv6Network((parsed, 48), strict=False))


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    try:
        parsed = ip_address(address)
    except ValueError:
        return None
    return (parsed.ipv4_mapped or parsed) if isinstance(parsed, IPv6Address) else parsed


def client_address(request: HttpRequest) -> str:
    """The caller's address, as the outermost of our NUM_PROXIES proxies saw it.

    The header (CLIENT_ADDRESS_HEADER) grows to the right: only its last NUM_PROXIES entries are our proxies',
    everything before is the caller's own claim.
    """
    peer: str = request.META.get("REMOTE_ADDR", "")
    proxies: int = settings.NINJA_NUM_PROXIES
    claims = request.META.get(HttpHeaders.to_wsgi_name(settings.CLIENT_ADDRESS_HEADER), "")
    forwarded = [part.strip() for part in claims.split(",") if part.strip()]
    if proxies == 0 or not forwarded:
        return peer
    return without_port(forwarded[-min(proxies, len(forwarded))])


def without_port(address: str) -> str:
    """192.0.2.7:4711, [2001:db8::1]:4711, fe80::1%eth0: some proxies write the port along, and each of a caller's ports
    would count for itself."""
    for candidate in (address, address.rpartition(":")[0], address.partition("%")[0]):
        bare = candidate.removeprefix("[").removesuffix("]").partition("%")[0]
        if _parsed(bare) is not None:
            return bare
    return address
