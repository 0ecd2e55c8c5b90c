"""The connection pool of the cache's Redis, named in settings.CACHES: of one server, or of what sentinels watch."""

from contextlib import suppress
from typing import Any

from redis import RedisError
from redis.backoff import NoBackoff
from redis.connection import BlockingConnectionPool, SSLConnection
from redis.exceptions import ConnectionError as NotConnected
from redis.retry import Retry
from redis.sentinel import Sentinel, SentinelConnectionPool

from core.cache.sentinels import Primary, Reign
from core.cache.watch import begin_epoch, watch

MAX_CONNECTIONS = 32
WAIT_SECONDS = 0.5


class CachePool(BlockingConnectionPool):
    """No silent reconnects, and a look at the server on each new connection.

    A burst of threads waits for a connection instead of opening one each. While Redis is away nobody gets one.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(  # type: ignore[no-untyped-call]
            max_connections=MAX_CONNECTIONS,
            timeout=WAIT_SECONDS,
            retry=Retry(NoBackoff(), 0),
            redis_connect_func=self.greet,
            **kwargs,
        )

    def get_connection(self, *command: Any, **options: Any) -> Any:
        """Raises `redis.ConnectionError`."""
        watch.refuse_if_away()
        return super().get_connection(*command, **options)  # type: ignore[no-untyped-call]

    def greet(self, connection: Any) -> None:
        """If the server is not the one that wrote its own content, a new epoch: every entry is void.

        A Redis that restarts from a snapshot brings back entries whose later invalidations are lost, and a replica may
        never have had them. Raises `redis.ConnectionError` for a server that is a replica.
        """
        connection.on_connect()
        connection.send_command("INFO", "server", "replication")
        info: bytes = connection.read_response()
        said = dict(line.split(b":", 1) for line in info.splitlines() if b":" in line)
        if said[b"role"] != b"master":
            raise NotConnected(f"Redis at {connection.host}:{connection.port} is a replica.")
        wrote = self.names(said[b"run_id"])
        connection.send_command("GET", "c:run")
        if connection.read_response() != wrote:
            begin_epoch(connection, wrote=wrote)

    def names(self, run_id: bytes) -> bytes:
        """Who writes the content of a server."""
        return run_id


class SentinelPool(SentinelConnectionPool, CachePool):
    """Of the primary that a majority of sentinels names: see `core.cache.sentinels`."""

    def __init__(self, service_name: str, sentinel_manager: Sentinel, **kwargs: Any) -> None:
        self.primary = Primary(service_name, sentinel_manager.sentinels, void=self.void, changed=self.turn)
        # What from_url makes of rediss:// would not ask the sentinels.
        tls = kwargs.pop("connection_class", None) is SSLConnection
        super().__init__(service_name, self.primary, ssl=tls, **kwargs)  # type: ignore[no-untyped-call]

    def get_connection(self, *command: Any, **options: Any) -> Any:
        """Raises `redis.ConnectionError`, also where no majority of sentinels is heard."""
        self.primary.refuse_if_unknown()
        return super().get_connection(*command, **options)

    def names(self, run_id: bytes) -> bytes:
        """With the reign: a primary of long ago that comes to power again lacks what was written under the others."""
        reign = self.primary.reign
        return run_id if reign is None else b"%b %d" % (run_id, reign.number)

    def void(self, former: Reign) -> None:
        """Whoever does not know yet that this primary is none finds nothing there. One that is gone has no readers."""
        connection = self.connection_class(**self.connection_kwargs)
        with suppress(RedisError):
            connection.connect_to((former.host, former.port))
            begin_epoch(connection)
        connection.disconnect()

    def turn(self) -> None:
        """Nobody reads before there is a new epoch at the new primary."""
        watch.leave_alone("the sentinels name another primary")
