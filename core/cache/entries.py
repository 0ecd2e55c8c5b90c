"""What cached reads and cached values have in common: who computes a missing entry, its storing, its figures."""

import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.conf import settings

from core.cache.store import Lookup, store
from core.metrics import CACHE_FILLS, CACHE_READS

MAX_TTL_SECONDS = 3600
FOLLOWER_WAIT_SECONDS = 1.0
FOLLOWER_POLL_SECONDS = 0.01


class Followers:
    """The threads of this process that wait for a leader: so few that others are left for other answers."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting = 0

    def join(self) -> bool:
        with self._lock:
            if self._waiting >= settings.CACHE_FOLLOWERS:
                return False
            self._waiting += 1
            return True

    def leave(self) -> None:
        with self._lock:
            self._waiting -= 1


followers = Followers()


class Entries:
    """The entries of one name, all with the same time to live."""

    def __init__(self, *, name: str, ttl_seconds: int) -> None:
        if not 0 < ttl_seconds <= MAX_TTL_SECONDS:
            raise ValueError("Versions are forgotten two minutes after an hour: an entry lives an hour at most.")
        self.name = name
        self.ttl_seconds = ttl_seconds
        self._counters = {
            outcome: CACHE_READS.labels(name, outcome) for outcome in ("hit", "miss", "bypass", "stale_guard")
        }

    def count(self, outcome: str) -> None:
        self._counters[outcome].inc()

    def await_leader(self, key: str, lookup: Lookup | None) -> Lookup | None:
        """Of many parallel misses one computes; the others wait for its entry, a second at most and so many at a time,
        then compute for themselves. A leader that is refused ends the waiting at once.
        """
        if lookup is None or not lookup.wait or not followers.join():
            return lookup
        deadline = time.monotonic() + FOLLOWER_WAIT_SECONDS
        try:
            while lookup is not None and lookup.wait and time.monotonic() < deadline:
                time.sleep(FOLLOWER_POLL_SECONDS)
                lookup = store.read(entry_key=key)
        finally:
            followers.leave()
        return lookup

    @contextmanager
    def leading(self, lookup: Lookup | None) -> Iterator[None]:
        """Whatever goes wrong between the look-up and the entry, no follower is left waiting for it."""
        try:
            yield
        finally:
            store.give_back(lookup)

    def keep(self, key: str, lookup: Lookup, *, meta: bytes, body: bytes, entities: Iterable[str]) -> bool:
        """Store what was read under the look-up's stamp; False where it may not be current."""
        result = store.fill(
            key=f"c:e:{key}",
            stamp=lookup.stamp,
            ttl_ms=self.ttl_seconds * 1000,
            meta=meta,
            body=body,
            entities=entities,
            lease=lookup.lease,
        )
        if result is not None:
            lookup.lease = ""
        CACHE_FILLS.labels(self.name, result or "unreachable").inc()
        self.count("miss" if result == "stored" else "stale_guard")
        return result == "stored"
