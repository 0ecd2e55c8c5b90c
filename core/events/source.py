"""Redis as this process sees it: whose token it is, and the hints as they come."""

import asyncio
from collections.abc import Sequence

import structlog
from django.conf import settings
from redis.asyncio import BlockingConnectionPool, Redis
from redis.exceptions import RedisError

from core.cache import scripts
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
        location = str(settings.CACHES["default"]["LOCATION"])
        # Browsers that come all at once, after a restart, wait for a connection instead of being refused one.
        patient = BlockingConnectionPool.from_url(
            location, socket_connect_timeout=1, socket_timeout=1, max_connections=8, timeout=WAIT_SECONDS
        )
        self._redis = Redis.from_pool(patient)
        # Quiet for hours perhaps: of a connection that is only listened to, an answer to a ping says that it lives.
        self._heard = Redis.from_url(location, socket_connect_timeout=1, health_check_interval=5)

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

    async def close(self) -> None:
        await self._redis.aclose()
        await self._heard.aclose()
