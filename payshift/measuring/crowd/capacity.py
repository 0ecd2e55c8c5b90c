"""How many people the machine carries: more and more, or fewer and fewer, until it is just as fast as it has to be."""

from collections.abc import Callable
from dataclasses import dataclass

GROWTH = 1.25
FINE = 0.05
MOST_STEPS = 10


@dataclass(frozen=True, slots=True)
class Step:
    users: int
    per_second: float
    p95_ms: float
    hit_rate: float
    ok: bool


def find_capacity(try_users: Callable[[int], Step], *, users: int) -> list[Step]:
    """All steps, in the order taken; the highest that is ok is the capacity, give or take `FINE` of it."""
    steps = [try_users(users)]
    growing = steps[0].ok
    while len(steps) < MOST_STEPS and steps[-1].ok is growing:
        factor = GROWTH if growing else 1 / GROWTH
        steps.append(try_users(round(steps[-1].users * factor)))
    while len(steps) < MOST_STEPS and (middle := _between(steps)):
        steps.append(try_users(middle))
    return steps


def _between(steps: list[Step]) -> int:
    """Half-way from the most people that were carried to the fewest more that were not; 0 where that is fine enough."""
    carried = capacity_of(steps)
    too_many = min((step.users for step in steps if step.users > carried), default=carried)
    return (carried + too_many) // 2 if too_many - carried > carried * FINE else 0


def capacity_of(steps: list[Step]) -> int:
    return max((step.users for step in steps if step.ok), default=0)
