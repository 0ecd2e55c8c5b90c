"""The database backend: settings.DATABASES names it as ENGINE "core.postgresql".

Whoever waits for the database holds a thread of the web server, and threads are few: if all of them wait, hits of the
cache and /health/live wait with them. So waiting is bounded, in time and in number:

- a connection is lent at once or within the pool's time-out, and only `MOST_WAITING` threads wait while all are lent;
- while the server is known to be away, nobody waits at all (`core.postgresql.watch`);
- a connection that the server has closed is not lent, and its siblings in the pool go with it.

Every refusal is an `OperationalError`, which the API answers as 503 with Retry-After.
"""

import threading
import time
from collections.abc import Callable
from typing import Any, ClassVar

import psycopg
from django.db import DEFAULT_DB_ALIAS
from django.db.backends.postgresql import base
from psycopg_pool import ConnectionPool, PoolTimeout

from core.connections import is_broken
from core.metrics import POOL_REFUSALS, POOL_WAIT_SECONDS
from core.postgresql.watch import Watch

# Of the web server's threads (32 by default) these may queue for a connection; with those that have one, about half.
MOST_WAITING = 8
# Connections come from the pool in microseconds: whoever waits this long has the server looked at.
DOUBT_AFTER_SECONDS = 0.1

# Asked of each new connection to the primary before anybody borrows it; what they raise refuses the connection.
ON_NEW_CONNECTION: list[Callable[[psycopg.Connection[Any]], None]] = []


class DatabaseWrapper(base.DatabaseWrapper):
    _watches: ClassVar[dict[str, Watch]] = {}
    _waiting: ClassVar[dict[str, int]] = {}
    _waiting_lock: ClassVar[threading.Lock] = threading.Lock()

    @property
    def watch(self) -> Watch:
        """One for each server and process."""
        if self.alias not in self._watches:
            parameters = self.get_connection_params()
            pool = self.pool
            assert pool is not None  # noqa: S101  (asked for by those that have a pool)
            self._watches.setdefault(self.alias, Watch(self.alias, parameters, pool))
        return self._watches[self.alias]

    def get_new_connection(self, conn_params: dict[str, Any]) -> psycopg.Connection[Any]:
        """Borrow one from the pool. Raises `OperationalError`, at the latest after the pool's time-out."""
        if not self.pool:
            connection: psycopg.Connection[Any] = super().get_new_connection(conn_params)
            return connection
        self.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
        self.pool.open()
        asked = time.monotonic()
        try:
            self.watch.refuse_if_away()
            connection = self._borrow()
        except psycopg.Error:
            POOL_REFUSALS.labels(self.alias).inc()
            raise
        POOL_WAIT_SECONDS.labels(self.alias).observe(time.monotonic() - asked)
        self.watch.lend(connection)
        return connection

    def _borrow(self) -> psycopg.Connection[Any]:
        pool: ConnectionPool[psycopg.Connection[Any]] = self.pool
        deadline = time.monotonic() + pool.timeout
        self._queue_up()
        try:
            try:
                connection = pool.getconn(DOUBT_AFTER_SECONDS)
            except PoolTimeout:
                self.watch.doubt()
                connection = pool.getconn(deadline - time.monotonic())
            while is_broken(connection):
                # The server has ended it, and most likely the others as well: new ones take their places.
                self.watch.doubt()
                pool.putconn(connection)
                pool.drain()
                connection = pool.getconn(deadline - time.monotonic())
        finally:
            with self._waiting_lock:
                self._waiting[self.alias] -= 1
        return connection

    def _configure_connection(self, connection: psycopg.Connection[Any]) -> bool:
        commit: bool = super()._configure_connection(connection)  # type: ignore[misc]  # not in the stubs
        if self.alias == DEFAULT_DB_ALIAS:
            for look_at in ON_NEW_CONNECTION:
                look_at(connection)
        return commit

    def _queue_up(self) -> None:
        with self._waiting_lock:
            waiting = self._waiting.get(self.alias, 0)
            if waiting >= MOST_WAITING and self.watch.lent_count >= self.pool.max_size:
                self.watch.doubt()
                raise psycopg.OperationalError(f"All connections are in use, and {waiting} threads wait for one.")
            self._waiting[self.alias] = waiting + 1

    def _close(self) -> None:
        if self.connection is not None and self.pool:
            self.watch.take_back(self.connection)
        super()._close()  # type: ignore[misc]  # not in the stubs

    def close_pool(self) -> None:
        if watch := self._watches.pop(self.alias, None):
            watch.stop()
        super().close_pool()
