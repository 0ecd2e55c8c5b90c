"""The connection pool of the cache's Redis, named in settings.CACHES."""

import secrets
from typing import Any

from redis.backoff import NoBackoff
from redis.connection import BlockingConnectionPool
from redis.retry import Retry

from core.cache.scripts import NEW_EPOCH
from core.cache.watch import watch

MAX_CONNECTIONS = 32
WAIT_SECONDS = 0.5


class CachePool(BlockingConnectionPool):
    """No silent reconnects, and a look at the server's run id on each new connection.

    A burst of threads waits for a connection instead of opening one each. While Redis is away nobody gets one.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(  # type: ignore[no-untyped-call]
            max_connections=MAX_CONNECTIONS,
            timeout=WAIT_SECONDS,
            retry=Retry(NoBackoff(), 0),
            redis_connect_func=greet,
            **kwargs,
        )

    def get_connection(self, *command: Any, **options: Any) -> Any:
        """Raises `redis.ConnectionError`."""
        watch.refuse_if_away()
        return super().get_connection(*command, **options)


def greet(connection: Any) -> None:
    """If the server is not the one that wrote its own content, a new epoch: every entry is void.

    A Redis that restarts from a snapshot brings back entries whose later invalidations are lost.
    """
    connection.on_connect()
    connection.send_command("INFO", "server")
    info: bytes = connection.read_response()
    run_id = next(line.partition(b":")[2].strip() for line in info.splitlines() if line.startswith(b"run_id:"))
    connection.send_command("GET", "c:run")
    if connection.read_response() != run_id:
        connection.send_command("EVAL", NEW_EPOCH, 0, secrets.token_hex(8), run_id)
        connection.read_response()
