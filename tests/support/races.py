"""Races: several threads, let go at once against real PostgreSQL."""

from collections.abc import Callable, Sequence
from threading import Barrier, Thread

from django.db import connections


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
