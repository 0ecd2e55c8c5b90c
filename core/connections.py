"""Database connections of the pool: whether one still leads to a server."""

import select

from psycopg import Connection
from psycopg_pool import ConnectionPool


def check_connection(connection: Connection) -> None:
    """Called by the pool before it lends a connection; raises `OperationalError` for one that is broken.

    An idle connection has nothing to say. Only one that does (the server said good-bye, or closed it) is asked for an
    answer: a round trip before every request would cost as much as a query.
    """
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    if poll.poll(0):
        ConnectionPool.check_connection(connection)
