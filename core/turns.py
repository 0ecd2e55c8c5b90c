"""Whose turn it is within a lane: one person's ten thousand notices do not delay another's one."""

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
    """The priority of this person's next notice: 0 for the first few in ten minutes, then later and later.

    One round trip to Redis; without it all are equal, in the order in which they came.
    """
    key = f"lanes:turns:{person}"
    try:
        with get_redis_connection("default").pipeline(transaction=False) as pipe:
            pipe.incr(key)
            pipe.expire(key, TURNS_SECONDS, nx=True)
            count = int(pipe.execute()[0])
    except RedisError as error:
        watch.failed(error)
        logger.warning("turns_without_redis")
        return PRIORITY[Lane.NOTICES]
    return max(LAST_TURN, PRIORITY[Lane.NOTICES] - max(0, count - EQUAL_TURNS))
