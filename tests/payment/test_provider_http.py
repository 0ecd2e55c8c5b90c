"""The HTTP client of the adapters against a real server on loopback that misbehaves as told."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.db import transaction

from payment.providers.base import OutcomeUnknown, ProviderUnreachable
from payment.providers.http import MAX_ANSWER_BYTES, READ_TRIES, CalledInsideTransaction, ProviderHttp

type Behaviour = Callable[[BaseHTTPRequestHandler], None]


class Server:
    """Counts the calls, and answers each as `behaviour` says."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.behaviour: Behaviour = answer(200, {"status": True})
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def handle_call(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                outer.calls.append(f"{self.command} {self.path}")
                outer.behaviour(self)

            do_GET = do_POST = handle_call

            def log_message(self, *_: object) -> None:
                """Silent."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.http.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http.server_port}"


def answer(status: int, body: object, headers: dict[str, str] | None = None) -> Behaviour:
    def behave(handler: BaseHTTPRequestHandler) -> None:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **(headers or {})}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(content)

    return behave


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    server.thread.start()
    yield server
    server.http.shutdown()
    server.http.server_close()
    server.thread.join()


def client_of(url: str, *, timeout_seconds: float = 2.0) -> ProviderHttp:
    return ProviderHttp(name="paystack", base_url=url, secret_key="sk_test_key", timeout_seconds=timeout_seconds)


@pytest.mark.django_db(transaction=True)
def test_a_call_inside_a_transaction_is_refused_before_it_is_made(server: Server) -> None:
    with transaction.atomic(), pytest.raises(CalledInsideTransaction):
        client_of(server.url).get("/bank")

    assert server.calls == []
    assert client_of(server.url).get("/bank").ok


def test_amounts_in_an_answer_are_never_floats(server: Server) -> None:
    server.behaviour = answer(200, b'{"status": "success", "data": {"amount": 26.875}}')

    body = client_of(server.url).get("/x").body

    assert str(body["data"]) == "{'amount': Decimal('26.875')}"


def test_a_redirect_is_not_followed(server: Server) -> None:
    server.behaviour = answer(302, {}, {"Location": f"{server.url}/elsewhere"})

    with pytest.raises(OutcomeUnknown):
        client_of(server.url).post("/transfer", payload={})

    assert server.calls == ["POST /transfer"]


def test_an_answer_that_is_too_large_is_dropped(server: Server) -> None:
    server.behaviour = answer(200, b"x" * (MAX_ANSWER_BYTES + 1))

    with pytest.raises(OutcomeUnknown, match="more than"):
        client_of(server.url).post("/transfer", payload={})


@pytest.mark.parametrize("behaviour", [answer(502, {}), hang_up, answer(200, b"<html>"), answer(200, [])])
def test_a_post_without_a_clear_answer_is_unknown_and_not_repeated(server: Server, behaviour: Behaviour) -> None:
    server.behaviour = behaviour

    with pytest.raises(OutcomeUnknown):
        client_of(server.url).post("/transfer", payload={})

    assert server.calls == ["POST /transfer"]


def test_a_post_that_times_out_is_unknown(server: Server) -> None:
    release = threading.Event()

    def hang_up_late(handler: BaseHTTPRequestHandler) -> None:
        release.wait(5)
        hang_up(handler)

    server.behaviour = hang_up_late

    with pytest.raises(OutcomeUnknown):
        client_of(server.url, timeout_seconds=0.1).post("/transfer", payload={})
    release.set()

    assert server.calls == ["POST /transfer"]


def test_a_post_to_a_closed_port_did_nothing() -> None:
    with pytest.raises(ProviderUnreachable):
        client_of("http://127.0.0.1:9").post("/transfer", payload={})


def test_a_get_is_tried_again_and_then_given_up(server: Server) -> None:
    server.behaviour = answer(503, {})

    with pytest.raises(ProviderUnreachable):
        client_of(server.url).get("/balance")

    assert server.calls == ["GET /balance"] * READ_TRIES


def test_a_refusal_is_an_answer_even_without_json(server: Server) -> None:
    server.behaviour = answer(400, b"<html>")

    refusal = client_of(server.url).post("/transfer", payload={})

    assert (refusal.status, refusal.ok, refusal.body) == (400, False, {})
