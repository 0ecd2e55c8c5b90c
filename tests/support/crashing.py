"""Processes that die by SIGKILL at a named step: worker and web, run as they are, with one function wrapped.

`python -m tests.support.crashing` sets Django up once, then forks for each order, a line of JSON on its standard input:
what runs, and before or after which call of which function it kills itself. Nothing of this is in the product.
"""

import json
import os
import pkgutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import IO, TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import pytest
from django.conf import settings as django_settings

if TYPE_CHECKING:
    from tests.support.gateway import Gateway

KILLED = -signal.SIGKILL
SHARED_SETTINGS = (
    *("PAYSTACK_BASE_URL", "PAYSTACK_SECRET_KEY"),
    *("FLUTTERWAVE_BASE_URL", "FLUTTERWAVE_SECRET_KEY", "FLUTTERWAVE_WEBHOOK_HASH"),
    "MAILERS",
)


@dataclass(frozen=True)
class Crash:
    """`target`: the dotted name under which callers find the function. `call`: the first, second, … time."""

    target: str
    when: Literal["before", "after"]
    call: int = 1


class Machine:
    """Starts processes that may crash. One worker or one web server at a time."""

    def __init__(self, orders: IO[str], answers: IO[str]) -> None:
        self._orders = orders
        self._answers = answers

    def work(self, crash: Crash | None = None) -> int:
        """Run the worker until the queue is empty, or it is killed; how it ended, negative for a signal."""
        self._order(role="worker", crash=crash)
        return self._ended()

    def serve(self, requests: Callable[[str], object], crash: Crash | None = None) -> int:
        """Run the web server for one request, which `requests(base_url)` makes; how it ended."""
        self._order(role="web", crash=crash)
        port = int(json.loads(self._answers.readline())["port"])
        requests(f"http://127.0.0.1:{port}")
        return self._ended()

    def _order(self, *, role: str, crash: Crash | None) -> None:
        self._orders.write(json.dumps({"role": role, "crash": crash and asdict(crash)}) + "\n")
        self._orders.flush()

    def _ended(self) -> int:
        return int(json.loads(self._answers.readline())["ended"])


@pytest.fixture(scope="session")
def machine_process(django_db_setup: None) -> Iterator[subprocess.Popen[str]]:
    """On the test database under its name of now."""
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{django_settings.DATABASES['default']['NAME']}")
    own = {name: value for name, value in os.environ.items() if name != "DATABASE_OWNER_URL"}
    command = [sys.executable, "-m", "tests.support.crashing"]
    environment = own | {"DATABASE_URL": database.geturl(), "DATABASE_POOL_SIZE": "4", "DEBUG": "1", "TIME_TRAVEL": "1"}
    process = subprocess.Popen(command, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    yield process
    process.communicate(timeout=30)


@pytest.fixture
def machine(machine_process: subprocess.Popen[str], gateway: "Gateway") -> Machine:
    """Its processes speak to the test's gateway, and to its mail server where it has one."""
    assert machine_process.stdin is not None
    assert machine_process.stdout is not None
    order = {"role": "settings", "settings": {name: getattr(django_settings, name) for name in SHARED_SETTINGS}}
    machine_process.stdin.write(json.dumps(order) + "\n")
    return Machine(machine_process.stdin, machine_process.stdout)


def main() -> None:
    """Take orders until there are no more."""
    import django

    # What the children print (mails, logs) must not come between the answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    django.setup()
    for line in sys.stdin:
        order = json.loads(line)
        if order["role"] == "settings":
            for name, value in order["settings"].items():
                setattr(django_settings, name, value)
            continue
        listener = socket.create_server(("127.0.0.1", 0)) if order["role"] == "web" else None
        if listener is not None:
            _answer(answers, port=listener.getsockname()[1])
        child = os.fork()
        if child == 0:
            _live(order["crash"], listener)
        if listener is not None:
            # Else a caller would hang on a socket that nobody answers when the child is gone.
            listener.close()
        _answer(answers, ended=os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


def _answer(answers: IO[str], **facts: int) -> None:
    answers.write(json.dumps(facts) + "\n")
    answers.flush()


def _live(crash: dict[str, Any] | None, listener: socket.socket | None) -> None:
    """The child's life; it never returns."""
    ended = 1
    try:
        if crash:
            _arm(Crash(**crash))
        _work() if listener is None else _serve(listener)
        ended = 0
    finally:
        sys.stderr.flush()
        os._exit(ended)


def _arm(crash: Crash) -> None:
    holder_name, _, name = crash.target.rpartition(".")
    holder = pkgutil.resolve_name(holder_name)
    original = getattr(holder, name)
    calls = 0

    def dying(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == crash.call and crash.when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = original(*args, **kwargs)
        if calls == crash.call:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(holder, name, dying)


def _work() -> None:
    """The real worker, on what is queued and due now."""
    from procrastinate.contrib.django import app

    from core.worker import worker_connector
    from tests.support.jobs import work_off

    app.periodic_registry.periodic_tasks = {}
    with app.replace_connector(worker_connector()):
        work_off()


def _serve(listener: socket.socket) -> None:
    """The real application, for one request."""
    from payshift.wsgi import application

    host, port = listener.getsockname()
    server = WSGIServer((host, port), WSGIRequestHandler, bind_and_activate=False)
    server.socket.close()
    server.socket, server.server_name, server.server_port = listener, host, port
    server.setup_environ()
    server.set_app(application)
    server.timeout = 30
    server.handle_request()


if __name__ == "__main__":
    main()
