"""What cached reads and cached values have in common: who computes a missing entry, its storing, its figures."""

import time
from collections.abc import Iterable

from core.cache.store import Lookup, store
from core.metrics import CACHE_FILLS, CACHE_READS

MAX_TTL_SECONDS = 3600
FOLLOWER_WAIT_SECONDS = 2.0
FOLLOWER_POLL_SECONDS = 0.01


class Entries:
    """The entries of one name, all with the same time to live."""

    def __init__(self, *, name: str, ttl_seconds: int) -> None:
        if not 0 < ttl_seconds <= MAX_TTL_SECONDS:
            raise ValueError("Versions are forgotten after two hours: an entry lives an hour at most.")
        self.name = name
        self.ttl_seconds = ttl_seconds
        self._counters = {
            outcome: CACHE_READS.labels(name, outcome) for outcome in ("hit", "miss", "bypass", "stale_guard")
        }

    def count(self, outcome: str) -> None:
        self._counters[outcome].inc()

    def await_leader(self, key: str, lookup: Lookup | None) -> Lookup | None:
        """Of many parallel misses one computes; the others wait for its entry, then compute for themselves."""
        deadline = time.monotonic() + FOLLOWER_WAIT_SECONDS
        while lookup is not None and lookup.wait and time.monotonic() < deadline:
            time.sleep(FOLLOWER_POLL_SECONDS)
            lookup = store.read(entry_key=key)
        return lookup

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
        CACHE_FILLS.labels(self.name, result or "unreachable").inc()
        self.count("miss" if result == "stored" else "stale_guard")
        return result == "stored"
