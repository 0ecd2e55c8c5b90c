"""Whether the database server answers, looked at only when there is doubt.

A thread of the process asks (a connection of its own, without waiting long) when somebody has waited for a connection
longer than usual, or a lent one has been out for seconds. What it finds:

- it answers: nothing changes; the database is slow, or the pool is too small.
- it refuses: *away*. Nobody waits any more, until it answers again. One that lives but lets nobody in (no free slot) is
  away for a process that has no connection left, and only for that.
- it is silent, twice in a row: *frozen*. Away as well, and the connections that wait for it are cut: the time-outs of a
  server that sleeps do not run. A COMMIT that was under way may take effect when the server wakes: as with a connection
  that broke, the caller learns that it failed. Money posts carry an idempotency key for this.

When it answers, the watch asks as well which tables somebody keeps locked (`core.postgresql.locked`).
"""

import contextlib
import os
import socket
import threading
import time
from typing import Any

import psycopg
import structlog
from psycopg.errors import ConnectionTimeout
from psycopg_pool import ConnectionPool

from core.metrics import DATABASE_AWAY
from core.postgresql.locked import LockedTables

# psycopg waits at least two seconds for an answer.
PROBE_TIMEOUT_SECONDS = 2
LOOK_EVERY_SECONDS = 1.0
# While the server is away: it is back for everybody this much later than it is back.
RETRY_EVERY_SECONDS = 0.5
# A statement may take 10 s; one that is out for this long is a reason to look, no more.
SUSPICIOUS_SECONDS = 2.0
SILENT_PROBES = 2

# What a living server says that does not let anybody in yet.
NOT_YET = ("starting up", "shutting down", "in recovery mode", "not yet accepting")

logger = structlog.get_logger(__name__)


class Watch:
    def __init__(self, alias: str, parameters: dict[str, Any], pool: ConnectionPool[Any]) -> None:
        self.alias = alias
        self.away = False
        self.locked = LockedTables(alias)
        self._parameters = {**parameters, "connect_timeout": PROBE_TIMEOUT_SECONDS, "autocommit": True}
        self._pool = pool
        self._lent: dict[psycopg.Connection[Any], float] = {}
        self._silent = 0
        self._doubt = threading.Event()
        self._stopped = threading.Event()
        self._start = threading.Lock()
        self._thread: threading.Thread | None = None

    @property
    def lent_count(self) -> int:
        return len(self._lent)

    def lend(self, connection: psycopg.Connection[Any]) -> None:
        self._lent[connection] = time.monotonic()
        self._run()

    def take_back(self, connection: psycopg.Connection[Any]) -> None:
        self._lent.pop(connection, None)

    def refuse_if_away(self) -> None:
        """Raises `OperationalError` at once while the server is known to be away."""
        if self.away:
            raise psycopg.OperationalError("PostgreSQL does not answer.")

    def doubt(self) -> None:
        """Have the server looked at now."""
        self._run()
        self._doubt.set()

    def stop(self) -> None:
        self._stopped.set()
        self._doubt.set()

    def _run(self) -> None:
        if self._thread is None:
            with self._start:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._look, name=f"watch-{self.alias}", daemon=True)
                    self._thread.start()

    def _look(self) -> None:
        while not self._stopped.is_set():
            trouble = bool(self.away or self._silent or self.locked.held)
            doubted = self._doubt.wait(RETRY_EVERY_SECONDS if trouble else LOOK_EVERY_SECONDS)
            self._doubt.clear()
            if self._stopped.is_set():
                return
            if doubted or trouble or self._waits_long():
                self._ask()
                if self.away or self.locked.held:
                    # Doubt is no reason to ask again what was found a moment ago.
                    self._stopped.wait(RETRY_EVERY_SECONDS)

    def _waits_long(self) -> bool:
        long_ago = time.monotonic() - SUSPICIOUS_SECONDS
        return any(since < long_ago for since in list(self._lent.values()))

    def _ask(self) -> None:
        try:
            with contextlib.closing(psycopg.connect(**self._parameters)) as connection:
                self._look_for_locks(connection)
        except ConnectionTimeout:
            self._silent += 1
            if self._silent >= SILENT_PROBES:
                self._found_away("silent")
                self._cut()
        except psycopg.Error as error:
            said = str(error)
            if "FATAL:" in said and not any(words in said for words in NOT_YET):
                # It lives, and has its reasons: no free slot, a wrong password.
                self._found_full()
            else:
                self._found_away("refused")
        else:
            self._found_answering()

    def _look_for_locks(self, connection: psycopg.Connection[Any]) -> None:
        """The server answered a moment ago: whether it does is not asked here."""
        late = threading.Timer(PROBE_TIMEOUT_SECONDS, hang_up, [connection])
        late.daemon = True
        late.start()
        try:
            self.locked.look(connection)
        except psycopg.Error:
            self.locked.forget()
        finally:
            late.cancel()

    def _found_away(self, how: str) -> None:
        self.locked.forget()
        if not self.away:
            logger.error("database_unreachable", database=self.alias, how=how)
        self.away = True
        DATABASE_AWAY.labels(self.alias).set(1)

    def _found_full(self) -> None:
        """Those that are connected go on. Where nobody is, all would wait for what they do not get."""
        self._silent = 0
        self.locked.forget()
        if not self._lent and not self._pool.get_stats()["pool_available"]:
            self._found_away("full")
        elif self.away:
            self._found_back()

    def _found_answering(self) -> None:
        self._silent = 0
        if self.away:
            # What the pool still holds are ends of connections that are no more.
            self._pool.drain()
            self._found_back()

    def _found_back(self) -> None:
        self.away = False
        DATABASE_AWAY.labels(self.alias).set(0)
        logger.warning("database_recovered", database=self.alias)

    def _cut(self) -> None:
        """End the waiting of those who hold a connection: they read the end of the stream and are refused."""
        long_ago = time.monotonic() - SUSPICIOUS_SECONDS
        for connection, since in list(self._lent.items()):
            if since < long_ago:
                hang_up(connection)


def hang_up(connection: psycopg.Connection[Any]) -> None:
    """Whoever waits for the server on it reads the end of the stream."""
    with contextlib.suppress(OSError, psycopg.Error):
        copy = socket.socket(fileno=os.dup(connection.fileno()))
        with copy:
            copy.shutdown(socket.SHUT_RDWR)
