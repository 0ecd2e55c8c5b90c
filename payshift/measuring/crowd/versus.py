"""The section of docs/performance.md that `make load ARGS="--against REVISION"` writes, and its bounds."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from payshift.measuring.crowd.processor import CORES, PARTS
from payshift.measuring.crowd.stage import THREADS, WORKERS
from payshift.measuring.crowd.turns import Side, ratio, ratios
from payshift.measuring.report import Check, at_most, bounds_table, table

# Of the processor time that a request cost at f3b489e.
MOST_OF_BEFORE = 0.45


def checks_of(before: Side, after: Side) -> list[Check]:
    return [
        at_most("unexpected errors", after.warm.unexpected, 0),
        at_most(f"unexpected errors of {before.name}", before.warm.unexpected, 0),
        at_most(f"CPU of a request, times that of {before.name}", ratio(before, after), MOST_OF_BEFORE),
    ]


def lines_of(before: Side, after: Side) -> list[str]:
    """µs of a core for a request, by part."""
    rows = [
        [
            part,
            *(f"{side.cost_us(part):,.0f}" for side in (before, after)),
            times(before.cost_us(part), after.cost_us(part)),
        ]
        for part in PARTS
    ]
    rows.append(["all", f"{before.whole_us:,.0f}", f"{after.whole_us:,.0f}", times(before.whole_us, after.whole_us)])
    return table(("µs of a request", before.name, after.name, "times"), rows)


def times(before: float, after: float) -> str:
    return f"{after / before:.2f}" if before else ""


def section(before: Side, after: Side, checks: Sequence[Check], *, users: int, seconds: float, jobs: int) -> str:
    each = ratios(before, after)
    seen = table(
        ("", "requests", "p50 ms", "p95 ms", "hits"),
        [
            [
                side.name,
                f"{side.warm.count:,}",
                f"{side.warm.percentile(0.5):.1f}",
                f"{side.warm.percentile(0.95):.1f}",
                f"{side.warm.hit_rate:.1%}",
            ]
            for side in (before, after)
        ],
    )
    return "\n\n".join(
        [
            "## Against an earlier revision",
            f'`make load ARGS="--against {before.name}"`: {users:,} people come to both by turns of {seconds:g} s,'
            f" {len(each)} each, after a turn to warm up, on {CORES} cores; each has {WORKERS} web processes of"
            f" {THREADS} threads and a worker. The earlier revision filled a database with {jobs:,} jobs, of which this"
            " one has a copy, migrated: the same people ask both for the same things. Processor time of everything that"
            " serves, by request; the crowd's own is left out.",
            "\n".join(lines_of(before, after)),
            f"In single rounds {min(each):.2f} to {max(each):.2f} times.",
            "\n".join(seen),
            "\n".join(bounds_table(checks)),
        ]
    )


def details(before: Side, after: Side) -> dict[str, Any]:
    return {
        "ratios_of_rounds": ratios(before, after),
        "sides": [
            {
                "name": side.name,
                "us_of_a_request": {part: side.cost_us(part) for part in PARTS},
                "turns": [asdict(turn) for turn in side.turns],
                "p95_ms": side.warm.percentile(0.95),
                "hit_rate": side.warm.hit_rate,
                "refused": side.warm.refused,
                "errors": side.warm.examples,
            }
            for side in (before, after)
        ],
    }
