"""Rounds: what a worker does again and again without a job for each thing, since rows say themselves what is due.

A round does one batch of what is due and returns how much that was. Each worker process of its lane goes round in a
thread of its own: again at once while there is something, else a second later. Nothing wakes it, so nothing can fail
to; a write that makes something due leaves a row, and no job.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter

import structlog
from django.conf import settings
from django.db import close_old_connections

from core import clock
from core.lanes import Lane
from core.metrics import observe_job
from core.queries import OBSERVERS, count_queries

logger = structlog.get_logger(__name__)

PAUSE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Round:
    name: str
    lane: Lane
    do: Callable[[], int]
    waiting_since: Callable[[], datetime | None]


ROUNDS: dict[str, Round] = {}


def round_of(
    *, lane: Lane, waiting_since: Callable[[], datetime | None]
) -> Callable[[Callable[[], int]], Callable[[], int]]:
    """Register a round of a lane. Several processes may run it at once: what it does it must claim first.

    `waiting_since`: since when the oldest that is due waits, for the figures of the queue; one indexed query at most.
    """

    def register(function: Callable[[], int]) -> Callable[[], int]:
        name = f"{function.__module__}.{function.__name__}"
        ROUNDS[name] = Round(name, lane, function, waiting_since)
        return function

    return register


def go_round(each: Round) -> int:
    """Once, in the caller's thread, with the figures of a job; returns how much was done. Raises what it raises."""
    started, done, outcome = perf_counter(), 0, "failed"
    close_old_connections()
    if settings.TIME_TRAVEL:
        clock.refresh()
    try:
        with count_queries() as counted:
            done = each.do()
        outcome = "succeeded"
    finally:
        close_old_connections()
        # One that found nothing is none: there is one every second.
        if done or outcome == "failed":
            observe_job(each.name, outcome, perf_counter() - started)
    if done:
        for observe in OBSERVERS:
            observe(each.name, counted)
        logger.info("round_finished", round=each.name, done=done, queries=counted.count)
    return done
