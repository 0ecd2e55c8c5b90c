"""The ASGI application of hints: one path, authenticated as every other one is."""

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from time import monotonic
from typing import Any

import structlog
from django.conf import settings
from redis.exceptions import RedisError

from core.bearer import bearer_token, token_key
from core.errors import MethodNotAllowed, NotFound, PayshiftError, Unauthenticated, Unavailable
from core.events.source import Source
from core.events.streams import Stream, Streams
from core.metrics import EVENT_STREAMS_ENDED, EVENT_STREAMS_REFUSED
from core.request_id import request_id_from

type Scope = MutableMapping[str, Any]
type Message = MutableMapping[str, Any]
type Receive = Callable[[], Awaitable[Message]]
type Send = Callable[[Message], Awaitable[None]]
type Headers = list[tuple[bytes, bytes]]

PATH, LIVE = "/api/events", "/health/live"
SIGN_OF_LIFE = b":\n\n"
# What one act changes comes within moments of each other, and is told together.
GATHER_SECONDS = 0.1

logger = structlog.get_logger(__name__)


class Events:
    """`await events.start()` in the loop that serves, before the first request; `stop()` ends every stream."""

    def __init__(self) -> None:
        self.streams = Streams()
        self.source = Source(self.streams)
        self._tasks: list[asyncio.Task[None]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        works = (self.source.hear(), self.source.check(), self.source.follow())
        self._tasks = [asyncio.create_task(work) for work in works]
        await send({"type": "lifespan.startup.complete"})
        await receive()
        for task in self._tasks:
            task.cancel()
        self.streams.end_all("stop")
        await self.source.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        given = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        request_id = request_id_from(given.get(b"x-request-id", ""))
        shared = [(b"x-request-id", request_id.encode()), *_allowed_from(given.get(b"origin", ""))]
        try:
            if scope["path"] == LIVE:
                return await _whole(send, 200, [*shared, (b"content-type", b"text/plain")], b"ok\n")
            if scope["path"] != PATH:
                raise NotFound
            if scope["method"] == "OPTIONS":
                return await _whole(send, 204, [*shared, *PREFLIGHT], b"")
            if scope["method"] != "GET":
                raise MethodNotAllowed
            stream = await self._opened(given.get(b"authorization", ""))
        except PayshiftError as error:
            EVENT_STREAMS_REFUSED.labels(str(error.status)).inc()
            headers = [(name.lower().encode(), value.encode()) for name, value in error.headers.items()]
            problem = [(b"content-type", b"application/problem+json"), (b"cache-control", b"no-store")]
            return await _whole(send, error.status, [*shared, *problem, *headers], _problem(error, request_id))
        started = monotonic()
        try:
            await _send_hints(stream, shared, receive, send)
        finally:
            self.streams.close(stream)
            EVENT_STREAMS_ENDED.labels(stream.ended).inc()
            seconds = round(monotonic() - started, 1)
            logger.info("stream_ended", reason=stream.ended, seconds=seconds, user_id=stream.user_id, id=request_id)

    async def _opened(self, authorization: str) -> Stream:
        """Raises `Unauthenticated`, `TooManyRequests`, and `Unavailable` while Redis is away."""
        if not (token := bearer_token(authorization)):
            raise Unauthenticated
        if not self.source.listening:
            raise Unavailable
        key = token_key(hashlib.sha256(token.encode()).digest())
        try:
            (user_id,) = await self.source.users([key])
        except (RedisError, OSError) as error:
            raise Unavailable from error
        if user_id is None:
            raise Unauthenticated("The access token has ended, or was not used yet: read something with it first.")
        return self.streams.open(user_id, key)


async def _send_hints(stream: Stream, headers: Headers, receive: Receive, send: Send) -> None:
    gone = asyncio.create_task(_until_gone(stream, receive))
    kind = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store"), (b"x-accel-buffering", b"no")]
    try:
        await send({"type": "http.response.start", "status": 200, "headers": [*headers, *kind]})
        # The first bytes say that hints from now on arrive.
        await _part(send, SIGN_OF_LIFE)
        while not stream.ended:
            hints = await stream.next(within_seconds=settings.EVENT_CHECK_SECONDS)
            if stream.ended:
                break
            await _part(send, b"".join(f"data: {hint}\n\n".encode() for hint in hints) or SIGN_OF_LIFE)
            await asyncio.sleep(GATHER_SECONDS)
        if stream.ended != "gone":
            await _part(send, b"", more=False)
    except TimeoutError:
        stream.end("slow")
    finally:
        stream.end("failed")
        gone.cancel()


async def _until_gone(stream: Stream, receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.end("gone")


async def _part(send: Send, body: bytes, *, more: bool = True) -> None:
    """Raises `TimeoutError` for who does not take it: the server holds back what the connection has no room for."""
    async with asyncio.timeout(settings.EVENT_SLOW_SECONDS):
        await send({"type": "http.response.body", "body": body, "more_body": more})


async def _whole(send: Send, status: int, headers: Headers, body: bytes) -> None:
    with suppress(TimeoutError):
        length = (b"content-length", str(len(body)).encode())
        await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
        await _part(send, body, more=False)


PREFLIGHT: Headers = [
    (b"access-control-allow-methods", b"GET"),
    (b"access-control-allow-headers", b"authorization, x-request-id"),
    (b"access-control-max-age", b"86400"),
]


def _allowed_from(origin: str) -> Headers:
    """The pages that may read: with EVENTS_URL set, this process has an origin of its own."""
    if origin not in {settings.PUBLIC_URL, settings.APP_URL, *settings.CORS_ALLOWED_ORIGINS} - {""}:
        return [(b"vary", b"origin")]
    exposed = (b"access-control-expose-headers", b"Retry-After, X-Request-ID")
    return [(b"vary", b"origin"), (b"access-control-allow-origin", origin.encode()), exposed]


def _problem(error: PayshiftError, request_id: str) -> bytes:
    body = {
        "type": f"urn:payshift:problem:{error.code.replace('_', '-')}",
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        "code": error.code,
        "errors": [],
        "request_id": request_id,
    }
    return json.dumps(body).encode()
