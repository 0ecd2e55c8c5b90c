"""Whose turn it is within a lane: one person's ten thousand notices do not delay another's one."""

from collections.abc import Iterator, Sequence

import structlog
from django_redis import get_redis_connection
from redis import RedisError

from core.cache.watch import watch
from core.lanes import PRIORITY, Lane

logger = structlog.get_logger(__name__)

# Of one person's notices in ten minutes so many are everybody's equals.
EQUAL_TURNS = 10
TURNS_SECONDS = 600
LAST_TURN = -4_000


def turn_of(person: int | str) -> int:
    """The priority of this person's next notice: 0 for the first few in ten minutes, then later and later."""
    return next(turns_of([person]))


def turns_of(people: Sequence[int | str]) -> Iterator[int]:
    """Of each of them, in their order; somebody who is named again comes later each time.

    One round trip to Redis; without it all are equal, in the order in which they came.
    """
    counts: list[int] = []
    try:
        with get_redis_connection("default").pipeline(transaction=False) as pipe:
            for person in people:
                pipe.incr(f"lanes:turns:{person}")
                pipe.expire(f"lanes:turns:{person}", TURNS_SECONDS, nx=True)
            counts = [int(count) for count in pipe.execute()[::2]] if people else []
    except RedisError as error:
        watch.failed(error)
        logger.warning("turns_without_redis")
        counts = [0] * len(people)
    return (max(LAST_TURN, PRIORITY[Lane.NOTICES] - max(0, count - EQUAL_TURNS)) for count in counts)
