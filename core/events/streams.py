"""The open streams of this process. One event loop reads and writes them: no lock is needed."""

import asyncio
from collections import defaultdict

from django.conf import settings

from core.errors import TooManyRequests, Unavailable
from core.metrics import EVENT_HINTS, EVENT_STREAMS

# A browser that was refused asks from time to time instead.
COME_AGAIN_SECONDS = 60


class Stream:
    """What waits to be sent to one browser. The same hint twice is one: it grows only with what really changed."""

    # Beyond it "something changed" says as much, and needs no memory.
    MAX_WAITING = 32
    EVERYTHING = '{"about": "everything", "id": null}'

    def __init__(self, user_id: int, token_key: str) -> None:
        self.user_id = user_id
        self.token_key = token_key
        self.ended = ""
        self._waiting: dict[str, None] = {}
        self._woken = asyncio.Event()

    def tell(self, hint: str) -> None:
        if len(self._waiting) >= self.MAX_WAITING:
            self._waiting = {self.EVERYTHING: None}
        elif self.EVERYTHING not in self._waiting:
            self._waiting[hint] = None
        self._woken.set()

    def end(self, reason: str) -> None:
        self.ended = self.ended or reason
        self._woken.set()

    async def next(self, *, within_seconds: float) -> list[str]:
        """The hints since the last call; none when the stream has ended or nothing came in time."""
        try:
            async with asyncio.timeout(within_seconds):
                await self._woken.wait()
        except TimeoutError:
            return []
        self._woken.clear()
        hints, self._waiting = list(self._waiting), {}
        EVENT_HINTS.inc(len(hints))
        return hints


class Streams:
    def __init__(self) -> None:
        self._of: defaultdict[int, set[Stream]] = defaultdict(set)
        self._count = 0

    def open(self, user_id: int, token_key: str) -> Stream:
        """Raises `TooManyRequests` for one person's too many, and `Unavailable` for all people's."""
        if self._count >= settings.EVENT_STREAMS_PER_PROCESS:
            raise Unavailable(retry_after_seconds=COME_AGAIN_SECONDS)
        if len(self._of.get(user_id, ())) >= settings.EVENT_STREAMS_PER_PERSON:
            raise TooManyRequests(retry_after_seconds=COME_AGAIN_SECONDS)
        stream = Stream(user_id, token_key)
        self._of[user_id].add(stream)
        self._count += 1
        EVENT_STREAMS.set(self._count)
        return stream

    def close(self, stream: Stream) -> None:
        of_person = self._of[stream.user_id]
        of_person.discard(stream)
        if not of_person:
            del self._of[stream.user_id]
        self._count -= 1
        EVENT_STREAMS.set(self._count)

    def tell(self, user_id: int, hint: str) -> None:
        for stream in self._of.get(user_id, ()):
            stream.tell(hint)

    def all(self) -> list[Stream]:
        return [stream for streams in self._of.values() for stream in streams]

    def end_all(self, reason: str) -> None:
        for stream in self.all():
            stream.end(reason)
