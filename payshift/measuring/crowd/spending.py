"""Where the time goes: what each thing that the crowd does costs, by the part that serves it."""

import asyncio
import platform
import sysconfig
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from payshift.measuring.crowd.crowd import ARRIVAL_SECONDS, visit
from payshift.measuring.crowd.mix import SHARES, Mix
from payshift.measuring.crowd.plan import Plan
from payshift.measuring.crowd.processor import CORES, PARTS
from payshift.measuring.crowd.stage import Stage
from payshift.measuring.report import table

SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Spent:
    """Microseconds of a core for a request, by part; `share` of the crowd's requests."""

    action: str
    share: float
    requests: int
    us: dict[str, float]

    @property
    def whole_us(self) -> float:
        return sum(self.us.values())


def spend(plan: Plan, stage: Stage, *, users: int, say: Callable[[str], object]) -> Iterator[Spent]:
    """Each action by itself, for some seconds. What an idle worker does is in all of them."""
    for seed, (action, share) in enumerate(SHARES.items()):
        alone = replace(plan, mix=Mix.of([action]))
        _, results, usage = asyncio.run(
            visit(alone, stage, users=users, warm_up=ARRIVAL_SECONDS, seconds=SECONDS, seed=seed)
        )
        seconds = SECONDS * CORES
        us = {part: usage.groups[part] * seconds / max(1, results.count) * 1e6 for part in PARTS}
        spent = Spent(action, share / sum(SHARES.values()), results.count, us)
        say(f"{action}: {spent.whole_us:,.0f} µs of {results.count:,} requests, {results.unexpected} unexpected errors")
        yield spent


def lines_of(spent: Sequence[Spent]) -> list[str]:
    """The dearest first, by what the crowd spends on it."""
    whole = sum(each.whole_us * each.share for each in spent)
    rows = [
        [
            each.action,
            f"{each.share:.1%}",
            *(f"{each.us[part]:,.0f}" for part in PARTS),
            f"{each.whole_us * each.share / whole:.1%}",
        ]
        for each in sorted(spent, key=lambda each: -each.whole_us * each.share)
    ]
    mean = {part: sum(each.us[part] * each.share for each in spent) for part in PARTS}
    rows.append(["all", "100.0%", *(f"{mean[part]:,.0f}" for part in PARTS), "100.0%"])
    return table(("what", "of requests", *(f"{part} µs" for part in PARTS), "of the time"), rows)


def section(spent: Sequence[Spent], *, users: int, jobs: int) -> str:
    whole_us = sum(each.whole_us * each.share for each in spent)
    return "\n\n".join(
        [
            "## Where the time goes",
            f"`make load ARGS=--by-operation`: {users:,} people do one thing at a time, each for {SECONDS:g} s, over"
            f" {jobs:,} jobs, with hits and misses as they come. Processor time of a request, by part. {build()}",
            "\n".join(lines_of(spent)),
            f"A request of the mix needs {whole_us:,.0f} µs of a core in all: a core that is busy for 60 % of the time"
            f" serves {0.6e6 / whole_us:,.0f} in a second, and {2 * 0.6e6 / whole_us:,.0f} people who think for 2 s."
            " What ten machines carry is in operations.md (`make sizing`).",
        ]
    )


def build() -> str:
    """Of Python: one that is optimised by profile needs a tenth less time."""
    flags = sysconfig.get_config_var("CONFIG_ARGS") or ""
    optimised = "--enable-optimizations" in flags
    how = "optimised by profile" if optimised else "not optimised by profile (such a build needs 0.89 of the time)"
    return f"Python {platform.python_version()}, {how}."
