"""Database connections: whether one of the pool still leads to a server, and which keep a session."""

import select
from typing import Any

import psycopg
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS
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


def alias_of_sessions() -> str:
    """The database past a pooler, if there is one: for what belongs to a session, such as LISTEN."""
    return "direct" if "direct" in settings.DATABASES else DEFAULT_DB_ALIAS
