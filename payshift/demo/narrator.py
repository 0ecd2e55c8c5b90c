"""Tells a story over HTTP: each call is printed with status, time, queries and cache result, and checked at once."""

import re
import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx

QUERIES = re.compile(r'desc="(\d+) quer(?:y|ies)"')
WAIT_SECONDS = 30.0
POLL_SECONDS = 0.2


class Deviation(Exception):
    """Something is not as it should be. The message says what was expected and what came instead."""


def expect(condition: bool, message: str) -> None:
    if not condition:
        raise Deviation(message)


class Answer:
    """A response and what the narration shows of it."""

    def __init__(self, response: httpx.Response, milliseconds: float) -> None:
        self.response = response
        self.milliseconds = milliseconds

    @property
    def json(self) -> Any:
        return self.response.json()

    @property
    def queries(self) -> int | None:
        """None where the server does not tell: operations on credentials have no Server-Timing."""
        found = QUERIES.search(self.response.headers.get("Server-Timing", ""))
        return int(found[1]) if found else None

    @property
    def cache_status(self) -> str:
        """RFC 9211, e.g. `payshift; fwd=miss; stored`."""
        return str(self.response.headers.get("Cache-Status", ""))

    @property
    def cache(self) -> str:
        """`hit`, `miss`, `bypass`, or nothing."""
        _, _, parameters = self.cache_status.partition(";")
        for word in ("hit", "miss", "bypass"):
            if word in parameters:
                return word
        return ""


class Narrator:
    def __init__(self, write: Callable[[str], object]) -> None:
        self.write = write
        self.steps = 0
        self.calls = 0

    def step(self, title: str) -> None:
        self.steps += 1
        self.write(f"\n{self.steps:2}. {title}")

    def say(self, fact: str) -> None:
        self.write(f"      {fact}")

    def call(self, who: str, method: str, path: str, answer: Answer) -> None:
        self.calls += 1
        queries = "" if answer.queries is None else f"{answer.queries} quer{'y' if answer.queries == 1 else 'ies'}"
        line = f"{who:8} {method:6} {path}"
        figures = f"{answer.response.status_code}  {answer.milliseconds:7.1f} ms  {queries:11}{answer.cache}"
        self.write(f"    {line[:70]:70} {figures}".rstrip())


class Caller:
    """One person's client. Every call is narrated, and a status other than the expected one is a deviation."""

    def __init__(self, name: str, client: httpx.Client, narrator: Narrator, *, pause: Callable[[], object]) -> None:
        """`pause` is called between two looks at something that the background worker has to bring about."""
        self.name = name
        self.client = client
        self.narrator = narrator
        self.pause = pause
        self.token = ""
        self.refresh_token = ""
        self.id = 0
        self.email = ""

    def get(self, path: str, params: Mapping[str, Any] | None = None, *, quiet: bool = False) -> Answer:
        return self._send("GET", path, status=200, quiet=quiet, params=params)

    def post(self, path: str, body: Any = None, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Any:
        return self._send("POST", path, status=status, json=body, headers=headers).json

    def refused(
        self, path: str, body: Any, *, status: int, code: str, headers: Mapping[str, str] | None = None
    ) -> None:
        """A call that must be refused, with this stable code."""
        problem = self.post(path, body, status=status, headers=headers)
        expect(problem["code"] == code, f"POST {path} should be refused as {code}, not as {problem['code']}.")

    def put(self, path: str, body: Any, *, status: int = 200) -> Any:
        return self._send("PUT", path, status=status, json=body).json

    def patch(self, path: str, body: Any, *, status: int = 200) -> Any:
        return self._send("PATCH", path, status=status, json=body).json

    def read_twice(self, path: str) -> None:
        """First from the database, then from the cache without a query; both times the same."""
        first, second = self._miss(path), self.get(path)
        expect(first.cache == "miss", f"The first GET {path} should miss the cache: {first.cache_status!r}")
        expect(second.cache == "hit", f"The second GET {path} should hit the cache: {second.cache_status!r}")
        expect(not second.queries, f"A cache hit should run no query, GET {path} ran {second.queries}.")
        expect(first.response.content == second.response.content, f"The cached answer of GET {path} differs.")

    def _miss(self, path: str) -> Answer:
        """Asked again while a miss is not stored: a Redis that has just started takes nothing in for a while."""
        deadline = time.monotonic() + WAIT_SECONDS
        while True:
            answer = self.get(path, quiet=True)
            if answer.cache != "miss" or "stored" in answer.cache_status or time.monotonic() > deadline:
                self.narrator.call(self.name, "GET", path, answer)
                return answer
            self.pause()

    def until(self, what: str, path: str, arrived: Callable[[Any], bool]) -> Any:
        """Ask again until the background worker has done its part; the last answer is narrated."""
        deadline = time.monotonic() + WAIT_SECONDS
        while True:
            answer = self.get(path, quiet=True)
            if arrived(answer.json):
                self.narrator.call(self.name, "GET", path, answer)
                return answer.json
            if time.monotonic() > deadline:
                raise Deviation(f"{what} did not happen within {WAIT_SECONDS:.0f} s: GET {path} says {answer.json}")
            self.pause()

    def _send(self, method: str, path: str, *, status: int, quiet: bool = False, **options: Any) -> Answer:
        headers = dict(options.pop("headers", None) or {})
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        started = time.perf_counter()
        try:
            response = self.client.request(method, f"/api{path}", headers=headers, **options)
        except httpx.HTTPError as error:
            raise Deviation(f"{method} {path} got no answer: {error!r}") from None
        answer = Answer(response, (time.perf_counter() - started) * 1000)
        if not quiet:
            self.narrator.call(self.name, method, path, answer)
        if response.status_code != status:
            raise Deviation(
                f"{method} {path} as {self.name} should answer {status} but answered {response.status_code}: "
                f"{response.text[:1000]}"
            )
        return answer

    def log_in(self, password: str) -> None:
        tokens = self.post("/auth/login", {"email": self.email, "password": password, "device_name": "demo"})
        self.keep(tokens)
        self.id = tokens["user_id"]

    def refresh(self) -> None:
        """Access tokens live for 15 minutes: whoever slept through a moved clock trades the refresh token."""
        self.token = ""
        self.keep(self.post("/auth/refresh", {"refresh_token": self.refresh_token}))

    def keep(self, tokens: Mapping[str, Any]) -> None:
        self.token, self.refresh_token = tokens["access_token"], tokens["refresh_token"]
