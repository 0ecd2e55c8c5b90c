"""The section of docs/performance.md that `make load` writes."""

from collections.abc import Sequence

from payshift.measuring.crowd.capacity import Step, capacity_of
from payshift.measuring.crowd.processor import CORES, Usage
from payshift.measuring.crowd.results import Results
from payshift.measuring.crowd.stage import THREADS, WORKERS
from payshift.measuring.report import Check, bounds_table, table


def section(
    cold: Results,
    warm: Results,
    usage: Usage,
    checks: Sequence[Check],
    *,
    users: int,
    warm_up: float,
    seconds: float,
    jobs: int,
    capacities: dict[str, list[Step]],
) -> str:
    parts = [
        "## A thousand people at once" if users == 1000 else f"## {users:,} people at once",
        f"`make load`: {users:,} people with 1 to 3 s to think between two requests, for {seconds:g} s after"
        f" {warm_up:g} s of warming up, on {CORES} cores that also run PostgreSQL, Redis, {WORKERS} web processes"
        f" of {THREADS} threads, the worker and the people. {jobs:,} jobs; what is looked at follows Zipf, exponent 1.",
        f"{warm.count:,} requests, {warm.count / seconds:,.0f} in a second, {warm.unexpected} unexpected errors, p95"
        f" {warm.percentile(0.95):.0f} ms. Hits of the six cached reads: {warm.hit_rate:.1%} (from an empty cache,"
        f" while warming up: {cold.hit_rate:.1%}).",
        "\n".join(warm.lines()),
        f"The limit: {usage.limit}.",
        "\n".join(
            ["Refused by the rules, as they should be:", ""]
            + [f"- {count} x {what}" for what, count in sorted(warm.refused.items())]
        ),
    ]
    if capacities:
        parts.append(capacity_text(capacities))
    parts.append("\n".join(bounds_table(checks)))
    return "\n\n".join(parts)


def capacity_text(capacities: dict[str, list[Step]]) -> str:
    rows = [
        [
            name,
            f"{step.users:,}",
            f"{step.per_second:,.0f}",
            f"{step.p95_ms:.0f}",
            f"{step.hit_rate:.0%}",
            verdict(step),
        ]
        for name, steps in capacities.items()
        for step in steps
    ]
    carried = {name: capacity_of(steps) for name, steps in capacities.items()}
    more = carried["on"] / carried["off"] - 1 if carried["off"] else float("inf")
    summary = (
        f"With the cache the machine carries {carried['on']:,} people, without it {carried['off']:,}: {more:.0%} more."
    )
    return "\n".join([*table(("cache", "people", "requests/s", "p95 ms", "hits", ""), rows), "", summary])


def verdict(step: Step) -> str:
    return "carried" if step.ok else "too many"
