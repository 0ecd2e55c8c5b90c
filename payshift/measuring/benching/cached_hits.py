"""Hits of the six cached reads through the whole product, against a bare program that brings the same bytes.

Both run in granian with the same workers and threads, on the same Redis, under the same load, by turns; the median of
the rounds' ratios counts.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from time import monotonic, sleep

import redis
from django.conf import settings

from payshift.measuring.benching import closed_loop, floor
from payshift.measuring.benching.closed_loop import Sample
from payshift.measuring.benching.prepared import Target
from payshift.measuring.databases import measuring_environment, populated
from payshift.measuring.report import Check, at_least, table, write_section
from payshift.measuring.servers import SERVING, Server, web_server

JOBS = 10_000
WORKERS, THREADS = 1, 1
CONNECTIONS = 8
ROUNDS = 5
SECONDS = 1.0
WARM_UP_SECONDS = 0.3
BOUND = 0.45
INTRODUCTION = f"""## What a hit costs

`make bench ARGS=cached-hits`: the six cached reads through the whole product (settings of production, logs as JSON,
access rules, metrics), against a bare WSGI application that does one redis-py pipeline (token and entry) and returns
the same bytes. Both in granian with {WORKERS} worker and {THREADS} thread under {CONNECTIONS} connections, by turns;
medians of {ROUNDS} rounds."""


@dataclass(frozen=True, slots=True)
class Comparison:
    operation: str
    bytes: int
    product: list[Sample]
    floor: list[Sample]

    @property
    def ratio(self) -> float:
        return median(ours.per_second / bare.per_second for ours, bare in zip(self.product, self.floor, strict=True))


def measure(say: Callable[[str], object]) -> list[Check]:
    environment = {**measuring_environment(populated(JOBS, say=say)), **SERVING}
    shape = {"workers": WORKERS, "threads": THREADS}
    with (
        web_server("bench-product", "payshift.wsgi:application", environment, **shape) as product,
        web_server("bench-floor", "payshift.measuring.benching.floor:application", environment, **shape) as bare,
    ):
        # Entries of another run may show another database.
        with redis.Redis.from_url(environment["REDIS_URL"]) as client:
            client.flushdb()
        compared = [compare(target, product, bare, environment) for target in prepare(environment)]
    lines = table(HEAD, [row(comparison) for comparison in compared])
    for line in lines:
        say(line)
    write_section("cached-hits", "\n\n".join([INTRODUCTION, "\n".join(lines)]))
    return [at_least(f"hit of {each.operation} / floor", each.ratio, BOUND) for each in compared]


def prepare(environment: Mapping[str, str]) -> list[Target]:
    """Who asks for what in the measuring database, which is not this process's."""
    command = [sys.executable, "-m", "payshift.measuring.benching.prepared"]
    answer = subprocess.run(command, env=environment, capture_output=True, check=True)  # noqa: S603
    return [Target(**target) for target in json.loads(answer.stdout)]


def compare(target: Target, product: Server, bare: Server, environment: Mapping[str, str]) -> Comparison:
    """First the product twice, so that its entry is stored; the floor is given the same bytes."""
    body = warm(product, target)
    with redis.Redis.from_url(environment["REDIS_URL"]) as client:
        client.set(floor.token_key(target.token), b"1", ex=3600)
        client.set(floor.entry_key(target.path), body, ex=3600)
    compared = Comparison(target.operation, len(body), [], [])
    for server in (product, bare):
        drive(server, target, WARM_UP_SECONDS)
    for _ in range(ROUNDS):
        compared.product.append(drive(product, target, SECONDS))
        compared.floor.append(drive(bare, target, SECONDS))
    return compared


def warm(server: Server, target: Target) -> bytes:
    """The bytes of a hit. In a new epoch nothing is stored for a while."""
    deadline = monotonic() + 2 * settings.CACHE_QUARANTINE_MS / 1000
    while True:
        status, body = closed_loop.fetch(server.port, request_of(target))
        if status == "payshift; hit":
            return body
        if monotonic() > deadline:
            raise RuntimeError(f"{target.operation} is answered with '{status}' where a hit was expected.")
        sleep(0.1)


def drive(server: Server, target: Target, seconds: float) -> Sample:
    """In a process of its own, as the servers are."""
    command = ["-m", "payshift.measuring.benching.closed_loop", str(server.port), str(CONNECTIONS), str(seconds)]
    answer = subprocess.run(  # noqa: S603
        [sys.executable, *command], input=request_of(target), capture_output=True, check=True
    )
    return Sample(**json.loads(answer.stdout))


def request_of(target: Target) -> bytes:
    return (
        f"GET {target.path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {target.token}\r\n"
        "Accept: */*\r\nX-Forwarded-Proto: https\r\n\r\n"
    ).encode()


HEAD = ("operation", "bytes", "hits/s", "floor/s", "p50 ms", "floor p50", "p99 ms", "floor p99", "ratio")


def row(each: Comparison) -> list[str]:
    def middle(samples: list[Sample], value: Callable[[Sample], float]) -> float:
        return median(map(value, samples))

    figures = [
        f"{middle(samples, value):{form}}"
        for value, form in (
            (lambda s: s.per_second, ",.0f"),
            (lambda s: s.p50_ms, ".2f"),
            (lambda s: s.p99_ms, ".2f"),
        )
        for samples in (each.product, each.floor)
    ]
    return [each.operation, str(each.bytes), *figures, f"{each.ratio:.2f}"]
