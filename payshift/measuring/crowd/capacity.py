"""How many people the machine carries: more and more, or fewer and fewer, until it is just as fast as it has to be."""

from collections.abc import Callable
from dataclasses import dataclass

GROWTH = 1.25
MOST_STEPS = 10


@dataclass(frozen=True, slots=True)
class Step:
    users: int
    per_second: float
    p95_ms: float
    hit_rate: float
    ok: bool


def find_capacity(try_users: Callable[[int], Step], *, users: int) -> list[Step]:
    """All steps, in the order taken; the highest that is ok is the capacity."""
    steps = [try_users(users)]
    growing = steps[0].ok
    while len(steps) < MOST_STEPS and steps[-1].ok is growing:
        factor = GROWTH if growing else 1 / GROWTH
        steps.append(try_users(round(steps[-1].users * factor)))
    return steps


def capacity_of(steps: list[Step]) -> int:
    return max((step.users for step in steps if step.ok), default=0)
