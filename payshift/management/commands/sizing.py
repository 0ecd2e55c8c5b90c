"""`manage.py sizing`: what so many people need, from what `make load` measured, and how they would fare there."""

import os
from pathlib import Path
from random import Random
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

# What a web process has loaded.
import payshift.wsgi  # noqa: F401
from payshift.measuring.crowd.crowd import THINK_SECONDS
from payshift.measuring.report import table, write_section
from payshift.measuring.sizing.costs import Costs, NotMeasured, measured
from payshift.measuring.sizing.needs import FULL, REDIS_CORES, Site, site
from payshift.measuring.sizing.simulation import Simulated, people_carried, simulate

OPERATIONS = settings.BASE_DIR / "docs" / "operations.md"
SEED = 1960
SLOWEST_P95_MS = 200
CROWDS = (1_000, 10_000, 100_000)
HEAD = (
    *("people at once", "requests/s", "web", "PostgreSQL", "Redis", "worker"),
    *("processes", "connections", "memory", "simulated requests/s", "p95 ms", "busiest"),
)


class Command(BaseCommand):
    help = "Compute what crowds need of cores, connections and memory, simulate them there, and write it down."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--machines", type=int, default=10, help="that run web and workers")
        parser.add_argument("--people", type=int, nargs="+", default=CROWDS, help="at once")
        parser.add_argument("--seconds", type=float, default=2, help="that are simulated")
        parser.add_argument("--no-document", action="store_true", help="leave docs/operations.md as it is")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            costs = measured()
        except NotMeasured as error:
            raise CommandError(f"docs/performance.md does not say what `make load` measured: {error}") from error
        machines, think = options["machines"], sum(THINK_SECONDS) / 2
        process_mb = resident_mb()
        sites = [
            site(costs, people=people, think_seconds=think, machines=machines, process_mb=process_mb)
            for people in options["people"]
        ]
        random = Random(SEED)  # noqa: S311  # load, no secret

        def tried(each: Site, people: int) -> Simulated:
            """With one Redis, however many cores of it would be needed."""
            cores = each.cores | {"Redis": REDIS_CORES}
            return simulate(costs, cores, people=people, seconds=options["seconds"], random=random)

        fares = [tried(each, each.people) for each in sites]
        largest = sites[-1]
        limit = people_carried(
            lambda people: tried(largest, people).p95_ms < SLOWEST_P95_MS,
            most=min(largest.people, round(2 * think * REDIS_CORES * 1000 / costs.ms["Redis"])),
        )
        lines = section(costs, sites, fares, limit=limit, process_mb=process_mb)
        self.stdout.write("\n".join(lines))
        if not options["no_document"]:
            write_section("sizing", "\n".join(lines), document=OPERATIONS)


def resident_mb() -> float:
    """Of this process, which has loaded what web does."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def section(costs: Costs, sites: list[Site], fares: list[Simulated], *, limit: int, process_mb: float) -> list[str]:
    spent = ", ".join(f"{part} {ms:.2f}" for part, ms in costs.ms.items())
    return [
        f"One request of `make load`'s mix costs, in ms of a core: {spent}; PostgreSQL sees {costs.misses:.0%} of them."
        f" A process has {process_mb:.0f} MB at its start. People think {sum(THINK_SECONDS) / 2:g} s between two"
        f" requests. Cores are to be busy for {FULL:.0%} of the time, one process to each. {sites[0].machines} machines"
        " run web and workers; PostgreSQL and Redis have their own.",
        "",
        *table(HEAD, [row(each, fare) for each, fare in zip(sites, fares, strict=True)]),
        "",
        f"One Redis is the limit of the largest: simulated, {limit:,} people have p95 below {SLOWEST_P95_MS} ms there."
        if not sites[-1].redis_suffices
        else "One Redis is enough for all of them.",
    ]


def row(each: Site, fare: Simulated) -> list[str]:
    busiest = max(fare.busy, key=lambda name: fare.busy[name])
    return [
        *(f"{each.people:,}", f"{each.per_second:,.0f}"),
        *(f"{each.cores[part]:,}" for part in ("web", "PostgreSQL", "Redis", "worker")),
        *(f"{each.processes:,}", f"{each.connections:,}", f"{each.memory_mb / 1000:.1f} GB"),
        *(f"{fare.per_second:,.0f}", f"{fare.p95_ms:,.0f}", f"{busiest} {fare.busy[busiest]:.0%}"),
    ]
