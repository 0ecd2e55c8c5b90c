"""A closed loop of HTTP requests over kept connections, cheap enough to leave the servers the machine.

`python -m payshift.measuring.benching.closed_loop PORT CONNECTIONS SECONDS < request`: sends the same bytes again on
each connection as soon as its answer is complete, and prints one line of JSON. `{n}` in the request stands for six
digits that differ from request to request. Imports nothing of Django.
"""

import json
import selectors
import socket
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import count
from time import perf_counter

HOST = "127.0.0.1"
OK = b"HTTP/1.1 200 "
LENGTH = b"content-length: "
HEAD_END = b"\r\n\r\n"
NUMBER = b"{n}"


class UnexpectedAnswer(Exception):
    pass


@dataclass(frozen=True, slots=True)
class Sample:
    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds


@dataclass(slots=True)
class Exchange:
    """One connection, when its request was sent, and what came back so far."""

    sock: socket.socket
    sent_at: float = 0.0
    received: bytes = b""


def percentile(ordered: Sequence[float], share: float) -> float:
    """Nearest rank: the smallest value that at least this share does not exceed. `ordered` is sorted; empty gives 0."""
    if not ordered:
        return 0.0
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]


def is_complete(answer: bytes) -> bool:
    """Whether a whole answer is there; raises `UnexpectedAnswer` for any that is no 200 with a length."""
    end = answer.find(HEAD_END)
    if end < 0:
        return False
    at = answer.find(LENGTH, 0, end)
    if not answer.startswith(OK) or at < 0:
        raise UnexpectedAnswer(answer[:500].decode(errors="replace"))
    length = int(answer[at + len(LENGTH) : answer.index(b"\r", at)])
    return len(answer) >= end + len(HEAD_END) + length


def numbered(request: bytes, numbers: Iterator[int]) -> bytes:
    return request.replace(NUMBER, b"%06d" % next(numbers)) if NUMBER in request else request


def run(port: int, *, connections: int, seconds: float, request: bytes) -> Sample:
    selector = selectors.DefaultSelector()
    exchanges = [Exchange(socket.create_connection((HOST, port))) for _ in range(connections)]
    milliseconds: list[float] = []
    numbers = count()
    begun = perf_counter()
    for exchange in exchanges:
        exchange.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(exchange.sock, selectors.EVENT_READ, exchange)
        exchange.sent_at = perf_counter()
        exchange.sock.sendall(numbered(request, numbers))
    now = begun
    while now < begun + seconds:
        for key, _ in selector.select(timeout=5):
            exchange = key.data
            piece = exchange.sock.recv(262_144)
            if not piece:
                raise UnexpectedAnswer("The server closed the connection.")
            exchange.received += piece
            if is_complete(exchange.received):
                now = perf_counter()
                milliseconds.append((now - exchange.sent_at) * 1000)
                exchange.received = b""
                exchange.sent_at = now
                exchange.sock.sendall(numbered(request, numbers))
        now = perf_counter()
    for exchange in exchanges:
        exchange.sock.close()
    milliseconds.sort()
    return Sample(len(milliseconds), now - begun, percentile(milliseconds, 0.5), percentile(milliseconds, 0.99))


def fetch(port: int, request: bytes) -> tuple[str, bytes]:
    """One answer: what it says of the cache, and its body."""
    answer = b""
    with socket.create_connection((HOST, port)) as sock:
        sock.sendall(request)
        while not is_complete(answer):
            answer += sock.recv(262_144)
    head, _, body = answer.partition(HEAD_END)
    _, _, status = head.partition(b"\r\ncache-status: ")
    return status.partition(b"\r\n")[0].decode(), body


if __name__ == "__main__":
    port, connections, seconds = sys.argv[1:]
    sample = run(int(port), connections=int(connections), seconds=float(seconds), request=sys.stdin.buffer.read())
    sys.stdout.write(json.dumps(asdict(sample)))
