"""Reads from a replica, where DATABASE_REPLICA_URL names one, by operations that are declared safe: `@may_lag`.

A replica is a moment behind. Safe is an operation that shows other people's rows and that nobody calls to see what they
have just done. Never safe: authentication (which comes before the operation and always asks the primary), money, and
what fills the cache, where a late row would stay. Only QuerySets go there; raw SQL keeps to its connection.

How far behind is bounded by `REPLICA_MOST_LAG_SECONDS`, looked at once a second: the age of the last transaction that
the replica has replayed. Every worker says every few seconds that it lives, so that there is always one to replay; with
no worker, or cut off from the primary, a replica is as old as what it knows.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import LiteralString

import structlog
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections

REPLICA = "replica"
AWAY_SECONDS = 10.0
LOOK_EVERY_SECONDS = 1.0
# NULL where nothing is replayed: a replica that was promoted.
LAG: LiteralString = "SELECT extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::float8"

# Called with the seconds that it is behind; metrics subscribe here.
OBSERVERS: list[Callable[[float], object]] = []

# The operations that were declared safe, for the test that looks at each.
LAGGING: set[str] = set()

logger = structlog.get_logger(__name__)

_reads_from: ContextVar[str | None] = ContextVar("reads_from", default=None)
_away_until = float("-inf")
_looked_at = float("-inf")


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
    """One that cannot be reached or is too far behind is left alone for a while: the primary answers meanwhile."""
    global _away_until
    if time.monotonic() < _away_until:
        return False
    try:
        connections[REPLICA].ensure_connection()
        lag_seconds = _look()
    except DatabaseError as error:
        _away_until = time.monotonic() + AWAY_SECONDS
        logger.warning("replica_unreachable", error=type(error).__name__)
        return False
    if lag_seconds > settings.REPLICA_MOST_LAG_SECONDS:
        _away_until = time.monotonic() + AWAY_SECONDS
        logger.warning("replica_behind", seconds=round(lag_seconds, 1))
        return False
    return True


def _look() -> float:
    """How far behind it is, 0 where somebody has looked a moment ago. No query of the operation: not counted."""
    global _looked_at
    now = time.monotonic()
    if now < _looked_at + LOOK_EVERY_SECONDS:
        return 0.0
    _looked_at = now
    wrapper = connections[REPLICA]
    with wrapper.wrap_database_errors:
        (seconds,) = wrapper.connection.execute(LAG).fetchone()
    for observe in OBSERVERS:
        observe(seconds or 0.0)
    return seconds or 0.0
