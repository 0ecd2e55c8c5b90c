"""What the search for cycles costs the reads of the API: as Python has it, and as a server sets it; by turns.

`python -m payshift.measuring.benching.collector` measures in its own process, with the settings of production, and
prints the ratio of each round as JSON.
"""

import gc
import json
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from statistics import median
from time import thread_time

from payshift.measuring.report import Check, below, write_section

JOBS = 10_000
ROUNDS = 6
REQUESTS = 10
INTRODUCTION = f"""## What the collector costs

`make bench ARGS=collector`: every read of the API in one process, each {REQUESTS} times, with Python's own thresholds
of garbage collection and with those of a server (`core.startup.collect_less_often`), by turns; processor time of the
thread, median of {ROUNDS} rounds."""


def measure(say: Callable[[str], object]) -> list[Check]:
    # Needs Django's settings.
    from payshift.measuring.databases import measuring_environment, populated

    name = populated(JOBS, say=say)
    command = [sys.executable, "-m", "payshift.measuring.benching.collector"]
    answer = subprocess.run(command, env=measuring_environment(name), stdout=subprocess.PIPE, check=True)  # noqa: S603
    ratio = median(json.loads(answer.stdout))
    line = f"A server's take {ratio:.2f} of the time that Python's own take."
    say(line)
    write_section("collector", f"{INTRODUCTION}\n\n{line}")
    return [below("collector: a server's / Python's own", ratio, 1)]


def ratios() -> list[float]:
    from core.startup import OBJECTS_BETWEEN_COLLECTIONS
    from payshift.measuring.calls import environ_of
    from payshift.measuring.reads import find_cast, reads
    from payshift.measuring.tokens import make_tokens

    pythons_own = gc.get_threshold()
    # It sets them, too.
    application = import_module("payshift.wsgi").application

    asked = list(reads(find_cast()))
    tokens = make_tokens({read.user_id for read in asked})

    def seconds(*thresholds: int) -> float:
        gc.collect()
        gc.set_threshold(*thresholds)
        started = thread_time()
        for read in asked:
            for _ in range(REQUESTS):
                b"".join(application(environ_of(tokens[read.user_id], read.path, None), lambda *_: None))
        return thread_time() - started

    # Statements are written and prepared the first time, and the cache stores.
    seconds(OBJECTS_BETWEEN_COLLECTIONS)
    return [seconds(OBJECTS_BETWEEN_COLLECTIONS) / seconds(*pythons_own) for _ in range(ROUNDS)]


if __name__ == "__main__":
    from django import setup

    setup()
    sys.stdout.write(json.dumps(ratios()))
