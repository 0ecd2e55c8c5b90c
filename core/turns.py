"""Whose turn it is within a lane: one person's ten thousand notices do not delay another's one."""

from collections.abc import Iterator, Sequence

import structlog
from redis import RedisError

from core.cache.evaluating import evaluate
from core.cache.watch import watch
from core.lanes import PRIORITY, Lane

logger = structlog.get_logger(__name__)

# Of one person's notices in ten minutes so many are everybody's equals.
EQUAL_TURNS = 10
TURNS_SECONDS = 600
LAST_TURN = -4_000
# ARGV: seconds, people -> how often each was told within them
TURNS = """
local counts = {}
for i = 2, #ARGV do
  local key = 'lanes:turns:' .. ARGV[i]
  counts[i - 1] = redis.call('INCR', key)
  redis.call('EXPIRE', key, ARGV[1], 'NX')
end
return counts
"""


def turn_of(person: int | str) -> int:
    """The priority of this person's next notice: 0 for the first few in ten minutes, then later and later."""
    return next(turns_of([person]))


def turns_of(people: Sequence[int | str]) -> Iterator[int]:
    """Of each of them, in their order; somebody who is named again comes later each time.

    One round trip to Redis; without it all are equal, in the order in which they came.
    """
    counts: list[int] = []
    try:
        counts = evaluate(TURNS, TURNS_SECONDS, *people) if people else []
    except RedisError as error:
        watch.failed(error)
        logger.warning("turns_without_redis")
        counts = [0] * len(people)
    return (max(LAST_TURN, PRIORITY[Lane.NOTICES] - max(0, count - EQUAL_TURNS)) for count in counts)
