"""The processes that are measured: granian with a WSGI application, and the worker, as production runs them."""

import http.client
import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from core.dev import processes
from core.dev.ports import HOST
from payshift.measuring.trees import HERE, Tree

# Of a machine that is busy besides.
START_TIMEOUT_SECONDS = 180.0
STOP_TIMEOUT_SECONDS = 15.0
LOGS = settings.BASE_DIR / ".local" / "measuring"
NOWHERE = f"http://{HOST}:9"
# The checks refuse the test keys of development: they would be no use in production, and here nothing is paid.
WORKER = ["manage.py", "work", "--skip-checks"]
# Over the environment of a measuring process: one line of JSON per request, as production writes them. No provider is
# called, whatever the worker finds to ask for.
SERVING = {
    "LOG_LEVEL": "INFO",
    "LOG_FORMAT": "json",
    "DATABASE_POOL_SIZE": "11",
    "EMAIL_URL": "console://",
    "PAYSTACK_BASE_URL": NOWHERE,
    "FLUTTERWAVE_BASE_URL": NOWHERE,
    "PREMBLY_BASE_URL": NOWHERE,
    "SANDBOX_GATEWAY_URL": "",
}


@dataclass(frozen=True, slots=True)
class Server:
    """A running group of processes. `port` is 0 for one that listens to nobody."""

    group: int
    port: int
    log: Path


@contextmanager
def web_server(
    name: str, application: str, environment: Mapping[str, str], *, workers: int, threads: int, tree: Tree = HERE
) -> Iterator[Server]:
    """Granian with so many workers, each with so many threads, until the block is left."""
    port = free_port()
    command = [
        *("-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port), "--no-ws", "--http", "1"),
        *("--workers", str(workers), "--blocking-threads", str(threads)),
        # Keep-alive connections count as well: a thousand of them spread unevenly over two workers.
        *("--backlog", "4096", "--backpressure", "4096"),
        application,
    ]
    with started(name, command, environment, port=port, tree=tree) as server:
        wait_until(port, lambda: bool(processes.members(server.group)), log=server.log)
        yield server


@contextmanager
def started(
    name: str, command: Sequence[str], environment: Mapping[str, str], *, port: int = 0, tree: Tree = HERE
) -> Iterator[Server]:
    """A Python program with its output in a log file; its whole process group ends with the block."""
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / f"{name}.log"
    with log.open("wb") as output:
        process = processes.detach([tree.python, *command], output, directory=tree.directory, environment=environment)
    try:
        yield Server(process.pid, port, log)
    finally:
        processes.end_group(process.pid, seconds=STOP_TIMEOUT_SECONDS)
        process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def wait_until(port: int, lives: Callable[[], bool], *, log: Path) -> None:
    """Something answers, whatever it says: a redirect to TLS is one. Raises `RuntimeError` when it ended first."""
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while True:
        connection = http.client.HTTPConnection(HOST, port, timeout=5)
        try:
            connection.request("GET", "/health/live")
            connection.getresponse().read()
        except OSError as error:
            if not lives() or time.monotonic() > deadline:
                raise RuntimeError(f"The server does not answer; its log is {log}") from error
            time.sleep(0.1)
        else:
            return
        finally:
            connection.close()
