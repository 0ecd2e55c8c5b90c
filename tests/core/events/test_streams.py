"""What one process keeps of its streams: bounds, and readers that do not read."""

import asyncio
from collections.abc import MutableMapping
from typing import Any

import pytest
from pytest_django import Settings

from core.errors import TooManyRequests, Unavailable
from core.events.application import _send_hints
from core.events.streams import Stream, Streams


def test_same_hint_waits_once_and_too_many_become_everything() -> None:
    async def waiting(*hints: str) -> list[str]:
        stream = Stream(1, "key")
        for hint in hints:
            stream.tell(hint)
        return await stream.next(within_seconds=1)

    assert asyncio.run(waiting("a", "b", "a")) == ["a", "b"]
    assert asyncio.run(waiting(*map(str, range(Stream.MAX_WAITING)))) == list(map(str, range(Stream.MAX_WAITING)))
    assert asyncio.run(waiting(*map(str, range(Stream.MAX_WAITING + 5)))) == [Stream.EVERYTHING]


def test_streams_are_counted_per_person_and_in_all(settings: Settings) -> None:
    settings.EVENT_STREAMS_PER_PERSON, settings.EVENT_STREAMS_PER_PROCESS = 2, 3

    async def opened() -> None:
        streams = Streams()
        first, _ = streams.open(1, "key"), streams.open(1, "key")
        with pytest.raises(TooManyRequests):
            streams.open(1, "key")
        streams.open(2, "key")
        with pytest.raises(Unavailable):
            streams.open(3, "key")
        streams.close(first)
        streams.open(3, "key")
        assert len(streams.all()) == 3

    asyncio.run(opened())


def test_reader_who_takes_nothing_is_dropped(settings: Settings) -> None:
    settings.EVENT_SLOW_SECONDS = 0.05
    sent: list[MutableMapping[str, Any]] = []

    async def never() -> Any:
        await asyncio.Event().wait()

    async def full(message: MutableMapping[str, Any]) -> None:
        """The connection has room for the first bytes, and for no more."""
        if len(sent) == 2:
            await never()
        sent.append(message)

    async def dropped() -> str:
        stream = Stream(1, "key")
        stream.tell("a hint")
        await _send_hints(stream, [], never, full)
        return stream.ended

    assert asyncio.run(dropped()) == "slow"
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]


def test_reader_who_leaves_ends_the_stream() -> None:
    async def leaves() -> MutableMapping[str, Any]:
        return {"type": "http.disconnect"}

    async def taken(message: MutableMapping[str, Any]) -> None:
        assert message["type"].startswith("http.response")

    async def ended() -> str:
        stream = Stream(1, "key")
        await _send_hints(stream, [], leaves, taken)
        return stream.ended

    assert asyncio.run(ended()) == "gone"
