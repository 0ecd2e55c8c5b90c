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
from ipaddress import IPv4Address, IPv6Network, ip_address

import structlog
from django.conf import settings
from django.http import HttpRequest
from django_redis import get_redis_connection
from redis import RedisError

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
    """At most `limit` hits per key in any `period_seconds`."""

    def __init__(self, name: str, limit: int, period_seconds: int) -> None:
        self.name = name
        self.limit = limit
        self.period_seconds = period_seconds
        self._local = LocalWindow(limit=max(1, limit // 4), period_seconds=period_seconds)

    def hit(self, key: str) -> None:
        """Count one hit, or raise `TooManyRequests` (429) if it is one too many. Refusals do not count."""
        # Hashed: an e-mail address has no place in Redis' keys.
        digest = hashlib.sha256(key.encode()).hexdigest()[:32]
        try:
            wait = self._hit_redis(f"throttle:{self.name}:{digest}")
        except RedisError as error:
            logger.warning("throttle_counts_locally", throttle=self.name, error=type(error).__name__)
            wait = self._local.hit(digest)
        if wait > 0:
            raise TooManyRequests(retry_after_seconds=math.ceil(wait))

    def _hit_redis(self, key: str) -> float:
        redis = get_redis_connection("default")
        member = secrets.token_hex(8)
        return int(redis.eval(SLIDING_WINDOW, 1, key, self.limit, self.period_seconds * 1_000_000, member)) / 1_000_000


class AddressThrottle(Throttle):
    """Its keys are addresses of callers. Whoever has an IPv6 address has 2^64 of them, so the network is counted."""

    def hit(self, key: str) -> None:
        super().hit(network_of(key))


class LocalWindow:
    """The same sliding window in this process's memory."""

    def __init__(self, *, limit: int, period_seconds: int) -> None:
        self.limit = limit
        self.period_seconds = period_seconds
        self._hits: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def hit(self, key: str) -> float:
        """The seconds to wait, 0 when the hit passes."""
        now = time.monotonic()
        with self._lock:
            hits = self._hits.setdefault(key, deque())
            self._hits.move_to_end(key)
            while hits and hits[0] <= now - self.period_seconds:
                hits.popleft()
            if len(hits) >= self.limit:
                return hits[0] + self.period_seconds - now
            hits.append(now)
            if len(self._hits) > LOCAL_KEYS:
                self._hits.popitem(last=False)
        return 0.0


def network_of(address: str) -> str:
    """What one subscriber gets: an IPv4 address, in either notation, or the /64 of an IPv6 address."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv4Address):
        return str(parsed)
    return str(parsed.ipv4_mapped or IPv6Network((parsed, 64), strict=False))


def client_address(request: HttpRequest) -> str:
    """The caller's address, as the outermost of our NUM_PROXIES proxies saw it.

    X-Forwarded-For grows to the right: only its last NUM_PROXIES entries were written by our proxies, everything before
    is the caller's own claim.
    """
    peer: str = request.META.get("REMOTE_ADDR", "")
    proxies: int = settings.NINJA_NUM_PROXIES
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    if proxies == 0 or not forwarded:
        return peer
    return forwarded[-min(proxies, len(forwarded))]
