"""Several clients and workers do anything at any time; after every step the guarantees hold.

W1 to W4 of work, M1 to M5 of money, and the counters of reliability. `make soak` runs it longer.
"""

from collections.abc import Callable

import pytest

from core.actor import Role
from tests.factories.accounts import UserFactory
from tests.machine.exploring import SOAK_STEPS, explore
from tests.machine.marketplace import People, Tally
from tests.machine.meddling import Meddling
from tests.machine.tours import TOURS, walk
from tests.machine.usual import Usual

# Each example is a transaction of its own.
pytestmark = pytest.mark.django_db(transaction=True)

# What must have happened in one run of the suite: on a tour, whatever chance leaves out.
FAR_ENOUGH = {
    "accept",
    "accept by rule",
    "accept extra time",
    "accept minutes",
    "approve",
    "approve with a break",
    "ask for minutes",
    "cancel",
    "cancel shift",
    "card succeeded",
    "change series",
    "check in",
    "check in again",
    "check out",
    "confirm place",
    "contest",
    "decline extra time",
    "edit",
    "end early",
    "end series",
    "end work",
    "favour",
    "fill in",
    "give back",
    "grant minutes",
    "lengthen a shift ahead",
    "no-show",
    "offer extra time",
    "open dispute",
    "post a week",
    "pay from wallet",
    "reject",
    "refute no-show",
    "release place",
    "resolve dispute",
    "start series",
    "take place",
    "take back check-out",
    "take back no-show",
    "the clock acts",
    "withdraw",
    "withdraw dispute",
    "withdraw extra time",
}


class WorkAndMoney(Usual, Meddling):
    """All the rules together."""


@pytest.fixture
def people(db: None) -> People:
    return People(
        clients=tuple(UserFactory.create(role=Role.CLIENT).pk for _ in range(3)),
        workers=tuple(UserFactory.create().pk for _ in range(4)),
        staff=UserFactory.create(role=Role.ADMIN, is_superuser=True).pk,
    )


def test_guarantees_hold_after_every_step(
    people: People, record_testsuite_property: Callable[[str, object], None]
) -> None:
    tally = Tally()

    try:
        for tour in TOURS:
            walk(tour, WorkAndMoney(people, tally))
        explore(lambda: WorkAndMoney(people, tally))
    finally:
        record_testsuite_property("steps", tally.steps)
        record_testsuite_property("done", dict(sorted(tally.done.items())))
        record_testsuite_property("refused", dict(sorted(tally.refused.items())))

    assert tally.steps >= max(SOAK_STEPS, 2_000)
    assert FAR_ENOUGH - tally.done.keys() == set()
