"""Builds a history: actions run in the order of their moments, and for each of them it is then.

The jobs that services defer are dropped, and nobody is mailed: else the worker would do it all today. A call to a
provider belongs to the story itself.
"""

import heapq
from collections.abc import Callable
from datetime import datetime
from itertools import count

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.testing import InMemoryConnector

from accounts.models import Notification
from core import clock

type Action = Callable[[], object]


class Timeline:
    def __init__(self) -> None:
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
                    with transaction.atomic():
                        action()
                        Notification.objects.filter(mail_at__isnull=False).update(mail_at=None)
                    queue.jobs.clear()
                progress(moment)
