"""Uncached lists of 20 through the whole product, against a bare program and against plain Ninja.

All three run in granian with the same workers and threads, on the same Redis and PostgreSQL, under the same load, by
turns; the median of the rounds' ratios counts.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from subprocess import DEVNULL, PIPE

import redis

from payshift.measuring.benching import closed_loop, floor
from payshift.measuring.benching.closed_loop import Sample
from payshift.measuring.benching.driving import Load, await_storing, in_turns, middle, prepare, ratio, request_of
from payshift.measuring.benching.prepared import LISTS, Target
from payshift.measuring.databases import measuring_environment, populated
from payshift.measuring.report import Check, at_least, table, write_section
from payshift.measuring.servers import SERVING, Server, web_server

JOBS = 10_000
WORKERS, THREADS = 1, 1
LOAD = Load(seconds=2.0)
OF_FLOOR = {"find_jobs": 0.65, "list_payments": 0.5}
OF_PLAIN = 2.0
INTRODUCTION = f"""## What a list costs

`make bench ARGS=lists`: the newest 20 jobs, and the newest 20 payments of the busiest client, through the whole product
(settings of production, logs as JSON, access rules, metrics), against two others with the same workers: **floor**, a
bare WSGI application that gets the token from Redis and the JSON from one prepared SQL statement; and **plain**, Ninja
with `response=list[Schema]` over a select_related queryset, the middleware of `startproject` and the product's token
check. Nothing is served from the response cache: each request for payments asks for another period, and the product
also stores its answer. Granian with {WORKERS} worker and {THREADS} thread under {LOAD.connections} connections, by
turns; medians of {LOAD.rounds} rounds."""
RIVALS = {
    "product": "payshift.wsgi:application",
    "floor": "payshift.measuring.benching.list_floor:application",
    "plain": "payshift.measuring.plain.wsgi:application",
}
PROFILE = """In whose code the time goes, by a profile of requests in one process (the profiler makes Python look slower
than waiting). Plain Ninja spends it on writing SQL text, on models, and on reading them into schemas; the product
writes each statement once, binds values, and makes JSON of the rows."""
PROFILED = ("jobs, plain", "jobs", "payments, plain", "payments")
# Cached reads differ from request to request and from turn to turn.
PERIODS = "?created_before=2099-01-01T00:{turn:02d}:00.{n}Z"


@dataclass(frozen=True, slots=True)
class Comparison:
    operation: str
    bytes: int
    product: list[Sample]
    floor: list[Sample]
    plain: list[Sample]

    @property
    def of_floor(self) -> float:
        return ratio(self.product, self.floor)

    @property
    def of_plain(self) -> float:
        return ratio(self.product, self.plain)


def measure(say: Callable[[str], object]) -> list[Check]:
    environment = {**measuring_environment(populated(JOBS, say=say)), **SERVING}
    server = partial(web_server, environment=environment, workers=WORKERS, threads=THREADS)
    with (
        server("bench-product", RIVALS["product"]) as product,
        server("bench-floor", RIVALS["floor"]) as bare,
        server("bench-plain", RIVALS["plain"]) as plain,
    ):
        servers = (product, bare, plain)
        jobs, payments = prepare(environment, LISTS)
        await_storing(product, payments, environment)
        compared = [compare(target, servers, environment) for target in (jobs, payments)]
    lines = table(HEAD, [row(comparison) for comparison in compared])
    profile = table(("% of a request", *PROFILED), profiled((jobs, payments), environment))
    for line in (*lines, "", *profile):
        say(line)
    write_section("lists", "\n\n".join([INTRODUCTION, "\n".join(lines), PROFILE, "\n".join(profile)]))
    return [
        check
        for each in compared
        for check in (
            at_least(f"list of {each.operation} / floor", each.of_floor, OF_FLOOR[each.operation]),
            at_least(f"list of {each.operation} / plain Ninja", each.of_plain, OF_PLAIN),
        )
    ]


def compare(target: Target, servers: tuple[Server, Server, Server], environment: Mapping[str, str]) -> Comparison:
    with redis.Redis.from_url(environment["REDIS_URL"]) as client:
        client.set(floor.token_key(target.token), target.user_id, ex=3600)
    period = PERIODS if target.operation == "list_payments" else ""

    def request_for(turn: int) -> bytes:
        return request_of(target, path=target.path + period.replace("{turn:02d}", f"{turn:02d}"))

    bytes_sent = len(closed_loop.fetch(servers[0].port, request_of(target))[1])
    return Comparison(target.operation, bytes_sent, *in_turns(servers, request_for, LOAD))


def profiled(targets: Sequence[Target], environment: Mapping[str, str]) -> list[list[str]]:
    """A row for each part of the code: its share in plain Ninja and in the product, for each list."""
    shares = []
    for target in targets:
        for rival in ("plain", "product"):
            command = [sys.executable, "-m", "payshift.measuring.benching.list_profile", rival]
            asked = json.dumps(asdict(target)).encode()
            answer = subprocess.run(  # noqa: S603
                command, input=asked, env={**environment, "LOG_LEVEL": "INFO"}, stdout=PIPE, stderr=DEVNULL, check=True
            )
            shares.append(json.loads(answer.stdout))
    return [[part, *(f"{100 * share[part]:.0f}" for share in shares)] for part in shares[0]]


RATES = ("product/s", "floor/s", "plain/s")
HEAD = ("operation", "bytes", *RATES, "p50 ms", "floor p50", "plain p50", "p99 ms", "/ floor", "/ plain")


def row(each: Comparison) -> list[str]:
    rivals = (each.product, each.floor, each.plain)
    return [
        each.operation,
        str(each.bytes),
        *(f"{middle(samples, lambda s: s.per_second):,.0f}" for samples in rivals),
        *(f"{middle(samples, lambda s: s.p50_ms):.2f}" for samples in rivals),
        f"{middle(each.product, lambda s: s.p99_ms):.2f}",
        f"{each.of_floor:.2f}",
        f"{each.of_plain:.2f}",
    ]
