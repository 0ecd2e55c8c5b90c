import asyncio

from payshift.measuring.benching.closed_loop import HEAD_END, HOST, LENGTH
from payshift.measuring.crowd.requests import Answer, Request, parse


class Connection(asyncio.Protocol):
    """One person's kept connection: a request at a time."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.received = b""
        self.answer: asyncio.Future[Answer] | None = None

    async def exchange(self, port: int, request: Request) -> Answer:
        """Send it and wait for the answer, over a new connection where the old one was closed meanwhile.

        Raises `ConnectionError` when the server closes it without an answer.
        """
        loop = asyncio.get_running_loop()
        if self.transport is None or self.transport.is_closing():
            await loop.create_connection(lambda: self, HOST, port)
        assert self.transport is not None  # noqa: S101  (connection_made)
        self.received = b""
        self.answer = loop.create_future()
        self.transport.write(request.content)
        return await self.answer

    def close(self) -> None:
        if self.transport is not None:
            self.transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  (TCP)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.received += data
        end = self.received.find(HEAD_END)
        if end < 0 or self.answer is None or self.answer.done():
            return
        at = self.received.find(LENGTH, 0, end)
        length = int(self.received[at + len(LENGTH) : self.received.index(b"\r", at)]) if at >= 0 else 0
        body_at = end + len(HEAD_END)
        if len(self.received) >= body_at + length:
            self.answer.set_result(parse(self.received[:end], self.received[body_at : body_at + length]))

    def connection_lost(self, exc: Exception | None) -> None:
        self.transport = None
        if self.answer is not None and not self.answer.done():
            self.answer.set_exception(ConnectionError("The server closed the connection before it answered."))
