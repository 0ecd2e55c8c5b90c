"""The database backend: settings.DATABASES names it as ENGINE "core.postgresql".

Whoever waits for the database holds a thread of the web server, and threads are few: if all of them wait, hits of the
cache and /health/live wait with them. So waiting is bounded, in time and in number:

- a connection is lent at once or within the pool's time-out, and only `MOST_WAITING` threads wait while all are lent;
- while the server is known to be away, nobody waits at all (`core.postgresql.watch`);
- a connection that the server has closed is not lent, and its siblings in the pool go with it;
- while somebody keeps a table locked, statements that need it are refused (`core.postgresql.locked`).

What a session has prepared outlives a rollback (`core.postgresql.plans`).

Every refusal is an `OperationalError`, which the API answers as 503 with Retry-After.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, ClassVar

import psycopg
from django.db import DEFAULT_DB_ALIAS, OperationalError
from django.db.backends.postgresql import base
from psycopg.adapt import Buffer, Loader
from psycopg.errors import LockNotAvailable
from psycopg.pq import Format
from psycopg_pool import ConnectionPool, PoolTimeout

from core.connections import is_broken
from core.metrics import POOL_REFUSALS, POOL_WAIT_SECONDS
from core.postgresql.locked import BRIEFLY_MS, LockedTables
from core.postgresql.plans import plans_kept, prepare_anew_if_refused
from core.postgresql.watch import Watch

# Of the web server's threads (32 by default) these may queue for a connection; with those that have one, about half.
MOST_WAITING = 8
# Connections come from the pool in microseconds: whoever waits this long has the server looked at.
DOUBT_AFTER_SECONDS = 0.1

# Asked of each new connection to the primary before anybody borrows it; what they raise refuses the connection.
ON_NEW_CONNECTION: list[Callable[[psycopg.Connection[Any]], None]] = []


class JsonAsText(Loader):
    """Django reads JSON from its text; of an answer in binary form psycopg would read it before."""

    format = Format.BINARY

    def load(self, data: Buffer) -> str:
        # The first byte is the version of the form.
        return bytes(data[1:]).decode()


class DatabaseWrapper(base.DatabaseWrapper):
    _watches: ClassVar[dict[str, Watch]] = {}
    _waiting: ClassVar[dict[str, int]] = {}
    _waiting_lock: ClassVar[threading.Lock] = threading.Lock()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.execute_wrappers += [prepare_anew_if_refused, self._refuse_what_is_locked]

    @property
    def watch(self) -> Watch:
        """One for each server and process."""
        if self.alias not in self._watches:
            parameters = self.get_connection_params()
            pool = self.pool
            assert pool is not None  # noqa: S101  (asked for by those that have a pool)
            self._watches.setdefault(self.alias, Watch(self.alias, parameters, pool))
        return self._watches[self.alias]

    def get_connection_params(self) -> dict[str, Any]:
        parameters: dict[str, Any] = super().get_connection_params()
        parameters["context"].adapters.register_loader("jsonb", JsonAsText)
        return parameters

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

    def _refuse_what_is_locked(self, execute: Callable[..., Any], sql: str, *arguments: Any) -> Any:
        locked = self._locked()
        if locked is None:
            return execute(sql, *arguments)
        with self.wrap_database_errors:
            locked.refuse(sql)
        with waiting_for_a_table():
            return execute(sql, *arguments)

    def _set_autocommit(self, autocommit: bool) -> None:
        super()._set_autocommit(autocommit)  # type: ignore[misc]  # not in the stubs
        if not autocommit and self.connection is not None and self._locked():
            with self.wrap_database_errors:
                self.connection.execute(f"SET LOCAL lock_timeout = {BRIEFLY_MS}")

    def _commit(self) -> None:
        # Foreign keys are looked at here.
        with waiting_for_a_table() if self._locked() else nullcontext():
            super()._commit()  # type: ignore[misc]  # not in the stubs

    def _rollback(self) -> None:
        with self._plans_kept():
            super()._rollback()  # type: ignore[misc]  # not in the stubs

    def _savepoint_rollback(self, sid: str) -> None:
        with self._plans_kept():
            super()._savepoint_rollback(sid)  # type: ignore[misc]  # not in the stubs

    def _plans_kept(self) -> AbstractContextManager[None]:
        return nullcontext() if self.connection is None else plans_kept(self.connection)

    def _locked(self) -> LockedTables | None:
        """Those of the server, if somebody keeps any table locked."""
        watch = self._watches.get(self.alias)
        return watch.locked if watch is not None and watch.locked.held else None

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


@contextmanager
def waiting_for_a_table() -> Iterator[None]:
    """Whoever waited in vain while one is kept locked did so for it, most likely, and not for rows in use: 503."""
    try:
        yield
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            raise OperationalError("Somebody keeps a table locked.") from None
        raise
