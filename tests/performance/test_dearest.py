"""The report of the dearest requests leaves no read out and sees one that costs too much; and what floods of bytes were
once worth seconds stays within its bound here, by the processor time of the thread that answers.
"""

from time import thread_time

import pytest

from accounts.models import CustomUser
from payshift.measuring.dearest import Cost, Dear, checks_of, dear_requests
from payshift.measuring.reads import Cast
from tests.architecture.routes import routes
from tests.performance.test_plans import NO_PAGES
from tests.support.api_client import ApiClient, ApiResponse

# Several times what it takes, and far below what these inputs cost where nothing bounds them.
MOST_CPU_SECONDS = 5.0


def cost(application_ms: float = 1, database_ms: float = 1, peak_mb: float = 1) -> Cost:
    dear = Dear("get_me", 1, "/me", cpu_ms=100, peak_mb=10)
    return Cost(dear, application_ms, database_ms, peak_mb, queries=1, answer_kb=1)


def test_a_request_dearer_than_its_bound_is_found_out() -> None:
    dear = [cost(), cost(application_ms=60, database_ms=41), cost(peak_mb=11)]

    assert [check.ok for check in checks_of(dear)] == [True, True, False, True, True, False]


def test_every_read_is_in_the_report(marketplace_cast: Cast) -> None:
    measured = {dear.name.partition(" ")[0].rstrip(",") for dear in dear_requests(marketplace_cast)}

    unmeasured = {route.name for route in routes() if route.method == "GET"} - measured
    assert unmeasured == NO_PAGES - {"export_me", "get_statement"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param(b"[" * 1_000_000, 400, id="deep lists"),
        pytest.param(b'{"a":' * 200_000, 400, id="deep objects"),
        pytest.param(b"9" * 1_000_000, 400, id="digits"),
        pytest.param(b"[" + b"[]," * 300_000 + b"[]]", 422, id="many lists"),
        pytest.param(b'{"email": "' + b"a." * 300_000 + b'@example.com", "password": "x"}', 422, id="long address"),
        pytest.param(b'"' + b"a" * 5_000_000 + b'"', 413, id="too long"),
    ],
)
def test_a_hostile_body_costs_a_bounded_time(body: bytes, status: int) -> None:
    client = ApiClient().client

    started = thread_time()
    answer = client.post("/api/auth/login", body, content_type="application/json")
    spent = thread_time() - started

    assert (answer.status_code, spent < MOST_CPU_SECONDS) == (status, True)


@pytest.mark.django_db
@pytest.mark.parametrize("phrase", ["_".join("a" * 100), " ".join("a" * 100), "(" * 200, "'" * 200, "a:*&" * 50])
def test_a_hostile_phrase_asks_for_few_words(phrase: str, sade: CustomUser) -> None:
    started = thread_time()
    answer: ApiResponse = ApiClient(sade).get("/jobs", {"q": phrase, "order": "relevance"})
    spent = thread_time() - started

    assert (answer.status_code, spent < MOST_CPU_SECONDS) == (200, True)
