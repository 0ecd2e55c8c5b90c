"""Hits of the six cached reads through the whole product, against a bare program that brings the same bytes.

Both run in granian with the same workers and threads, on the same Redis, under the same load, by turns; the median of
the rounds' ratios counts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import redis

from payshift.measuring.benching import closed_loop, floor
from payshift.measuring.benching.closed_loop import Sample
from payshift.measuring.benching.driving import HIT, Load, await_storing, in_turns, middle, prepare, ratio, request_of
from payshift.measuring.benching.prepared import CACHED, Target
from payshift.measuring.databases import measuring_environment, populated
from payshift.measuring.report import Check, at_least, table, write_section
from payshift.measuring.servers import SERVING, Server, web_server

JOBS = 10_000
WORKERS, THREADS = 1, 1
LOAD = Load()
BOUND = 0.8
INTRODUCTION = f"""## What a hit costs

`make bench ARGS=cached-hits`: the six cached reads through the whole product (settings of production, logs as JSON,
access rules, metrics), against a bare WSGI application that does one redis-py pipeline (token and entry) and returns
the same bytes. Both in granian with {WORKERS} worker and {THREADS} thread under {LOAD.connections} connections, by
turns; medians of {LOAD.rounds} rounds."""


@dataclass(frozen=True, slots=True)
class Comparison:
    operation: str
    bytes: int
    product: list[Sample]
    floor: list[Sample]

    @property
    def ratio(self) -> float:
        return ratio(self.product, self.floor)


def measure(say: Callable[[str], object]) -> list[Check]:
    environment = {**measuring_environment(populated(JOBS, say=say)), **SERVING}
    server = partial(web_server, environment=environment, workers=WORKERS, threads=THREADS)
    with (
        server("bench-product", "payshift.wsgi:application") as product,
        server("bench-floor", "payshift.measuring.benching.floor:application") as bare,
    ):
        targets = prepare(environment, CACHED)
        await_storing(product, targets[0], environment)
        compared = [compare(target, product, bare, environment) for target in targets]
    lines = table(HEAD, [row(comparison) for comparison in compared])
    for line in lines:
        say(line)
    write_section("cached-hits", "\n\n".join([INTRODUCTION, "\n".join(lines)]))
    return [at_least(f"hit of {each.operation} / floor", each.ratio, BOUND) for each in compared]


def compare(target: Target, product: Server, bare: Server, environment: Mapping[str, str]) -> Comparison:
    """First the product twice, so that its entry is stored; the floor is given the same bytes."""
    status, body = "", b""
    while status != HIT:
        status, body = closed_loop.fetch(product.port, request_of(target))
    with redis.Redis.from_url(environment["REDIS_URL"]) as client:
        client.set(floor.token_key(target.token), b"1", ex=3600)
        client.set(floor.entry_key(target.path), body, ex=3600)
    product_samples, floor_samples = in_turns((product, bare), lambda turn: request_of(target), LOAD)
    return Comparison(target.operation, len(body), product_samples, floor_samples)


HEAD = ("operation", "bytes", "hits/s", "floor/s", "p50 ms", "floor p50", "p99 ms", "floor p99", "ratio")


def row(each: Comparison) -> list[str]:
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
