"""A read is answered alike by Django with all its middleware and, without most of it, by `core.read_handler`: every
operation to everybody, and every refusal; body, headers, log lines and figures."""

import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
import structlog
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from pytest_django import Settings
from time_machine import TimeMachineFixture

from accounts.models import CustomUser
from core.api import PayshiftAPI
from core.cache.front import CachedReadFront
from core.cache.reads import CachedRead
from core.cache.store import store
from core.metrics import CACHE_FILLS, CACHE_READS, OVER_BUDGET, QUERIES, REQUEST_SECONDS, REQUESTS
from core.read_handler import ReadHandler
from payshift.api import api
from tests.api.test_document import operations
from tests.architecture.access_matrix import MATRIX, STRANGERS, WRONG_ROLES
from tests.architecture.world import World, build_world
from tests.core import urls as core_urls
from tests.core.urls import FAILURES
from tests.factories.accounts import UserFactory
from tests.support.api_client import ApiClient
from tests.support.gateway import Gateway

READS = sorted(operation["operationId"] for method, operation in operations() if method == "get")
OFFLINE = [name for name in READS if not MATRIX[name].network]
FIGURES = (REQUESTS, REQUEST_SECONDS, QUERIES, OVER_BUDGET, CACHE_READS, CACHE_FILLS)
BROKEN = [*(f"/failures/{name}" for name in FAILURES), "/queries/5", "/moment", "/things?at_least=x"]
TIMES = re.compile(r"dur=[0-9.]+")

type Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


@dataclass
class Answered:
    """All that anybody can see of one request, but for the time that it took."""

    status: str
    body: bytes
    headers: dict[str, str]
    lines: list[dict[str, Any]]
    counted: dict[tuple[str, tuple[str, ...]], float]


def ask(application: Application, path: str, token: str, **environ: Any) -> Answered:
    target, _, query = path.partition("?")
    asked = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": f"/api{target}",
        "QUERY_STRING": query,
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "192.0.2.1",
        "HTTP_HOST": "testserver",
        "HTTP_AUTHORIZATION": f"Bearer {token}",
        "HTTP_ACCEPT_ENCODING": "gzip, zstd",
        "HTTP_X_REQUEST_ID": "the-same-both-ways",
        "HTTP_X_FORWARDED_PROTO": "https",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "wsgi.url_scheme": "http",
        **environ,
    }
    started: list[tuple[str, dict[str, str]]] = []
    before = figures()
    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
        response = application(asked, lambda status, headers, _=None: started.append((status, named_once(headers))))
        body = b"".join(response)
        if hasattr(response, "close"):
            response.close()
    ((status, headers),) = started
    if "Server-Timing" in headers:
        headers["Server-Timing"] = TIMES.sub("", headers["Server-Timing"])
    counted = {name: value - before.get(name, 0) for name, value in figures().items() if value != before.get(name, 0)}
    said = [{name: value for name, value in line.items() if name != "exc_info"} for line in lines]
    return Answered(status, body, headers, said, counted)


def named_once(headers: list[tuple[str, str]]) -> dict[str, str]:
    assert len({name.lower() for name, _ in headers}) == len(headers)
    return dict(headers)


def figures() -> dict[tuple[str, tuple[str, ...]], float]:
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for figure in FIGURES
        for metric in figure.collect()
        for sample in metric.samples
        if sample.name.endswith(("_total", "_count")) and "seconds_total" not in sample.name
    }


def unreachable(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    raise AssertionError("It went on to Django.")


def front(of: PayshiftAPI = api, django: Application = unreachable) -> Application:
    return CachedReadFront(django, ReadHandler(of))


@dataclass
class Ways:
    django: Application
    short: Application

    def answer(self, path: str, token: str, **environ: Any) -> Answered:
        """By both, which must not differ in anything."""
        answers = [ask(way, path, token, **environ) for way in (self.django, self.short)]
        assert answers[0] == answers[1], path
        return answers[0]


@pytest.fixture
def ways() -> Ways:
    return Ways(WSGIHandler(), front())


@pytest.fixture(autouse=True)
def _over_tls(settings: Settings) -> None:
    """As in production."""
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 3600
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    settings.CACHE_QUARANTINE_MS = 0


@pytest.fixture
def _uncached(settings: Settings) -> None:
    """The first of two requests would fill the cache for the second."""
    settings.RESPONSE_CACHE = False


@pytest.fixture
def _in_a_transaction(_uncached: None) -> Iterator[None]:
    """Requests keep the test's connection and its transaction, as with Django's client."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def world(chidi: CustomUser, wale: CustomUser, ada: CustomUser, time_machine: TimeMachineFixture) -> World:
    # Some answers tell the time.
    time_machine.move_to(datetime.now(UTC), tick=False)
    return build_world(chidi=chidi, wale=wale, ada=ada)


@pytest.mark.django_db
@pytest.mark.usefixtures("_in_a_transaction")
def test_every_read_is_answered_alike_to_everybody(
    ways: Ways, world: World, sade: CustomUser, emeka: CustomUser, bisi: CustomUser
) -> None:
    people = {"chidi": world.chidi, "wale": world.wale, "ada": world.ada, "sade": sade, "emeka": emeka, "bisi": bisi}
    tokens = {name: ApiClient(person).token for name, person in people.items()}
    tokens["clerk"] = ApiClient(UserFactory.create(email="clerk@example.com", role="admin")).token
    statuses: set[str] = set()
    for name in OFFLINE:
        row = MATRIX[name]
        path = row.path.format(**world.ids)
        callers = (row.owner, STRANGERS[row.owner], WRONG_ROLES[row.owner], "bisi", "clerk")

        own, *others = [ways.answer(path, tokens[who]) for who in callers]
        unknown = ways.answer(path, "psa_unknown")

        assert own.status == "200 OK", (name, own.body)
        assert [line["operation"] for line in own.lines if line["event"] == "request_finished"] == [name]
        assert own.counted[("payshift_requests_total", (name, "200"))] == 1
        statuses |= {answer.status for answer in (own, unknown, *others)}
    assert statuses == {"200 OK", "401 Unauthorized", "403 Forbidden", "404 Not Found"}


@pytest.mark.django_db
@pytest.mark.usefixtures("_in_a_transaction")
def test_every_read_refuses_a_query_and_spares_bytes_alike(ways: Ways, world: World) -> None:
    tokens = {name: ApiClient(getattr(world, name)).token for name in ("chidi", "wale", "ada")}
    statuses = []
    for name in OFFLINE:
        path, token = MATRIX[name].path.format(**world.ids), tokens[MATRIX[name].owner]
        base = path.partition("?")[0]
        tag = ways.answer(path, token).headers.get("ETag", "")

        statuses += [
            ways.answer(f"{base}?{query}", token).status
            for query in ("nowhere=1", "limit=0", "limit=1&limit=2", "limit=", "cursor=forged", "%ff=%fe", "limit=%20")
        ]
        statuses += [
            ways.answer(path, token, HTTP_IF_NONE_MATCH=known).status for known in (tag, f'W/{tag}, "x"', "*", '"x"')
        ]
    assert {"200 OK", "304 Not Modified"} <= set(statuses)
    assert {status[:3] for status in statuses} == {"200", "304", "422"}


@pytest.mark.django_db
@pytest.mark.usefixtures("_in_a_transaction")
def test_more_fields_than_anybody_sends_are_refused_alike(ways: Ways, wale: CustomUser) -> None:
    query = "&".join(f"field{number}=1" for number in range(1001))

    assert ways.answer(f"/jobs?{query}", ApiClient(wale).token).status == "400 Bad Request"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("read", CachedRead.registry, ids=lambda read: read.operation)
def test_cached_read_is_filled_alike(ways: Ways, world: World, read: CachedRead) -> None:
    row = MATRIX[read.operation]
    path, client = row.path.format(**world.ids), ApiClient(getattr(world, row.owner))
    answers = []
    for way in (ways.django, ways.short):
        store.new_epoch()
        answers.append([ask(way, path, client.token) for _ in range(2)])
    (through_django, hit_of_django), (through_front, hit_of_front) = answers

    assert through_django == through_front
    assert through_front.headers["Cache-Status"] == "payshift; fwd=miss; stored"
    del hit_of_django.headers["Server-Timing"]
    assert hit_of_django.headers == hit_of_front.headers
    assert hit_of_django.headers["Cache-Status"] == "payshift; hit"
    assert hit_of_django.body == hit_of_front.body == through_front.body


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_uncached")
def test_read_that_asks_a_provider_is_answered_alike(ways: Ways, world: World, gateway: Gateway) -> None:
    token = ApiClient(world.wale).token
    # The list itself is kept.
    ask(ways.django, "/banks", token)

    assert ways.answer("/banks", token).status == "200 OK"


@pytest.mark.django_db(transaction=True)
def test_connection_is_given_back_when_the_answer_is_sent(ways: Ways, wale: CustomUser) -> None:
    client = ApiClient(wale)

    ask(ways.short, "/me", client.token)

    assert connection.connection is None


@pytest.mark.django_db
@pytest.mark.urls("tests.core.urls")
@pytest.mark.usefixtures("_in_a_transaction")
@pytest.mark.parametrize("path", BROKEN)
def test_every_failure_is_answered_alike(path: str) -> None:
    ways = Ways(WSGIHandler(), front(core_urls.api))

    answered = ways.answer(path, "good")

    assert answered.headers["X-Request-ID"] == "the-same-both-ways"
    assert {line["request_id"] for line in answered.lines} == {"the-same-both-ways"}
    assert {line["event"] for line in answered.lines} & {"request_finished", "request_failed"}
    (operation,) = {labels[0] for name, labels in answered.counted if name == "payshift_requests_total"}
    assert operation in {"fail", "run_queries", "get_moment", "list_things"}


UNUSUAL: dict[str, dict[str, Any]] = {
    "head": {"REQUEST_METHOD": "HEAD"},
    "preflight": {"REQUEST_METHOD": "OPTIONS"},
    "write": {"REQUEST_METHOD": "POST"},
    "origin": {"HTTP_ORIGIN": "https://app.example"},
    "host": {"HTTP_HOST": "evil.example"},
    "no TLS": {"HTTP_X_FORWARDED_PROTO": "http"},
    "anonymous": {"HTTP_AUTHORIZATION": ""},
    "body": {"CONTENT_LENGTH": "2"},
    "no length": {"HTTP_TRANSFER_ENCODING": "chunked"},
    "mounted": {"SCRIPT_NAME": "/below"},
    "NUL in the query": {"QUERY_STRING": "q=%00"},
    "NUL in the path": {"PATH_INFO": "/api/payments/a\x00b"},
    "letters": {"PATH_INFO": "/api/payments/\xc3\xa9"},
    "nowhere": {"PATH_INFO": "/api/nowhere"},
    "document": {"PATH_INFO": "/api/openapi.json"},
    "page": {"PATH_INFO": "/jobs"},
    "slash": {"PATH_INFO": "/api/jobs/"},
    "no method": {"PATH_INFO": "/api/auth/login"},
}


@pytest.mark.django_db
@pytest.mark.usefixtures("_in_a_transaction")
@pytest.mark.parametrize("unusual", UNUSUAL.values(), ids=UNUSUAL)
def test_what_is_unusual_is_left_to_django(unusual: dict[str, Any], wale: CustomUser) -> None:
    def django(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("299 Django", [])
        return [b""]

    token = ApiClient(wale).token

    assert ask(front(django=django), "/jobs", token).status == "200 OK"
    assert ask(front(django=django), "/jobs", token, **unusual).status == "299 Django"
