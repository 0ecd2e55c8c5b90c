"""Reads from a replica, where DATABASE_REPLICA_URL names one, by operations that are declared safe: `@may_lag`.

A replica is a moment behind. Safe is an operation that shows other people's rows and that nobody calls to see what they
have just done. Never safe: authentication (which comes before the operation and always asks the primary), money, and
what fills the cache, where a late row would stay. Only QuerySets go there; raw SQL keeps to its connection.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps

import structlog
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections

REPLICA = "replica"
AWAY_SECONDS = 10.0

# The operations that were declared safe, for the test that looks at each.
LAGGING: set[str] = set()

logger = structlog.get_logger(__name__)

_reads_from: ContextVar[str | None] = ContextVar("reads_from", default=None)
_away_until = float("-inf")


def may_lag[**P, R](operation: Callable[P, R]) -> Callable[P, R]:
    """Declare an operation safe. Stands below `@router.get`: Ninja registers what it is given."""
    LAGGING.add(operation.__name__)

    @wraps(operation)
    def reading(*args: P.args, **kwargs: P.kwargs) -> R:
        with _from_replica():
            return operation(*args, **kwargs)

    return reading


def lagging_alias() -> str | None:
    """The connection that QuerySets read from by themselves; None for the primary."""
    return _reads_from.get()


def read_aliases() -> list[str]:
    """All connections that a request's queries may run on."""
    return [DEFAULT_DB_ALIAS, REPLICA] if REPLICA in connections.settings else [DEFAULT_DB_ALIAS]


@contextmanager
def _from_replica() -> Iterator[None]:
    token = _reads_from.set(REPLICA if REPLICA in connections.settings and _answers() else None)
    try:
        yield
    finally:
        _reads_from.reset(token)


def _answers() -> bool:
    """A replica that cannot be reached is left alone for a while: the primary answers meanwhile."""
    global _away_until
    if time.monotonic() < _away_until:
        return False
    try:
        connections[REPLICA].ensure_connection()
    except DatabaseError as error:
        _away_until = time.monotonic() + AWAY_SECONDS
        logger.warning("replica_unreachable", error=type(error).__name__)
        return False
    return True
