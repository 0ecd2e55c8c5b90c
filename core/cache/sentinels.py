"""Which Redis is the primary where sentinels watch several: what most of them say, asked anew every second.

A promoted replica may lack the last writes, invalidations among them, and the former primary may be alive and not know.
So a change is more than another address (R2):

- Each reign has a number, the sentinels' `config-epoch`. A process that hears of another reign leaves Redis alone until
  it has begun a new epoch at the new primary: all entries there are void, and for one writer's deadline (20 s) nothing
  is stored. A process that starts later finds another reign in `c:run` and does the same.
- It tells the former primary the same, before it turns to the new one: whoever still reads there finds nothing.
- A majority is asked, and its word is good for 3 s. A process that cannot hear a majority (its side of a network that
  is cut in two, or it was asleep) reads and writes PostgreSQL alone; so nobody reads at a former primary for longer
  than that. A write announced there in these 3 s ends within `transaction_timeout` (15 s), before the new primary
  stores anything (20 s).
- A former primary that is a replica by now refuses each script, since all of them are of the kind that may write, and
  so does one that has lost its replicas (`min-replicas-to-write`).

What is left is the exception of R3, a writer cut off from a Redis that others still reach, with 3 s as its bound.
"""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

import structlog
from redis import Redis, RedisError
from redis.sentinel import MasterNotFoundError

LOOK_EVERY_SECONDS = 1.0
# With `transaction_timeout` less than a writer's deadline: see above.
GOOD_FOR_SECONDS = 3.0

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Reign:
    """Of one primary: where it answers, and the how manieth it is."""

    host: str
    port: int
    number: int


class Primary:
    """Stands where redis-py expects its `Sentinel`; one for each process.

    Where there is another reign than before, the thread that looks calls `void` with the former one and then `changed`.
    """

    def __init__(
        self,
        name: str,
        sentinels: Sequence[Redis],
        *,
        void: Callable[[Reign], None],
        changed: Callable[[], None],
    ) -> None:
        self.name = name
        self.sentinels = sentinels
        self.reign: Reign | None = None
        self._void, self._changed = void, changed
        self._heard_at = float("-inf")
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stopped = threading.Event()

    @property
    def is_known(self) -> bool:
        """Whether a majority has said so a moment ago."""
        return monotonic() - self._heard_at < GOOD_FOR_SECONDS

    def refuse_if_unknown(self) -> None:
        """Raises `MasterNotFoundError`. The first caller of a process asks the sentinels, and nobody else ever."""
        if self._thread is None:
            with self._starting:
                if self._thread is None:
                    self.look()
                    self._thread = threading.Thread(target=self._look_again_and_again, name="sentinels", daemon=True)
                    self._thread.start()
        if not self.is_known:
            raise MasterNotFoundError(f"No majority of the sentinels names the primary of {self.name} just now.")

    def discover_master(self, service_name: str) -> tuple[str, int]:
        """For redis-py. Raises `MasterNotFoundError`."""
        self.refuse_if_unknown()
        assert self.reign is not None  # noqa: S101  (somebody was heard)
        return self.reign.host, self.reign.port

    def look(self) -> None:
        """Ask the sentinels. Where a majority agrees, its word holds from when it was asked."""
        asked_at = monotonic()
        votes: Counter[Reign] = Counter()
        for sentinel in self.sentinels:
            if (vote := self._vote_of(sentinel)) is None:
                continue
            votes[vote] += 1
            if votes[vote] > len(self.sentinels) // 2:
                if self.reign is None:
                    self.reign = vote
                elif self.reign != vote:
                    self._depose(vote)
                self._heard_at = asked_at
                return

    def _depose(self, vote: Reign) -> None:
        assert self.reign is not None  # noqa: S101  (there was one before)
        logger.warning("redis_primary_changed", host=vote.host, port=vote.port, reign=vote.number)
        self._void(self.reign)
        self.reign = vote
        self._changed()

    def stop(self) -> None:
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()

    def _vote_of(self, sentinel: Redis) -> Reign | None:
        """None of one that is away, knows no such name, or finds the primary down itself."""
        try:
            state: Any = sentinel.sentinel_master(self.name)
        except RedisError:
            return None
        if not state["is_master"] or state["is_sdown"] or state["is_odown"]:
            return None
        return Reign(state["ip"], int(state["port"]), int(state["config-epoch"]))

    def _look_again_and_again(self) -> None:
        while not self._stopped.wait(LOOK_EVERY_SECONDS):
            self.look()
