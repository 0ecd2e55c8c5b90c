"""The connection to the cache's Redis: scripts, time-outs, epochs.

No caller ever sees a Redis error. A call that cannot be made answers None, the request goes on without a cache, and
after two failures in a row nobody asks until Redis answers again (`core.cache.watch`).
"""

import secrets
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from redis import RedisError

from core.cache import scripts
from core.cache.copies import Copies, Copy, current, question
from core.cache.evaluating import evaluate, exchange
from core.cache.watch import watch

WRITER_DEADLINE_MS = 20_000
LEASE_MS = 3_000
# After a refused read nobody waits for its key for so long: a missing job is asked for again and again.
REFUSAL_MS = 60_000
# Nothing is stored that was begun longer ago.
STAMP_MS = 60_000
# Versions are kept longer than an entry and its computation live together: an hour and a minute.
PRUNE_AFTER_MS = 3_600_000 + STAMP_MS + 60_000
# So many at a time: Redis serves nobody else meanwhile.
PRUNE_SLICE = 500


@dataclass(frozen=True, slots=True)
class Stamp:
    """A moment in the cache's history, taken before the first query of a read."""

    epoch: bytes
    sequence: bytes
    taken_at_ms: bytes


@dataclass(slots=True)
class Lookup:
    """What one round trip brought. `wait` tells that somebody else is computing the missing entry.

    `lease`: others wait for this request's entry. It is empty again as soon as the entry is stored or given up.
    """

    entry_key: str
    stamp: Stamp
    token_meta: bytes
    entry_meta: bytes
    body: bytes
    wait: bool
    lease: str


def lookup_of(
    key: str, stamp: Stamp, token: Copy | None, entry: Copy | None, *, wait: bool = False, lease: str = ""
) -> Lookup:
    return Lookup(
        key,
        stamp,
        token.meta if token else b"",
        entry.meta if entry else b"",
        entry.body if entry else b"",
        wait,
        lease,
    )


# Of what is proven current and needs none: a fill under it is refused as late.
NO_STAMP = Stamp(b"", b"0", b"0")


class Store:
    def __init__(self) -> None:
        self.copies = Copies()

    def read(self, *, token_key: str = "", entry_key: str = "", lead: bool = True) -> Lookup | None:
        """The token's entry and the cached entry, each only if still valid; a stamp for filling where one is missing.

        One round trip. Where this process holds both it asks for the proof alone, and for all of it where that fails.
        """
        if not settings.RESPONSE_CACHE:
            return None
        if (held := self._held(token_key, entry_key)) is not None:
            lookup, copies = held
            answer = self._ask(exchange, question(copies.values()))
            if answer is None:
                return None
            if current(copies.values(), *answer):
                return lookup
            self.copies.drop(copies)
        lease = secrets.token_hex(8) if lead and entry_key else ""
        answer = self._run(scripts.READ, secrets.token_hex(8), token_key, entry_key, lease, LEASE_MS)
        if answer is None:
            return None
        epoch, sequence, now, role, key, *found = answer
        key = key.decode()
        token, entry = (self._hold(name, *each) for name, each in zip((token_key, f"c:e:{key}"), found, strict=True))
        stamp, wait = Stamp(epoch, sequence, now), entry is None and role == 0
        return lookup_of(key, stamp, token, entry, wait=wait, lease=lease if role == 1 else "")

    def _held(self, token_key: str, entry_key: str) -> tuple[Lookup, dict[str, Copy]] | None:
        """What is asked for, as this process holds it and unproven; None where it lacks some of it."""
        copies: dict[str, Copy] = {}
        token = entry = None
        if token_key:
            if (token := self.copies.find(token_key)) is None:
                return None
            copies[token_key] = token
            entry_key = entry_key.replace("{viewer}", token.body.decode())
        if entry_key:
            if (entry := self.copies.find(f"c:e:{entry_key}")) is None:
                return None
            copies[f"c:e:{entry_key}"] = entry
        return (lookup_of(entry_key, NO_STAMP, token, entry), copies) if copies else None

    def _hold(self, key: str, *entry: Any) -> Copy | None:
        """A copy of an entry as READ brought it, for as long as it lives in Redis."""
        if not entry:
            return None
        *parts, left_ms = entry
        return self.copies.keep(key, Copy.of(*parts, ttl_ms=left_ms))

    def fill(
        self, *, key: str, stamp: Stamp, ttl_ms: int, meta: bytes, body: bytes, entities: Iterable[str], lease: str = ""
    ) -> str | None:
        """Store an entry unless something it shows was or may have been written since the stamp; says which."""
        shown = " ".join(entities).encode()
        answer = self._run(
            scripts.FILL,
            key,
            stamp.epoch,
            stamp.sequence,
            stamp.taken_at_ms,
            ttl_ms,
            meta,
            body,
            settings.CACHE_QUARANTINE_MS,
            "c:l:" + key.removeprefix("c:e:"),
            lease,
            shown,
            STAMP_MS,
        )
        if answer == b"stored":
            self.copies.keep(key, Copy.of(stamp.epoch, stamp.sequence, shown, meta, body, ttl_ms=ttl_ms))
        return answer.decode() if answer is not None else None

    def give_back(self, lookup: Lookup | None) -> None:
        """Nobody waits any longer for a leader whose read was refused or failed. Nothing to do for one that stored."""
        if lookup is not None and lookup.lease:
            self._run(scripts.GIVE_BACK, f"c:l:{lookup.entry_key}", lookup.lease, REFUSAL_MS)
            lookup.lease = ""

    def begin(self, writer: str, entities: Iterable[str]) -> bool:
        """Announce a write. Where that fails twice this process reads nothing from a Redis that does not know of its
        write, and the epoch moves before it does again.
        """
        for _ in range(2):
            if self._run(scripts.BEGIN, writer, WRITER_DEADLINE_MS, *entities) is not None:
                return True
        watch.leave_alone("a write could not be announced")
        return False

    def end(self, writer: str, entities: Collection[str], *, channel: str = "", messages: Iterable[str] = ()) -> bool:
        """The end of a write, and in the same exchange what `publish` tells."""
        return self._run(scripts.END, writer, len(entities), *entities, channel, *messages) is not None

    def publish(self, channel: str, messages: Iterable[str]) -> bool:
        """Tell whoever listens now. Nothing is kept: while Redis is away, nobody is told."""
        return self._run(scripts.PUBLISH, channel, *messages) is not None

    def new_epoch(self) -> bool:
        """Void every entry, for everybody."""
        return self._run(scripts.NEW_EPOCH, secrets.token_hex(8), "") is not None

    def meet(self, lineage: str) -> bool:
        """Void every entry if they are of another lineage of the database. Where Redis cannot be told, this process
        reads nothing from it until the epoch has moved.
        """
        voided = self._run(scripts.MEET, secrets.token_hex(8), lineage)
        if voided is None:
            watch.leave_alone("the database's lineage could not be compared")
        return bool(voided)

    def prune(self) -> int:
        """Forget versions too old to matter, in slices; returns how many. Run every minute or so: what a run that was
        cut off has left is the next one's.
        """
        upto = self._run(scripts.MARK, PRUNE_AFTER_MS)
        forgotten, slice_count = 0, PRUNE_SLICE if upto else 0
        while slice_count == PRUNE_SLICE:
            slice_count = int(self._run(scripts.PRUNE, upto, PRUNE_SLICE) or 0)
            forgotten += slice_count
        return forgotten

    def version_count(self) -> int:
        """How many entities Redis keeps a version of: each takes about 90 bytes, which are never evicted."""
        return int(self._run(scripts.COUNT) or 0)

    @property
    def available(self) -> bool:
        return not watch.away

    def _run(self, script: str, *arguments: Any) -> Any:
        """Run a script; None when Redis cannot be asked now."""
        return self._ask(evaluate, script, *arguments)

    def _ask(self, ask: Callable[..., Any], *arguments: Any) -> Any:
        if watch.away:
            return None
        try:
            answer = ask(*arguments)
        except RedisError as error:
            watch.failed(error)
            return None
        watch.answered()
        return answer


store = Store()
