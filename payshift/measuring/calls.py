"""Requests through the WSGI application of production, in process: no socket."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from time import perf_counter
from typing import Any

from django.db import connection

from payshift.measuring.cpu import BackendCPU

type Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Sample:
    """One request. Milliseconds; `cpu_ms` is the database's."""

    status: int
    body: bytes
    cache_status: str
    queries: int
    sql_ms: float
    slowest_ms: float
    total_ms: float
    cpu_ms: float


@dataclass
class QueryTimes:
    """An execute wrapper that keeps how long each statement took, the way to the server and back included."""

    ms: list[float] = field(default_factory=list)

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        started = perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.ms.append((perf_counter() - started) * 1000)


def call(
    application: Application, cpu: BackendCPU, *, token: str, path: str, payload: Mapping[str, Any] | None = None
) -> Sample:
    """GET, or POST when there is a payload; `path` is below /api. The time runs until the response is closed."""
    environ = environ_of(token, path, payload)
    answer: dict[str, Any] = {}

    def start_response(status: str, headers: list[tuple[str, str]], *_: Any) -> None:
        answer["status"] = int(status.partition(" ")[0])
        answer["headers"] = dict(headers)

    times, cpu_before = QueryTimes(), cpu.read_ms()
    with connection.execute_wrapper(times):
        started = perf_counter()
        response = application(environ, start_response)
        body = b"".join(response)
        if (close := getattr(response, "close", None)) is not None:
            close()
        total_ms = (perf_counter() - started) * 1000
    return Sample(
        status=answer["status"],
        body=body,
        cache_status=answer["headers"].get("Cache-Status", ""),
        queries=len(times.ms),
        sql_ms=sum(times.ms),
        slowest_ms=max(times.ms, default=0.0),
        total_ms=total_ms,
        cpu_ms=cpu.read_ms() - cpu_before,
    )


def environ_of(token: str, path: str, payload: Mapping[str, Any] | None) -> dict[str, Any]:
    body = b"" if payload is None else json.dumps(payload).encode()
    target, _, query = path.partition("?")
    return {
        "REQUEST_METHOD": "GET" if payload is None else "POST",
        "PATH_INFO": f"/api{target}",
        "SCRIPT_NAME": "",
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "localhost",
        "HTTP_AUTHORIZATION": f"Bearer {token}",
        # As behind the proxy where TLS ends.
        "HTTP_X_FORWARDED_PROTO": "https",
        "CONTENT_TYPE": "application/json" if body else "",
        "CONTENT_LENGTH": str(len(body)) if body else "",
        "wsgi.input": BytesIO(body),
        "wsgi.errors": None,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "https",
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
