"""`manage.py load`: a thousand people at once for a minute, and how many more the cache lets in."""

import asyncio
import gc
import os
import subprocess
import sys
from argparse import ArgumentParser, BooleanOptionalAction
from dataclasses import asdict
from functools import partial
from random import Random
from time import sleep
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django_redis import get_redis_connection

from core.cache.store import store
from payshift.measuring.crowd import spending, versus
from payshift.measuring.crowd.against import beside, earlier
from payshift.measuring.crowd.capacity import Step, capacity_of, find_capacity
from payshift.measuring.crowd.crowd import visit
from payshift.measuring.crowd.document import capacity_text, section
from payshift.measuring.crowd.plan import Plan, make_plan
from payshift.measuring.crowd.processor import Usage
from payshift.measuring.crowd.results import HEAD, Results
from payshift.measuring.crowd.stage import Stage, copy_of, serving
from payshift.measuring.crowd.turns import both_serving, take_turns
from payshift.measuring.databases import measuring_environment, populated
from payshift.measuring.report import (
    Check,
    above,
    at_least,
    at_most,
    below,
    print_checks,
    write_report,
    write_section,
)
from payshift.measuring.servers import SERVING
from payshift.measuring.trees import HERE

SLOWEST_P95_MS = 200
LOWEST_HIT_RATE = 0.8
# The rest of the machine is to spare.
BUSIEST = 0.6
# People whom the machine carries, with the cache and without it.
FEWEST = {"on": 2_000, "off": 1_000}
SEED = 1960
# Until the worker has done what was due when it started.
SETTLING_SECONDS = 10.0
# Of each step towards the capacity.
STEP_WARM_UP_SECONDS, STEP_SECONDS = 6.0, 10.0
# Of a turn against an earlier revision.
TURN_SECONDS = 20.0


class Command(BaseCommand):
    help = "People with time to think use a populated Payshift: errors, times, hit rate, and what the limit was."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--users", type=int, default=1000)
        parser.add_argument("--seconds", type=float, default=60)
        parser.add_argument("--warm-up", type=float, default=60, help="seconds before the measured ones")
        parser.add_argument("--jobs", type=int, default=10_000)
        parser.add_argument("--fresh", action="store_true", help="populate anew")
        parser.add_argument("--capacity", action=BooleanOptionalAction, default=True, help="also with the cache off")
        parser.add_argument("--against", metavar="REVISION", help="by turns with this one, which is all that is done")
        parser.add_argument(
            "--by-operation", action="store_true", help="what each thing costs, which is all that is done"
        )
        parser.add_argument("--rounds", type=int, default=6, help=f"of {TURN_SECONDS:g} s each, against a revision")
        parser.add_argument(
            "--document", action=BooleanOptionalAction, default=True, help="write the section of docs/performance.md"
        )
        parser.add_argument("--here", action="store_true", help="in the database and Redis at hand, which it changes")

    def handle(self, *args: Any, **options: Any) -> None:
        against = options["against"]
        if options["here"]:
            # The people are in this process: no pause of theirs is the server's.
            gc.freeze()
            gc.disable()
            if against:
                return self.compare(against, options)
            return self.itemise(options) if options["by_operation"] else self.measure(options)
        prepared = {"jobs": options["jobs"], "say": self.stdout.write, "fresh": options["fresh"]}
        with beside(against, seed=SEED, **prepared) if against else copy_of(populated(**prepared)) as name:
            command = HERE.command(*sys.argv[1:], "--here")
            process = subprocess.Popen(command, env=measuring_environment(name))  # noqa: S603
            try:
                process.wait()
            finally:
                # Ctrl-C reaches it too: it ends its servers first, for which `subprocess.run` would not wait.
                code = process.wait()
        if code:
            sys.exit(code)
        return None

    def compare(self, revision: str, options: dict[str, Any]) -> None:
        users, jobs, other = options["users"], options["jobs"], earlier()
        plan = other.plan(Random(SEED))  # noqa: S311  # load, no secret
        with both_serving(other, plan, name=revision) as (sides, shared):
            times = {"rounds": options["rounds"], "seconds": TURN_SECONDS, "warm_up": options["warm_up"]}
            take_turns(sides, shared, users=users, **times, say=self.stdout.write)
        checks = versus.checks_of(*sides)
        for line in [*versus.lines_of(*sides), *(example for side in sides for example in side.warm.examples)]:
            self.stdout.write(line)
        if options["document"]:
            text = versus.section(*sides, checks, users=users, seconds=TURN_SECONDS, jobs=jobs)
            write_section("load_against", text)
        self.hand_over("load_against", checks, users=users, **versus.details(*sides))

    def itemise(self, options: dict[str, Any]) -> None:
        users, jobs = options["users"], options["jobs"]
        plan = make_plan(Random(SEED))  # noqa: S311  # load, no secret
        with serving({**os.environ, **SERVING}, name="load", generator=lambda: [os.getpid()]) as stage:
            get_redis_connection("default").flushdb()
            self.stdout.write(f"{users:,} people warm the cache up for {options['warm_up']:g} s")
            asyncio.run(visit(plan, stage, users=users, warm_up=0, seconds=options["warm_up"]))
            spent = list(spending.spend(plan, stage, users=users, say=self.stdout.write))
        for line in spending.lines_of(spent):
            self.stdout.write(line)
        if options["document"]:
            write_section("load_by_operation", spending.section(spent, users=users, jobs=jobs))
        self.hand_over("load_by_operation", [], users=users, spent=[asdict(each) for each in spent])

    def measure(self, options: dict[str, Any]) -> None:
        users, seconds, warm_up = options["users"], options["seconds"], options["warm_up"]
        plan = make_plan(Random(SEED))  # noqa: S311  # load, no secret
        capacities: dict[str, list[Step]] = {}
        with serving({**os.environ, **SERVING}, name="load", generator=lambda: [os.getpid()]) as stage:
            # What an earlier run left shows another database. In the new epoch nothing is stored at first.
            get_redis_connection("default").flushdb()
            store.read()
            sleep(1 + settings.CACHE_QUARANTINE_MS / 1000)
            self.stdout.write(f"{users:,} people: warming up for {warm_up:g} s, then {seconds:g} s")
            cold, warm, usage = asyncio.run(
                visit(plan, stage, users=users, warm_up=warm_up, seconds=seconds),
            )
            self.show(warm, usage)
            if options["capacity"]:
                capacities["on"] = find_capacity(partial(self.try_users, plan, stage), users=users)
        if options["capacity"]:
            without = {**os.environ, **SERVING, "RESPONSE_CACHE": "0"}
            with serving(without, name="load-uncached", generator=lambda: [os.getpid()]) as stage:
                sleep(SETTLING_SECONDS)
                capacities["off"] = find_capacity(partial(self.try_users, plan, stage), users=users)
            self.stdout.write(capacity_text(capacities))
        checks = [
            at_most("unexpected errors", warm.unexpected, 0),
            below("p95 ms", warm.percentile(0.95), SLOWEST_P95_MS),
            above("hit rate of the six cached reads", warm.hit_rate, LOWEST_HIT_RATE),
            at_most("share of the machine that was busy, without the people", usage.busy_serving, BUSIEST),
            *(
                at_least(f"people carried, cache {name}", capacity_of(steps), FEWEST[name])
                for name, steps in capacities.items()
            ),
        ]
        if options["document"]:
            facts = {"users": users, "warm_up": warm_up, "seconds": seconds, "jobs": options["jobs"]}
            write_section("load", section(cold, warm, usage, checks, capacities=capacities, **facts))
        self.hand_over(
            "load",
            checks,
            users=users,
            seconds=seconds,
            warm_up=warm_up,
            requests=warm.count,
            operations=[dict(zip(HEAD, row, strict=True)) for row in warm.rows()],
            hit_rate_while_warming_up=cold.hit_rate,
            refused=warm.refused,
            errors=warm.examples,
            limit=usage.limit,
            processors=asdict(usage),
            capacity={name: [asdict(step) for step in steps] for name, steps in capacities.items()},
        )

    def hand_over(self, name: str, checks: list[Check], **details: Any) -> None:
        print_checks(checks, self.stdout.write)
        write_report(name, checks, **details)
        if not all(check.ok for check in checks):
            sys.exit(1)

    def show(self, results: Results, usage: Usage) -> None:
        for line in [*results.lines(), "", f"The limit: {usage.limit}.", *results.examples]:
            self.stdout.write(line)
        for what, count in sorted(results.refused.items()):
            self.stdout.write(f"refused by the rules: {count} x {what}")

    def try_users(self, plan: Plan, stage: Stage, users: int) -> Step:
        _, results, usage = asyncio.run(
            visit(plan, stage, users=users, warm_up=STEP_WARM_UP_SECONDS, seconds=STEP_SECONDS)
        )
        p95_ms = results.percentile(0.95)
        ok = 0 < p95_ms < SLOWEST_P95_MS and not results.unexpected
        self.stdout.write(f"{users:,} people: p95 {p95_ms:.0f} ms; {usage.limit}")
        return Step(users, results.count / STEP_SECONDS, p95_ms, results.hit_rate, ok)
