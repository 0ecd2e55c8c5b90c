"""Database connections of the pool: whether one still leads to a server."""

import select
from typing import Any

import psycopg
from psycopg_pool import ConnectionPool


def is_broken(connection: psycopg.Connection[Any]) -> bool:
    """Asked before the pool's connection is lent.

    An idle connection has nothing to say. Only one that does (the server said good-bye, or closed it) is asked for an
    answer: a round trip before every request would cost as much as a query.
    """
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    if not poll.poll(0):
        return False
    try:
        ConnectionPool.check_connection(connection)
    except psycopg.Error:
        return True
    return False
