"""Builds a history: actions run in the order of their moments, and for each of them it is then.

The jobs that services defer are run right after the action that deferred them, at the same moment, instead of being
left to the worker, who would do them all today. Only tasks that stay inside Payshift are run; a call to a provider
belongs to the story itself.
"""

import heapq
from collections.abc import Callable
from datetime import datetime
from itertools import count

from procrastinate.contrib.django import app
from procrastinate.testing import InMemoryConnector

from core import clock

type Action = Callable[[], object]


class Timeline:
    def __init__(self, *, runs: frozenset[str]) -> None:
        """`runs`: the names of the tasks to run; others are dropped."""
        self._runs = runs
        self._events: list[tuple[datetime, int, Action]] = []
        # Actions of one moment run in the order in which they were planned.
        self._order = count()

    def at(self, moment: datetime, action: Action) -> None:
        heapq.heappush(self._events, (moment, next(self._order), action))

    def play(self, *, until: datetime, progress: Callable[[datetime], object]) -> None:
        """Run everything planned up to `until`, also what actions plan on the way. What lies later never happens."""
        queue = InMemoryConnector()
        with app.replace_connector(queue):
            while self._events and self._events[0][0] <= until:
                moment, _, action = heapq.heappop(self._events)
                with clock.pretend(moment):
                    action()
                    self._run_deferred(queue)
                progress(moment)

    def _run_deferred(self, queue: InMemoryConnector) -> None:
        while queue.jobs:
            _, job = queue.jobs.popitem()
            if job["task_name"] in self._runs:
                app.tasks[job["task_name"]].func(**job["args"])
