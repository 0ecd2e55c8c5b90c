"""`python -m payshift.measuring.benching.posting_callers`: both ways to post, by turns, in the database at hand.

Prints as JSON, for each workload and each way, a sample per round.
"""

import json
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict
from itertools import count
from random import Random
from threading import Barrier, Thread
from time import perf_counter

from django import setup

from payshift.measuring.benching.closed_loop import Sample, percentile

CALLERS = 8
ACCOUNTS = 1_000
ROUNDS = 5
SECONDS = 1.5
WARM_UP_SECONDS = 0.5

type Way = Callable[[], AbstractContextManager[Callable[[int, int, str], None]]]
# Who pays whom next.
type Workload = Callable[[Random], tuple[int, int]]
numbers = count(1)


def workloads(users: list[int]) -> dict[str, Workload]:
    hot, *others = users

    def any_two(dice: Random) -> tuple[int, int]:
        payer, payee = dice.sample(users, 2)
        return payer, payee

    def into_one(dice: Random) -> tuple[int, int]:
        return dice.choice(others), hot

    return {f"{ACCOUNTS:,} accounts": any_two, "one hot account": into_one}


def compare(workload: Workload, ways: Mapping[str, Way]) -> dict[str, list[Sample]]:
    for way in ways.values():
        drive(way, workload, WARM_UP_SECONDS)
    samples: dict[str, list[Sample]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            samples[name].append(drive(way, workload, SECONDS))
    return samples


def drive(way: Way, workload: Workload, seconds: float) -> Sample:
    """Each caller posts again as soon as it has posted, over a connection of its own. Raises what a caller raised."""
    milliseconds: list[float] = []
    failures: list[Exception] = []
    # The callers, and whoever looks at the clock.
    together = Barrier(CALLERS + 1)

    def call(seed: int) -> None:
        # The same people by both ways.
        dice = Random(seed)  # noqa: S311  # load, no secret
        try:
            with way() as transfer:
                together.wait()
                begun = now = perf_counter()
                while now < begun + seconds:
                    payer, payee = workload(dice)
                    transfer(payer, payee, f"bench-{next(numbers)}")
                    milliseconds.append((perf_counter() - now) * 1000)
                    now = perf_counter()
        except Exception as error:  # noqa: BLE001  # raised below, in the thread that can
            failures.append(error)
            together.abort()

    callers = [Thread(target=call, args=(seed,)) for seed in range(CALLERS)]
    for caller in callers:
        caller.start()
    try:
        together.wait()
    finally:
        begun = perf_counter()
        for caller in callers:
            caller.join()
    took = perf_counter() - begun
    if failures:
        raise failures[0]
    milliseconds.sort()
    return Sample(len(milliseconds), took, percentile(milliseconds, 0.5), percentile(milliseconds, 0.99))


if __name__ == "__main__":
    setup()
    from payshift.measuring.benching.posting_ways import by_psycopg, by_service, open_wallets

    found = {
        name: compare(workload, {"service": by_service, "bare": by_psycopg})
        for name, workload in workloads(open_wallets(ACCOUNTS)).items()
    }
    sys.stdout.write(json.dumps(found, default=asdict))
