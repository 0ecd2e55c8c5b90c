"""Several clients and workers do anything at any time; after every step the guarantees hold.

W1 to W4 of work, M1 to M5 of money, and the counters of reliability. `make soak` runs it longer.
"""

import time

import pytest

from core.actor import Role
from payshift.measuring.report import at_least, at_most, write_report
from tests.factories.accounts import UserFactory
from tests.machine.exploring import EXAMPLES, SOAK_EXAMPLES, STEPS, explore
from tests.machine.marketplace import People, Tally
from tests.machine.meddling import Meddling
from tests.machine.usual import Usual

# Each example is a transaction of its own.
pytestmark = pytest.mark.django_db(transaction=True)

# What the examples must have come across, or they explore too little: in one run of the suite, each of these.
FAR_ENOUGH = {
    "accept",
    "accept minutes",
    "approve",
    "cancel",
    "card succeeded",
    "check in",
    "check out",
    "edit",
    "end work",
    "no-show",
    "open dispute",
    "pay from wallet",
    "reject",
    "resolve dispute",
    "the clock acts",
    "withdraw",
    "withdraw dispute",
}


class WorkAndMoney(Usual, Meddling):
    """All the rules together."""


@pytest.fixture
def people(db: None) -> People:
    return People(
        clients=tuple(UserFactory.create(role=Role.CLIENT).pk for _ in range(3)),
        workers=tuple(UserFactory.create().pk for _ in range(4)),
        staff=UserFactory.create(role=Role.ADMIN).pk,
    )


def test_guarantees_hold_after_every_step(people: People) -> None:
    tally, started = Tally(), time.perf_counter()

    explore(lambda: WorkAndMoney(people, tally))

    steps = (SOAK_EXAMPLES or EXAMPLES) * STEPS
    if SOAK_EXAMPLES:
        report(tally, steps=steps, seconds=time.perf_counter() - started)
    assert tally.steps >= steps >= 2_000
    assert FAR_ENOUGH - tally.done.keys() == set()


def report(tally: Tally, *, steps: int, seconds: float) -> None:
    checks = [
        at_least("machine: steps with every guarantee checked", tally.steps, steps),
        at_most("machine: guarantees that did not hold", 0, 0),
    ]
    write_report(
        "soak",
        checks,
        machine={
            "examples": tally.examples,
            "seconds": round(seconds, 1),
            "done": dict(sorted(tally.done.items())),
            "refused": dict(sorted(tally.refused.items())),
        },
    )
