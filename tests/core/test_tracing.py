"""Spans as a collector receives them from a process of its own: what they tell, and what they must not."""

import gzip
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from accounts.models import CustomUser
from tests.support.api_client import ApiClient

pytestmark = pytest.mark.django_db(transaction=True)

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = "00f067aa0ba902b7"


class Collector(HTTPServer):
    """Keeps what an OTLP exporter posts to it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Receive)
        self.bodies: list[bytes] = []
        self.paths: set[str] = set()

    @property
    def spans(self) -> list[Span]:
        return [
            span
            for body in self.bodies
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]


class Receive(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.bodies.append(gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body)
        self.server.paths.add(self.path)
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def collector() -> Iterator[Collector]:
    server = Collector()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def run(*arguments: str, endpoint: str) -> str:
    """What Python prints on the test's database, with spans sent to the endpoint."""
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{django_settings.DATABASES['default']['NAME']}")
    environment = {**os.environ, "DATABASE_URL": database.geturl(), "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint}
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=60, check=True
    ).stdout.strip()


def test_requests_jobs_and_queries_reach_the_collector_without_secrets(collector: Collector, chidi: CustomUser) -> None:
    caller = ApiClient(chidi)

    run(
        *("-m", "tests.support.traced_calls", caller.token, str(chidi.pk), f"00-{TRACE}-{PARENT}-01"),
        endpoint=f"http://127.0.0.1:{collector.server_port}",
    )

    spans = collector.spans
    assert collector.paths == {"/v1/traces"}
    search = next(span for span in spans if span.name == "find_jobs")
    assert (search.trace_id.hex(), search.parent_span_id.hex()) == (TRACE, PARENT)
    inside = [span for span in spans if span.parent_span_id == search.span_id]
    assert [span.name for span in inside] == ["SELECT"] * len(inside)
    # The token, the page, and the clock of development.
    assert len(inside) >= 2
    assert {"get_calendar", "core.tasks.prune_cache_versions"} <= {span.name for span in spans}
    failing = next(span for span in spans if span.name == "failing")
    assert (failing.status.code, failing.status.message) == (2, "IntegrityError")
    sent = b"".join(collector.bodies)
    assert b"jobs_job" in sent
    for secret in (b"a secret wish", b"a-secret-address", caller.token.encode(), chidi.email.encode()):
        assert secret not in sent


def test_collector_that_is_away_holds_nobody_up(chidi: CustomUser) -> None:
    script = "import django; django.setup(); from django.test import Client; print(Client().get('/api/me').status_code)"

    assert run("-c", script, endpoint="http://127.0.0.1:1").endswith("401")


def test_without_an_endpoint_nothing_of_it_is_loaded() -> None:
    script = "import django, sys; django.setup(); print('core.tracing' in sys.modules)"

    assert run("-c", script, endpoint="").endswith("False")
