"""Whether the cache's Redis is of use: found out beside the requests, so that nobody's request waits to see.

After two failures in a row everybody in this process leaves Redis alone: the cache, throttles, turns, health. A thread
goes on asking. What it asks for is a new epoch, since writes may have begun unseen: when that is answered, all that was
stored before is void, and only then does anybody read again.
"""

import secrets
import threading
from typing import Any

import structlog
from django_redis import get_redis_connection
from redis import RedisError
from redis.exceptions import ConnectionError as NotConnected

from core.cache.scripts import NEW_EPOCH

FAILURES = 2
ASK_EVERY_SECONDS = 0.5

logger = structlog.get_logger(__name__)


class Watch:
    """One for each process. `away`: nobody asks Redis."""

    def __init__(self) -> None:
        self.away = False
        self._failures = 0
        # How often Redis was left alone: what was found out about it before the last time counts no more.
        self._times = 0
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def refuse_if_away(self) -> None:
        """Raises `redis.ConnectionError`."""
        if self.away:
            raise NotConnected("Redis is left alone: it did not answer.")

    def answered(self) -> None:
        self._failures = 0

    def failed(self, error: RedisError) -> None:
        if self.away:
            return
        with self._lock:
            self._failures += 1
            few = self._failures < FAILURES
        if not few:
            self.leave_alone(str(error))

    def leave_alone(self, reason: str) -> None:
        """At once, until it has answered to a question that is asked from now on."""
        with self._lock:
            self._times += 1
            if self.away:
                return
            self.away = True
            self._thread = threading.Thread(target=self._ask, name="redis-watch", daemon=True)
            self._thread.start()
        logger.warning("cache_unreachable", reason=reason)

    def forget(self) -> None:
        """As if Redis had never failed. For tests, which share a process."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()
        self._stopped.clear()
        self.away, self._failures, self._thread = False, 0, None

    def _ask(self) -> None:
        while not self._stopped.wait(ASK_EVERY_SECONDS):
            times = self._times
            try:
                start_epoch()
            except (RedisError, OSError):
                continue
            with self._lock:
                # A write that could not be announced meanwhile may be younger than the epoch.
                if times != self._times or self._stopped.is_set():
                    continue
                self.away, self._failures = False, 0
            logger.info("cache_recovered")
            return


def start_epoch() -> None:
    """On a connection of its own. The idle ones of the pool may lead to a server that is no more."""
    pool: Any = get_redis_connection("default").connection_pool
    connection = pool.connection_class(**pool.connection_kwargs)
    try:
        connection.connect()
        begin_epoch(connection)
    finally:
        connection.disconnect()
    pool.disconnect(inuse_connections=False)


def begin_epoch(connection: Any, *, wrote: bytes = b"") -> None:
    """Void every entry at this server, by a connection that nobody else uses. `wrote`: who writes its content now.

    Raises `redis.RedisError`.
    """
    connection.send_command("EVAL", NEW_EPOCH, 0, secrets.token_hex(8), wrote)
    connection.read_response()


watch = Watch()
