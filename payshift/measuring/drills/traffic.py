"""People who go on asking, whatever happens: cached reads, reads of jobs and of others, writes, and the probes."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count, product
from random import expovariate
from threading import Event, Lock, Thread
from time import monotonic

from payshift.measuring.overload.probing import Answer, Caller

# On average, and each at a time of their own: people who ask in step wait for each other, whatever is broken.
PAUSE_SECONDS = 0.25


class Kind(StrEnum):
    HIT = "cached read"
    READ = "read from PostgreSQL"
    ELSEWHERE = "read of another table"
    WRITE = "write"
    LIVE = "liveness"
    READY = "readiness"


# Who waits for an answer asks nothing else: several, so that one who waits does not silence the rest.
ASKING = {Kind.HIT: 4, Kind.READ: 4, Kind.ELSEWHERE: 2, Kind.WRITE: 3, Kind.LIVE: 1, Kind.READY: 1}


@dataclass(frozen=True, slots=True)
class Sample:
    """`began` and `ended` by `time.monotonic()`."""

    kind: Kind
    began: float
    ended: float
    status: int
    retry_after: bool = False

    @property
    def ms(self) -> float:
        return (self.ended - self.began) * 1000


@dataclass(slots=True)
class Traffic:
    """What was answered, and which writes were acknowledged: (user, job)."""

    samples: list[Sample] = field(default_factory=list)
    acknowledged: list[tuple[int, int]] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def add(self, sample: Sample, saved: tuple[int, int] | None = None) -> None:
        with self._lock:
            self.samples.append(sample)
            if saved is not None and sample.status == 201:
                self.acknowledged.append(saved)

    def between(self, begin: float, end: float, *kinds: Kind) -> list[Sample]:
        """Those that were asked then."""
        with self._lock:
            return [each for each in self.samples if begin <= each.began < end and (not kinds or each.kind in kinds)]


@contextmanager
def asking(port: int, *, hit: tuple[str, str], workers: Mapping[int, str], jobs: Sequence[int]) -> Iterator[Traffic]:
    """`hit` is a path and its reader's token, `workers` are tokens by user; each saves each job once."""
    traffic, over = Traffic(), Event()
    writes, lock = product(jobs, workers.items()), Lock()
    stranger, reader = Caller(port), Caller(port, hit[1])
    some_token = next(iter(workers.values()))
    pages = count(1)

    def write() -> None:
        with lock:
            job_id, (user_id, token) = next(writes)
        body = json.dumps({"job_id": job_id}).encode()
        traffic.add(
            timed(Kind.WRITE, lambda: Caller(port, token).answer("/api/saved-jobs", body=body)), (user_id, job_id)
        )

    def read() -> None:
        path = f"/api/jobs?min_rate_kobo={next(pages)}"
        traffic.add(timed(Kind.READ, lambda: Caller(port, some_token).answer(path)))

    def simply(kind: Kind, caller: Caller, path: str) -> Callable[[], None]:
        return lambda: traffic.add(timed(kind, lambda: caller.answer(path)))

    acts = {
        Kind.HIT: simply(Kind.HIT, reader, hit[0]),
        Kind.READ: read,
        Kind.ELSEWHERE: simply(Kind.ELSEWHERE, Caller(port, some_token), "/api/notifications"),
        Kind.WRITE: write,
        Kind.LIVE: simply(Kind.LIVE, stranger, "/health/live"),
        Kind.READY: simply(Kind.READY, stranger, "/health/ready"),
    }

    def ask(act: Callable[[], None]) -> None:
        while not over.wait(expovariate(1 / PAUSE_SECONDS)):
            act()

    people = [Thread(target=ask, args=(acts[kind],), daemon=True) for kind, many in ASKING.items() for _ in range(many)]
    for person in people:
        person.start()
    try:
        yield traffic
    finally:
        over.set()
        for person in people:
            person.join()


def timed(kind: Kind, ask: Callable[[], Answer]) -> Sample:
    began = monotonic()
    answer = ask()
    return Sample(kind, began, monotonic(), answer.status, answer.retry_after)
