"""How often one person may do in a day what costs others something: counted from the rows, under the person's lock.

The user row is locked before the rows are counted, so that of many at once each sees those before it; and before job,
application and assignment, as everywhere. Rows that stay are counted, so neither a restart nor an empty Redis makes
anybody start anew.
"""

from datetime import timedelta
from typing import Any

from django.db import models

from core import clock
from core.actor import Actor
from core.errors import TooManyRequests
from jobs.models import Job
from jobs.services.locks import lock_actor

A_DAY = timedelta(days=1)


def refuse_too_many(done: models.QuerySet[Any], *, at: str, limit: int, what: str) -> None:
    """Of a locked person's rows those of the last 24 hours are counted. Raises `TooManyRequests` until one is older."""
    now = clock.now()
    times = done.filter(**{f"{at}__gt": now - A_DAY}).order_by(f"-{at}").values_list(at, flat=True)
    # The one that must be a day old before there is room again.
    for oldest in times[limit - 1 : limit]:
        wait = oldest + A_DAY - now
        raise TooManyRequests(f"At most {limit} {what} a day.", retry_after_seconds=int(wait.total_seconds()) + 1)


def lock_canceller(actor: Actor, *, limit: int) -> None:
    """Lock a client who cancels a job. Raises `TooManyRequests`."""
    lock_actor(actor)
    refuse_too_many(
        Job.objects.filter(client_id=actor.user_id), at="canceled_at", limit=limit, what="jobs are canceled"
    )
