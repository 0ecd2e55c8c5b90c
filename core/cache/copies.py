"""What this process holds of the cache: the bytes of entries that it has read or stored, so that a hit carries none.

A copy says nothing about its own currency. Each use asks Redis whether the copy's epoch is the present one and nothing
that it shows was written since its stamp; what Redis would not serve is not served here.
"""

import threading
from collections import OrderedDict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Self

from django.conf import settings

# What Python adds to the bytes of a copy: its objects, its place in the table.
OVERHEAD_BYTES = 600


@dataclass(frozen=True, slots=True)
class Copy:
    """An entry as Redis has it. `expires_at` is of `time.monotonic`, which does not move when somebody sets the clock.

    `shows`: the names of what it shows, as they go to Redis, and `count`: how many these are.
    """

    epoch: bytes
    stamp: int
    shows: bytes
    count: int
    meta: bytes
    body: bytes
    expires_at: float

    @classmethod
    def of(cls, epoch: bytes, stamp: bytes, entities: bytes, meta: bytes, body: bytes, *, ttl_ms: int) -> Self:
        names = [b"*", *entities.split()]
        shows = b"".join(b"$%d\r\n%b\r\n" % (len(name), name) for name in names)
        return cls(epoch, int(stamp), shows, len(names), meta, body, monotonic() + ttl_ms / 1000)

    @property
    def size(self) -> int:
        return OVERHEAD_BYTES + len(self.shows) + len(self.meta) + len(self.body)


def question(copies: Collection[Copy]) -> bytes:
    """The versions of all that the copies show, then the epoch, as two commands of one exchange.

    In this order: an epoch that ended before the versions were read is found out. GETEX is of the commands that write:
    a replica refuses it, and so does a primary that has lost its replicas.
    """
    count = 2 + sum(copy.count for copy in copies)
    return b"*%d\r\n$7\r\nZMSCORE\r\n$5\r\nc:ver\r\n%b%b" % (count, b"".join(copy.shows for copy in copies), EPOCH)


EPOCH = b"*3\r\n$5\r\nGETEX\r\n$7\r\nc:epoch\r\n$7\r\nPERSIST\r\n"


def current(copies: Collection[Copy], versions: Sequence[bytes | float | None], epoch: bytes | None) -> bool:
    """Whether nothing that the copies show was written since, by the answer to their question."""
    place = 0
    for copy in copies:
        known = [float(version) for version in versions[place : place + copy.count] if version is not None]
        if copy.epoch != epoch or (known and max(known) > copy.stamp):
            return False
        place += copy.count
    return True


class Copies:
    """By key, those used last, up to `CACHE_HELD_BYTES` in all. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._copies: OrderedDict[str, Copy] = OrderedDict()
        self.size = 0

    def find(self, key: str) -> Copy | None:
        with self._lock:
            copy = self._copies.get(key)
            if copy is None:
                return None
            if copy.expires_at <= monotonic():
                self._remove(key)
                return None
            self._copies.move_to_end(key)
            return copy

    def keep(self, key: str, copy: Copy) -> Copy:
        """Back comes the copy, whether there is room for it or not."""
        with self._lock:
            self._remove(key)
            self._copies[key] = copy
            self.size += copy.size
            while self.size > settings.CACHE_HELD_BYTES:
                self._remove(next(iter(self._copies)))
        return copy

    def drop(self, keys: Iterable[str]) -> None:
        with self._lock:
            for key in keys:
                self._remove(key)

    def clear(self) -> None:
        with self._lock:
            self._copies.clear()
            self.size = 0

    def _remove(self, key: str) -> None:
        copy = self._copies.pop(key, None)
        if copy is not None:
            self.size -= copy.size
