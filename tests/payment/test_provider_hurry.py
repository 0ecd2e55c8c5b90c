"""What a slow provider can take of the web server: a few threads for a moment, and then nothing."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler

import pytest
from django.db import connections
from pytest_django import Settings

from accounts.models import CustomUser
from jobs.models import JobStatus
from payment.models import PaymentAttempt
from payment.providers.base import OutcomeUnknown, ProviderUnreachable
from payment.providers.http import READ_TRIES, ProviderHttp
from payment.providers.hurry import ProviderGate, gate_of, in_a_hurry
from tests.factories.jobs import JobFactory
from tests.payment.conftest import new_key
from tests.support.api_client import ApiClient
from tests.support.provider_server import Server, answer, hang_up, running_server
from tests.support.races import race

BURST, AT_ONCE = 40, 3
# For a machine that is busy; nothing waits as long on one that is not.
PATIENCE_SECONDS = 120.0
CHECKOUT = "https://checkout.example/x"
OPENED = answer(200, {"status": "success", "message": "Hosted Link", "data": {"link": CHECKOUT}})


@pytest.fixture
def server(settings: Settings) -> Iterator[Server]:
    gate_of.cache_clear()
    with running_server() as server:
        settings.FLUTTERWAVE_BASE_URL, settings.FLUTTERWAVE_SECRET_KEY = server.url, "FLWSECK_TEST-slow"
        yield server
    gate_of.cache_clear()


@pytest.fixture
def http(server: Server) -> ProviderHttp:
    return ProviderHttp(name="paystack", base_url=server.url, secret_key="sk_test_slow", timeout_seconds=10)


@pytest.mark.django_db(transaction=True)
def test_a_burst_on_a_provider_that_hangs_leaves_the_api_its_threads(
    server: Server, settings: Settings, chidi: CustomUser
) -> None:
    settings.PROVIDER_CALLS_AT_ONCE, settings.PROVIDER_REQUEST_SECONDS = AT_ONCE, PATIENCE_SECONDS
    hanging, release = threading.Semaphore(0), threading.Event()
    told: list[tuple[int, str]] = []

    def hang(handler: BaseHTTPRequestHandler) -> None:
        hanging.release()
        release.wait(PATIENCE_SECONDS)
        OPENED(handler)

    def start() -> None:
        job = JobFactory(client=chidi, status=JobStatus.PENDING)
        body = {"job_id": job.pk, "provider": "flutterwave"}
        answered = payer.post("/payments", body, Idempotency_Key=new_key())
        told.append((answered.status_code, answered.json()["status"]))

    def start_elsewhere() -> None:
        start()
        connections.close_all()

    server.behaviour = hang
    payer = ApiClient(chidi)
    threads = [threading.Thread(target=start_elsewhere, daemon=True) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    try:
        assert all(hanging.acquire(timeout=PATIENCE_SECONDS) for _ in range(AT_ONCE))

        # This one thread is answered all others, and much else, while the provider hangs.
        for _ in range(BURST - AT_ONCE):
            start()
        assert told == [(202, "pending")] * (BURST - AT_ONCE)
        assert (len(server.calls), gate_of("flutterwave").calls) == (AT_ONCE, AT_ONCE)
        assert payer.get(f"/get-profile/{chidi.pk}").status_code == 200
        assert payer.get(f"/get-profile/{chidi.pk}").headers["Cache-Status"] == "payshift; hit"
        assert payer.client.get("/health/live").status_code == 200
    finally:
        release.set()
        for thread in threads:
            thread.join(timeout=PATIENCE_SECONDS)

    assert sorted(told) == [(201, "pending")] * AT_ONCE + [(202, "pending")] * (BURST - AT_ONCE)
    assert (len(server.calls), gate_of("flutterwave").calls) == (AT_ONCE, 0)
    assert PaymentAttempt.objects.filter(authorization_url=CHECKOUT).count() == AT_ONCE
    assert PaymentAttempt.objects.filter(authorization_url="").count() == BURST - AT_ONCE


def test_all_calls_of_a_request_share_its_time(server: Server, http: ProviderHttp, settings: Settings) -> None:
    settings.PROVIDER_REQUEST_SECONDS = 0.1
    release = threading.Event()

    def hang_up_late(handler: BaseHTTPRequestHandler) -> None:
        release.wait(30)
        hang_up(handler)

    server.behaviour = hang_up_late

    with in_a_hurry():
        with pytest.raises(OutcomeUnknown):
            http.post("/transaction/initialize", payload={})
        with pytest.raises(ProviderUnreachable) as too_late:
            http.get("/bank")
    release.set()

    assert str(too_late.value.__cause__) == "There is no time left to ask paystack."

    assert server.calls == ["POST /transaction/initialize"]


def test_an_answer_that_drips_is_not_waited_for(server: Server, http: ProviderHttp, settings: Settings) -> None:
    settings.PROVIDER_REQUEST_SECONDS = 0.3
    dripped: list[int] = []

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "100")
        handler.end_headers()
        # Until nobody reads any more.
        with suppress(OSError):
            for drop in range(100):
                dripped.append(drop)
                handler.wfile.write(b" ")
                time.sleep(0.05)

    server.behaviour = drip

    with in_a_hurry(), pytest.raises(OutcomeUnknown, match="too slowly"):
        http.post("/transaction/initialize", payload={})

    assert len(dripped) < 90


def test_in_a_hurry_a_read_is_tried_once_and_by_a_worker_as_often_as_ever(server: Server, http: ProviderHttp) -> None:
    server.behaviour = answer(503, {})

    with in_a_hurry(), pytest.raises(ProviderUnreachable):
        http.get("/bank")
    assert len(server.calls) == 1

    with pytest.raises(ProviderUnreachable):
        http.get("/bank")
    assert len(server.calls) == 1 + READ_TRIES


def test_the_breaker_opens_after_failures_in_a_row_and_an_answer_closes_it(
    server: Server, http: ProviderHttp, settings: Settings
) -> None:
    settings.PROVIDER_BREAKER_FAILURES, settings.PROVIDER_BREAKER_SECONDS = 2, 3600.0
    server.behaviour = answer(503, {})
    for _ in range(2):
        ask(http)

    refused = ask(http)
    calls_while_open = len(server.calls)
    settings.PROVIDER_BREAKER_SECONDS = 1e-6
    still_down, server.behaviour = ask(http), answer(400, {"status": False})
    back, after = ask(http), ask(http)

    assert (refused, calls_while_open) == ("paystack is not asked just now: breaker_open.", 2)
    assert still_down == "paystack answered 503."
    # A provider's no is an answer.
    assert (back, after) == ("answered", "answered")
    settings.PROVIDER_BREAKER_SECONDS = 3600.0
    assert ask(http) == "answered"


def test_one_failure_between_answers_opens_nothing(server: Server, http: ProviderHttp, settings: Settings) -> None:
    settings.PROVIDER_BREAKER_FAILURES, settings.PROVIDER_BREAKER_SECONDS = 2, 3600.0

    for status in (503, 200, 503, 200, 503):
        server.behaviour = answer(status, {"status": True})
        ask(http)
    server.behaviour = answer(200, {"status": True})

    assert ask(http) == "answered"


def test_half_open_one_call_tries_the_provider_and_the_others_are_refused(
    server: Server, http: ProviderHttp, settings: Settings
) -> None:
    settings.PROVIDER_BREAKER_FAILURES, settings.PROVIDER_BREAKER_SECONDS = 1, 1e-6
    server.behaviour = answer(503, {})
    ask(http)
    release = threading.Event()
    refused: list[str] = []

    def try_it() -> str:
        said = ask(http)
        if said != "answered":
            refused.append(said)
            if len(refused) == 7:
                release.set()
        return said

    def answer_late(handler: BaseHTTPRequestHandler) -> None:
        release.wait(30)
        answer(200, {"status": True})(handler)

    server.behaviour = answer_late
    outcomes = race(*[try_it] * 8)

    assert sorted(map(str, outcomes)) == ["answered"] + ["paystack is not asked just now: breaker_open."] * 7
    assert len(server.calls) == 2


def test_a_call_that_breaks_on_our_side_says_nothing_of_the_provider(settings: Settings) -> None:
    settings.PROVIDER_BREAKER_FAILURES, settings.PROVIDER_BREAKER_SECONDS = 1, 1e-6
    gate = ProviderGate("paystack")
    with pytest.raises(OutcomeUnknown), gate.call():
        raise OutcomeUnknown("no answer")

    # The one that tries it dies: the next one tries it.
    with pytest.raises(KeyError), gate.call():
        raise KeyError
    with gate.call():
        assert gate.calls == 1

    assert gate.calls == 0


def ask(http: ProviderHttp) -> str:
    """What a request is told by one call."""
    try:
        with in_a_hurry():
            http.get("/bank")
    except (ProviderUnreachable, OutcomeUnknown) as error:
        return str(error.__cause__ or error)
    return "answered"


def _wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
