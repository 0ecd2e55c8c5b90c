"""Loading servers by turns, so that a slow moment of the machine meets all of them."""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from time import monotonic, sleep

import redis
from django.conf import settings

from payshift.measuring.benching import closed_loop
from payshift.measuring.benching.closed_loop import Sample
from payshift.measuring.benching.prepared import Target
from payshift.measuring.servers import Server

HIT = "payshift; hit"


@dataclass(frozen=True, slots=True)
class Load:
    """`connections` ask again as soon as they are answered, for so many seconds, so many times."""

    connections: int = 8
    seconds: float = 1.0
    rounds: int = 5
    warm_up_seconds: float = 0.3


def prepare(environment: Mapping[str, str], targets: str) -> list[Target]:
    """Who asks for what in the measuring database, which is not this process's: see `prepared`."""
    command = [sys.executable, "-m", "payshift.measuring.benching.prepared", targets]
    answer = subprocess.run(command, env=environment, capture_output=True, check=True)  # noqa: S603
    return [Target(**target) for target in json.loads(answer.stdout)]


def request_of(target: Target, *, path: str = "") -> bytes:
    return (
        f"GET {path or target.path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {target.token}\r\n"
        "Accept: */*\r\nX-Forwarded-Proto: https\r\n\r\n"
    ).encode()


def await_storing(server: Server, target: Target, environment: Mapping[str, str]) -> None:
    """Start with an empty cache, and wait until it takes entries: in a new epoch nothing is stored for a while.

    `target` is a cached read. Entries of another run may show another database.
    """
    with redis.Redis.from_url(environment["REDIS_URL"]) as client:
        client.flushdb()
    deadline = monotonic() + 2 * settings.CACHE_QUARANTINE_MS / 1000
    while (status := closed_loop.fetch(server.port, request_of(target))[0]) != HIT:
        if monotonic() > deadline:
            raise RuntimeError(f"{target.operation} is answered with '{status}' where a hit was expected.")
        sleep(0.2)


def drive(server: Server, request: bytes, *, connections: int, seconds: float) -> Sample:
    """In a process of its own, as the servers are."""
    command = ["-m", "payshift.measuring.benching.closed_loop", str(server.port), str(connections), str(seconds)]
    answer = subprocess.run([sys.executable, *command], input=request, capture_output=True, check=True)  # noqa: S603
    return Sample(**json.loads(answer.stdout))


def in_turns(servers: Sequence[Server], request_for: Callable[[int], bytes], load: Load) -> list[list[Sample]]:
    """The samples of each server; `request_for` makes the request of each turn."""
    turn = 0
    samples: list[list[Sample]] = [[] for _ in servers]
    for number in range(load.rounds + 1):
        for server, taken in zip(servers, samples, strict=True):
            seconds = load.seconds if number else load.warm_up_seconds
            sample = drive(server, request_for(turn), connections=load.connections, seconds=seconds)
            turn += 1
            if number:
                taken.append(sample)
    return samples


def ratio(ours: Sequence[Sample], theirs: Sequence[Sample]) -> float:
    """Throughput over throughput, round by round; the median."""
    return median(mine.per_second / yours.per_second for mine, yours in zip(ours, theirs, strict=True))


def middle(samples: Sequence[Sample], value: Callable[[Sample], float]) -> float:
    return median(map(value, samples))
