"""Two revisions of Payshift serve the same crowd by turns, so that a slow moment of the machine meets both.

What a request costs is the processor time of all its parts. Each revision's own processes, its backends of PostgreSQL
among them, count always: what one leaves to its worker is its own, whenever that gets to it. Redis and PostgreSQL's own
processes, which both share, count for whose turn it is.
"""

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic, sleep

from django.db import connection

from core.dev.redis_server import connect
from payshift.measuring.crowd.against import Earlier
from payshift.measuring.crowd.crowd import ARRIVAL_SECONDS, visit
from payshift.measuring.crowd.plan import Plan
from payshift.measuring.crowd.processor import PARTS, Watch, backends_of, others_of
from payshift.measuring.crowd.results import Results
from payshift.measuring.crowd.stage import Stage, postmaster, redis_pid, serving
from payshift.measuring.servers import SERVING

# A worker that uses less of a core than this has nothing left to do. One that never rests is waited for so long.
RESTING, LOOK_SECONDS, MOST_SECONDS = 0.05, 1.0, 10.0


@dataclass(slots=True)
class Side:
    """A revision: its port, what is done to it, and its processes."""

    name: str
    stage: Stage
    plan: Plan
    own: Watch
    # Of the measured turns, as soon as everybody had come.
    warm: Results = field(default_factory=Results)
    turns: list["Turn"] = field(default_factory=list)

    def cost_us(self, part: str) -> float:
        """Microseconds of a core for a request."""
        return sum(turn.seconds[part] for turn in self.turns) / sum(turn.requests for turn in self.turns) * 1e6

    @property
    def whole_us(self) -> float:
        return sum(map(self.cost_us, PARTS))


@dataclass(frozen=True, slots=True)
class Turn:
    """`seconds` of a core by part."""

    requests: int
    seconds: dict[str, float]

    @property
    def us(self) -> float:
        """Microseconds of a core for a request."""
        return sum(self.seconds.values()) / self.requests * 1e6


@contextmanager
def both_serving(other: Earlier, plan: Plan, *, name: str) -> Iterator[tuple[tuple[Side, Side], Watch]]:
    """The earlier revision, called `name`, and this one, whose database and Redis are at hand; and a watch of what they
    share. Neither has cached anything.
    """
    environments = other.environment, {**os.environ, **SERVING}
    for environment in environments:
        with connect(environment["REDIS_URL"]) as client:
            client.flushdb()
    with (
        serving(environments[0], name="load-before", generator=tuple, tree=other.tree, worker=other.worker) as before,
        serving(environments[1], name="load-after", generator=tuple) as after,
    ):
        server, redis, here = postmaster(), redis_pid(), str(connection.settings_dict["NAME"])
        shared = Watch({"Redis": lambda: [redis], "PostgreSQL": others_of(server, {other.database, here})})
        stages = ((name, before, other.database), ("this revision", after, here))
        first, second = (
            Side(
                title,
                stage,
                plan.copy(),
                Watch(
                    {
                        "web": stage.watched["web"],
                        "worker": stage.watched["worker"],
                        "PostgreSQL": backends_of(server, {database}),
                    }
                ),
            )
            for title, stage, database in stages
        )
        yield (first, second), shared


def take_turns(
    sides: tuple[Side, Side],
    shared: Watch,
    *,
    users: int,
    rounds: int,
    seconds: float,
    warm_up: float,
    say: Callable[[str], object],
) -> None:
    """Both get a turn to warm up, and then one in each round, whose order changes; fills the sides."""
    for side in sides:
        say(f"{users:,} people warm {side.name} up for {warm_up:g} s")
        asyncio.run(visit(side.plan, side.stage, users=users, warm_up=0, seconds=warm_up, seed=0))
        rest(side.own)
    for side in sides:
        side.own.take()
    for number in range(1, rounds + 1):
        for side in sides if number % 2 else reversed(sides):
            shared.take()
            cold, warm, _ = asyncio.run(
                visit(side.plan, side.stage, users=users, warm_up=ARRIVAL_SECONDS, seconds=seconds, seed=number)
            )
            rest(side.own)
            side.warm.include(warm)
            side.turns.append(Turn(cold.count + warm.count, added(side.own.take(), shared.take())))
        spent = ", ".join(f"{side.name} {side.turns[-1].us:,.0f} µs a request" for side in sides)
        say(f"round {number} of {rounds}: {spent}")


def rest(watch: Watch) -> None:
    """Wait until the worker has done what it was given."""
    deadline = monotonic() + MOST_SECONDS
    used = float("inf")
    while used > RESTING * LOOK_SECONDS and monotonic() < deadline:
        watch.look()
        before = watch.used["worker"]
        sleep(LOOK_SECONDS)
        watch.look()
        used = watch.used["worker"] - before


def added(*parts: dict[str, float]) -> dict[str, float]:
    return {name: sum(part.get(name, 0.0) for part in parts) for name in PARTS}


def ratio(before: Side, after: Side) -> float:
    """Of what a request costs, over all rounds."""
    return after.whole_us / before.whole_us


def ratios(before: Side, after: Side) -> list[float]:
    """Of each round."""
    return [second.us / first.us for first, second in zip(before.turns, after.turns, strict=True)]
