"""`python -m payshift.measuring.benching.hot_callers held|now`: callers move money at once, in the database at hand.

Prints as JSON, for each act and each network, how often a second, the share of the time spent waiting for a row, and
the 95th percentile in milliseconds.
"""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from statistics import fmean
from threading import Barrier, Event, Thread
from time import perf_counter, sleep
from typing import Any

from django import setup

from payshift.measuring.benching.closed_loop import percentile

CALLERS = 8
# What each caller does of each act, with each network.
TIMES = 12
FAR_MS, NEAR_MS = 8, 0
ACTS = ("approve", "fund", "withdraw", "pay out")
LOOK_AGAIN_SECONDS = 0.005
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"

type Act = Callable[[], object]


@contextmanager
def far_away(network_ms: int) -> Iterator[None]:
    """Each statement of this thread, and its COMMIT, is that much under way."""
    from django.db import connection

    def wait_and(do: Callable[..., Any], *arguments: Any) -> Any:
        sleep(network_ms / 1000)
        return do(*arguments)

    connection.ensure_connection()
    commit = connection._commit  # type: ignore[attr-defined]  # not in the stubs
    with connection.execute_wrapper(wait_and):
        connection._commit = partial(wait_and, commit)  # type: ignore[attr-defined]
        try:
            yield
        finally:
            connection._commit = commit  # type: ignore[attr-defined]
            connection.close()


@contextmanager
def accounts_held() -> Iterator[None]:
    """All accounts of a posting are locked by it, and kept to the end of the transaction."""
    from payment.services import accounts

    lock = accounts._lock

    def hold(wanted: set[accounts.AccountKey], *, shared: bool) -> dict[accounts.AccountKey, int]:
        return lock(wanted, shared=True)

    accounts._lock = hold
    try:
        yield
    finally:
        accounts._lock = lock


def drive(acts: Sequence[Act], network_ms: int) -> dict[str, float]:
    """Each caller does its share of the acts; all begin at once. Raises what a caller raised."""
    milliseconds: list[float] = []
    failures: list[Exception] = []
    together, over = Barrier(CALLERS + 1), Event()
    waiting: list[int] = []

    def call(mine: Sequence[Act]) -> None:
        try:
            with far_away(network_ms):
                together.wait()
                for act in mine:
                    begun = perf_counter()
                    act()
                    milliseconds.append((perf_counter() - begun) * 1000)
        except Exception as error:  # noqa: BLE001  # raised below, in the thread that can
            failures.append(error)
            together.abort()

    watcher = Thread(target=look, args=(waiting, over))
    callers = [Thread(target=call, args=(acts[place * TIMES : (place + 1) * TIMES],)) for place in range(CALLERS)]
    for caller in callers:
        caller.start()
    try:
        together.wait()
        watcher.start()
    finally:
        begun = perf_counter()
        for caller in callers:
            caller.join()
        took = perf_counter() - begun
        over.set()
        if watcher.ident:
            watcher.join()
    if failures:
        raise failures[0]
    return {
        "per_second": len(acts) / took,
        "waiting": fmean(waiting) / CALLERS,
        "p95_ms": percentile(sorted(milliseconds), 0.95),
    }


def look(waiting: list[int], over: Event) -> None:
    """How many backends wait for a row, again and again."""
    from django.db import connection

    with connection.cursor() as cursor:
        while not over.is_set():
            cursor.execute(WAITING)
            waiting.append(cursor.fetchone()[0])
            sleep(LOOK_AGAIN_SECONDS)
    connection.close()


def main(way: str) -> None:
    setup()
    from payshift.measuring.benching import hot_acts

    figures: dict[str, dict[str, float]] = {}
    with ExitStack() as stack:
        if way == "held":
            stack.enter_context(accounts_held())
        for name in ACTS:
            acts = hot_acts.prepare(name, 2 * CALLERS * TIMES)
            for place, network_ms in enumerate((FAR_MS, NEAR_MS)):
                figures[f"{name} {network_ms}"] = drive(acts[place * CALLERS * TIMES :][: CALLERS * TIMES], network_ms)
    json.dump(figures, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
