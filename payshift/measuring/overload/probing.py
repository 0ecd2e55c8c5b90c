"""How fast somebody else is answered: two requests twenty times a second, whatever goes on besides."""

import http.client
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median, quantiles
from time import monotonic, sleep
from typing import NamedTuple

from core.dev.ports import HOST

PER_SECOND = 20
# Whoever is not answered by then was not answered.
PATIENCE_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds of each answer; one that did not come has what was waited for it."""

    ms: tuple[float, ...]

    @property
    def middle(self) -> float:
        return median(self.ms)

    @property
    def p95(self) -> float:
        return quantiles(self.ms, n=20)[-1]


@dataclass(frozen=True, slots=True)
class Probe:
    health: Latency
    hit: Latency


class Answer(NamedTuple):
    """The status, 0 for none, the milliseconds that it took, and whether it says when to come again."""

    status: int
    ms: float
    retry_after: bool


@dataclass(frozen=True, slots=True)
class Caller:
    """Asks the proxy, each time over a new connection, as strangers do."""

    port: int
    token: str = ""

    def ask(
        self, path: str, *, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, float]:
        """The status, 0 for none, and the milliseconds that it took."""
        status, ms, _ = self.answer(path, body=body, headers=headers)
        return status, ms

    def answer(self, path: str, *, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> Answer:
        sent = {"Host": "localhost", **(headers or {})}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        if body is not None:
            sent["Content-Type"] = "application/json"
        connection = http.client.HTTPConnection(HOST, self.port, timeout=PATIENCE_SECONDS)
        started = monotonic()
        retry_after = False
        try:
            connection.request("GET" if body is None else "POST", path, body, sent)
            answer = connection.getresponse()
            answer.read()
            status = answer.status
            retry_after = answer.getheader("Retry-After") is not None
        except (OSError, http.client.HTTPException):
            status = 0
        finally:
            connection.close()
        return Answer(status, (monotonic() - started) * 1000, retry_after)


def probe(caller: Caller, *, hit: str, seconds: float) -> Probe:
    """Raises `RuntimeError` for an answer other than 200: then something else is measured than was meant."""
    taken: dict[str, list[float]] = {"/health/live": [], hit: []}
    ends = monotonic() + seconds
    while monotonic() < ends:
        for path, ms in taken.items():
            status, spent = caller.ask(path)
            if status not in (0, 200):
                raise RuntimeError(f"{path} was answered with {status}")
            ms.append(spent)
        sleep(1 / PER_SECOND)
    health, hits = taken.values()
    return Probe(Latency(tuple(health)), Latency(tuple(hits)))
