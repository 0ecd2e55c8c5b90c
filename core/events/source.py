"""Redis as this process sees it: whose token it is, and the hints as they come."""

import asyncio
from collections.abc import Sequence
from typing import Any

import structlog
from django.conf import settings
from django_redis import get_redis_connection
from redis.asyncio import BlockingConnectionPool, Redis, SSLConnection
from redis.asyncio.sentinel import SentinelConnectionPool
from redis.exceptions import RedisError

from core.cache import scripts
from core.cache.pool import SentinelPool
from core.cache.sentinels import LOOK_EVERY_SECONDS, Primary, Reign
from core.events.streams import Streams
from core.hints import channel

logger = structlog.get_logger(__name__)

AWAY_SECONDS = 1.0
WAIT_SECONDS = 5
# So many tokens are looked at in one script: Redis serves nobody else meanwhile.
TOKENS_AT_ONCE = 100


class Source:
    """`listening`: hints arrive. A stream that is opened while they do not would be silent, so none is."""

    def __init__(self, streams: Streams) -> None:
        self.streams = streams
        self.listening = False
        cache = get_redis_connection("default").connection_pool
        self._primary = cache.primary if isinstance(cache, SentinelPool) else None
        # Browsers that come all at once, after a restart, wait for a connection instead of being refused one.
        self._redis = Redis.from_pool(pool_of(self._primary, socket_timeout=1, max_connections=8, timeout=WAIT_SECONDS))
        # Quiet for hours perhaps: of a connection that is only listened to, an answer to a ping says that it lives.
        self._heard = Redis.from_pool(pool_of(self._primary, health_check_interval=5))

    async def users(self, token_keys: Sequence[str]) -> list[int | None]:
        """Whose each token is; None for one that ended, or that no request has brought to Redis. Raises `RedisError`.

        Redis ends a token's entry when the token ends, and a log-out, a ban and a new password void it at once.
        """
        metas: list[bytes] = await self._redis.eval(scripts.TOKENS, 0, *token_keys)
        return [int(meta.split()[0]) if meta else None for meta in metas]

    async def hear(self) -> None:
        """Pass hints on for ever. Without Redis streams end: browsers ask again, and find out what they missed."""
        while True:
            try:
                await self._hear_until_it_fails()
            except (RedisError, OSError) as error:
                logger.warning("hints_unreachable", error=type(error).__name__)
            finally:
                self.listening = False
                self.streams.end_all("redis")
            await asyncio.sleep(AWAY_SECONDS)

    async def _hear_until_it_fails(self) -> None:
        async with self._heard.pubsub() as subscription:
            await subscription.subscribe(channel())
            while True:
                message = await subscription.get_message(timeout=1.0)
                if message is None:
                    continue
                self.listening = True
                if message["type"] == "message":
                    user_id, _, hint = message["data"].decode().partition(" ")
                    self.streams.tell(int(user_id), hint)

    async def check(self) -> None:
        """End, every so often, the streams whose token has ended."""
        while True:
            await asyncio.sleep(settings.EVENT_CHECK_SECONDS)
            streams = self.streams.all()
            for start in range(0, len(streams), TOKENS_AT_ONCE):
                some = streams[start : start + TOKENS_AT_ONCE]
                try:
                    users = await self.users([stream.token_key for stream in some])
                except (RedisError, OSError):
                    break
                for stream, user_id in zip(some, users, strict=True):
                    if user_id != stream.user_id:
                        stream.end("token")

    async def follow(self) -> None:
        """Where sentinels watch Redis: leave a primary that is one no more, or of which nothing is known."""
        followed: Reign | None = None
        while self._primary is not None:
            now = self._primary.reign if self._primary.is_known else None
            if followed not in (None, now):
                self.streams.end_all("redis")
                await self._redis.connection_pool.disconnect()
                await self._heard.connection_pool.disconnect()
            followed = now
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    async def close(self) -> None:
        await self._redis.aclose()
        await self._heard.aclose()


class PrimaryPool(SentinelConnectionPool, BlockingConnectionPool):
    """Of the primary that a majority of sentinels names, for this process's loop."""

    def __init__(self, **kwargs: Any) -> None:
        # What from_url makes of rediss:// would not ask the sentinels.
        tls = kwargs.pop("connection_class", None) is SSLConnection
        super().__init__(ssl=tls, **kwargs)  # type: ignore[no-untyped-call]


class Asked:
    """Stands where redis-py expects its asynchronous `Sentinel`."""

    def __init__(self, primary: Primary) -> None:
        self._primary = primary

    async def discover_master(self, service_name: str) -> tuple[str, int]:
        """Raises `MasterNotFoundError`. The first time it asks the sentinels, which would hold the loop up."""
        return await asyncio.to_thread(self._primary.discover_master, service_name)


def pool_of(primary: Primary | None, **options: Any) -> BlockingConnectionPool:
    location = str(settings.CACHES["default"]["LOCATION"])
    if primary is None:
        return BlockingConnectionPool.from_url(location, socket_connect_timeout=1, **options)
    watched = {"service_name": primary.name, "sentinel_manager": Asked(primary)}
    return PrimaryPool.from_url(location, socket_connect_timeout=1, **watched, **options)
