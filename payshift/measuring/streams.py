"""What idle streams of hints cost: memory, processor, connections to the database; and how soon a hint is at all."""

import asyncio
import contextlib
import os
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.dev import processes
from core.dev.ports import HOST
from payshift.measuring.report import Check, at_least, at_most

# Of each stream and what it needs besides, on the client's side.
DESCRIPTORS = 200
PATIENCE_SECONDS = 120.0
# Some are opened at a time, as browsers come one after another.
AT_ONCE = 100
HINT = "data: "


@dataclass(frozen=True, slots=True)
class Costs:
    streams: int
    megabytes_before: float
    megabytes_open: float
    database_connections: int
    processor_share: float
    hint_to_all_seconds: float

    @property
    def kilobytes_each(self) -> float:
        return (self.megabytes_open - self.megabytes_before) * 1024 / max(1, self.streams)


def checks_of(costs: Costs, *, wanted: int) -> list[Check]:
    return [
        at_least("open streams", costs.streams, wanted),
        at_most("connections to the database", costs.database_connections, 0),
        at_most("memory of a stream, KB", costs.kilobytes_each, 64),
        at_most("processor of idle streams, share of a core", costs.processor_share, 0.25),
        at_most("a hint is at all of them, s", costs.hint_to_all_seconds, 5),
    ]


async def measure(
    *,
    port: int,
    group: int,
    tokens: Sequence[str],
    idle_seconds: float,
    publish: Callable[[], object],
    count_connections: Callable[[], int],
) -> Costs:
    """`publish` sends one hint to each; `count_connections` says how many the process has to the database."""
    allow_descriptors(len(tokens) + DESCRIPTORS)
    before = megabytes(group)
    readers: list[asyncio.StreamReader] = []
    writers: list[asyncio.StreamWriter] = []
    try:
        for start in range(0, len(tokens), AT_ONCE):
            opened = await asyncio.gather(*(open_stream(port, token) for token in tokens[start : start + AT_ONCE]))
            for reader, writer in opened:
                writers.append(writer)
                if reader is not None:
                    readers.append(reader)
        used, since = processor_seconds(group), time.monotonic()
        await asyncio.sleep(idle_seconds)
        share = (processor_seconds(group) - used) / (time.monotonic() - since)
        filled, connections = megabytes(group), await asyncio.to_thread(count_connections)
        began = time.monotonic()
        heard = asyncio.gather(*(hear(reader) for reader in readers))
        await asyncio.to_thread(publish)
        await heard
        return Costs(len(readers), before, filled, connections, share, time.monotonic() - began)
    finally:
        for writer in writers:
            writer.close()


async def open_stream(port: int, token: str) -> tuple[asyncio.StreamReader | None, asyncio.StreamWriter]:
    """None for one that was refused."""
    reader, writer = await asyncio.open_connection(HOST, port)
    request = f"GET /api/events HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {token}\r\n\r\n"
    writer.write(request.encode())
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE_SECONDS)
    return (reader if b" 200 " in head.partition(b"\r\n")[0] else None), writer


async def hear(reader: asyncio.StreamReader) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not (await reader.readline()).decode().startswith(HINT):
            if reader.at_eof():
                raise ConnectionError("A stream ended before its hint came.")


def allow_descriptors(count: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < count:
        with contextlib.suppress(ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(count, hard) if hard > 0 else count, hard))


def megabytes(group: int) -> float:
    """Resident memory of a process group."""
    pages = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in processes.members(group))
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024**2


def processor_seconds(group: int) -> float:
    ticks = 0
    for pid in processes.members(group):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        # utime and stime of proc_pid_stat(5), counted from the state.
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")
