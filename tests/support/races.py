"""Races: several threads, let go at once against real PostgreSQL."""

import time
from collections.abc import Callable, Sequence
from threading import Barrier, Thread

import pytest
from django.db import connections

from core.problems import error_from_exception
from tests.support.books import owner

WAITING = """
SELECT count(DISTINCT pid) FROM pg_locks JOIN pg_stat_activity USING (pid)
WHERE NOT granted AND datname = current_database()
"""


def race[T](*functions: Callable[[], T]) -> list[T | Exception]:
    """Run each function in a thread of its own, all let go together; what each returned or raised, in their order.

    Only in tests with `transaction=True`: other threads do not see what an open test transaction wrote.
    """
    barrier = Barrier(len(functions))
    outcomes: list[T | Exception] = [AssertionError("did not end")] * len(functions)

    def run(position: int) -> None:
        try:
            barrier.wait(timeout=30)
            outcomes[position] = functions[position]()
        except Exception as error:  # noqa: BLE001  # whatever went wrong is this thread's outcome
            outcomes[position] = error
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=(position,), daemon=True) for position in range(len(functions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return outcomes


def errors_of(outcomes: Sequence[object]) -> list[type[Exception]]:
    """The exceptions among the outcomes, by class."""
    return [type(outcome) for outcome in outcomes if isinstance(outcome, Exception)]


def at_once(acts: Sequence[Callable[[], object]], *, holding: str) -> list[str]:
    """Run all acts in parallel while `holding`'s row is locked; what became of each: its problem's code, or "done"."""
    outcomes: list[str] = []

    def run(act: Callable[[], object]) -> None:
        try:
            act()
            outcomes.append("done")
        except Exception as error:  # noqa: BLE001  (told apart below, as the API's one handler does)
            problem = error_from_exception(error)
            outcomes.append(problem.code if problem else repr(error))
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=(act,)) for act in acts]
    with owner() as holder:
        with holder.transaction():
            holder.execute(holding)
            for thread in threads:
                thread.start()
            wait_until_waiting(len(threads))
        for thread in threads:
            thread.join()
    return sorted(outcomes)


def wait_until_waiting(number: int) -> None:
    with owner() as observer:
        deadline = time.monotonic() + 4
        while time.monotonic() < deadline:
            row = observer.execute(WAITING).fetchone()
            if row and row[0] >= number:
                return
            time.sleep(0.02)
    pytest.fail("Not everybody came as far as the held row.")
