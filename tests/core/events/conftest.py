"""A real process of hints on the suite's Redis, and browsers that listen to it."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from payshift.measuring.servers import free_port
from tests.support.api_client import ApiClient
from tests.web.instance import started, wait_until_ready

PER_PERSON = 2
# Of the process' connections to PostgreSQL, if it had any.
APPLICATION_NAME = "payshift-hints"


class Listening:
    """One open stream."""

    def __init__(self, response: httpx.Response) -> None:
        self.status = response.status_code
        self.headers = response.headers
        self._lines = response.iter_lines() if self.status == 200 else iter(())

    def hint(self) -> str:
        """The next hint, however long it takes; empty when the stream has ended."""
        with suppress(httpx.RemoteProtocolError):
            for line in self._lines:
                if line.startswith("data: "):
                    return line.removeprefix("data: ")
        return ""


class Hints:
    def __init__(self, url: str) -> None:
        self.url = url

    @contextmanager
    def listen(self, api: ApiClient, *, known: bool = True) -> Iterator[Listening]:
        """`known`: some request of the person has brought their token to Redis."""
        if known:
            assert api.get("/notifications/unread").status_code == 200
        headers = {"Authorization": f"Bearer {api.token}"}
        with (
            httpx.Client(timeout=60, trust_env=False) as client,
            client.stream("GET", f"{self.url}/api/events", headers=headers) as response,
        ):
            yield Listening(response)

    def ask(self, method: str, path: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
        return httpx.request(method, f"{self.url}{path}", headers=headers, timeout=60, trust_env=False)


@pytest.fixture(scope="module")
def hints(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hints]:
    port, logs = free_port(), tmp_path_factory.mktemp("hints")
    database = os.environ["DATABASE_URL"]
    environment = {
        **os.environ,
        "DATABASE_URL": f"{database}{'&' if '?' in database else '?'}application_name={APPLICATION_NAME}",
        "EVENT_CHECK_SECONDS": "0.3",
        "EVENT_STREAMS_PER_PERSON": str(PER_PERSON),
        "PUBLIC_URL": "https://payshift.example",
    }
    program = ("-m", "granian", "--interface", "asgi", "--host", "127.0.0.1", "--no-ws", "--port", str(port))
    with started((*program, "payshift.asgi:application"), environment, Path(logs) / "hints.log"):
        wait_until_ready(f"http://127.0.0.1:{port}/health/live", logs)
        yield Hints(f"http://127.0.0.1:{port}")
