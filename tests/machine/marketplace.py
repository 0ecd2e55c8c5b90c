"""The ground of the machine: people, a clock that stands still, refusals that are counted, and a check of everything.

Each example is one database transaction that is rolled back, so that it costs no clean-up; what is checked at COMMIT
is checked after each step all the same.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import time_machine
from django.db import IntegrityError, connection, transaction
from hypothesis import currently_in_test_context, note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant
from structlog.testing import capture_logs

from core.actor import Actor, Role
from core.errors import CONSTRAINT_ERRORS, PayshiftError
from payment.services.posting import constraint_of
from tests.machine.invariants import differences, prepare
from tests.machine.view import View, jumps, look

# Monday 2 March 2026, 08:00 in Lagos.
START = datetime(2026, 3, 2, 7, tzinfo=UTC)

# Names a person or a row among those there are: the position modulo their number.
picks = st.integers(0, 63)


@dataclass
class Tally:
    """What the examples did, over all of them."""

    examples: int = 0
    steps: int = 0
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class People:
    clients: tuple[int, ...]
    workers: tuple[int, ...]
    staff: int


class Marketplace(RuleBasedStateMachine):
    def __init__(self, people: People, tally: Tally) -> None:
        super().__init__()
        self.people = people
        self.tally = tally
        self.tally.examples += 1
        self.view = View()
        self.keys = 0
        self.now = START
        self.clock = time_machine.travel(START, tick=False)
        self.traveller = self.clock.start()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL transaction_timeout = 0")
        prepare()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)
        self.clock.stop()

    @invariant()
    def everything_holds(self) -> None:
        self.tally.steps += 1
        before, self.view = self.view, look()
        if wrong := [*jumps(before, self.view), *differences()]:
            raise AssertionError("\n".join(wrong))

    def attempt[T](self, name: str, action: Callable[[], T]) -> T | None:
        """Do it, or be refused with a stable code. Any other exception is a bug, and ends the example."""
        try:
            result = action()
        except PayshiftError as error:
            if not 400 <= error.status < 500:
                raise
            self.refused(name, error.code)
            return None
        except IntegrityError as error:
            refusal = CONSTRAINT_ERRORS.get(constraint_of(error))
            if refusal is None:
                raise
            self.refused(name, refusal.code)
            return None
        self.did(name)
        return result

    def swept(self, *rules: Callable[[], int]) -> int:
        """What periodic rules did. One that fails is logged and holds up nothing: here it must not fail."""
        with capture_logs() as lines:
            acted = sum(act() for act in rules)
        assert [line for line in lines if line["event"] == "clockwork_failed"] == []
        return acted

    def did(self, name: str) -> None:
        self._note(f"  {self.now:%d %H:%M} {name}")
        self.tally.done[name] += 1

    def refused(self, name: str, code: str) -> None:
        self._note(f"  {self.now:%d %H:%M} {name}: {code}")
        self.tally.refused[f"{name}: {code}"] += 1

    def _note(self, words: str) -> None:
        """For Hypothesis to show, where it leads: a tour is led by nobody."""
        if currently_in_test_context():
            note(words)

    def move_to(self, moment: datetime) -> None:
        """Never back."""
        self.now = max(self.now, moment)
        self.traveller.move_to(self.now)

    def move_by(self, delta: timedelta) -> None:
        self.move_to(self.now + delta)

    def client(self, pick: int) -> Actor:
        return Actor(one_of(self.people.clients, pick), Role.CLIENT)

    def worker(self, pick: int) -> Actor:
        return Actor(one_of(self.people.workers, pick), Role.APPLICANT)

    def anybody(self, pick: int) -> Actor:
        """A client, a worker, or staff."""
        everybody = [*self.people.clients, *self.people.workers, self.people.staff]
        user_id = one_of(everybody, pick)
        if user_id in self.people.clients:
            return Actor(user_id, Role.CLIENT)
        return self.staff if user_id == self.people.staff else Actor(user_id, Role.APPLICANT)

    @property
    def staff(self) -> Actor:
        return Actor(self.people.staff, Role.ADMIN)


def one_of[T](choices: Sequence[T], pick: int) -> T:
    return choices[pick % len(choices)]


def as_client(user_id: int) -> Actor:
    return Actor(user_id, Role.CLIENT)


def as_worker(user_id: int) -> Actor:
    return Actor(user_id, Role.APPLICANT)
