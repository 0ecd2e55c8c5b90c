"""The HTTP client of the adapters against a real server on loopback that misbehaves as told."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import pytest
from django.db import transaction

from payment.providers.base import OutcomeUnknown, ProviderUnreachable
from payment.providers.http import MAX_ANSWER_BYTES, READ_TRIES, CalledInsideTransaction, ProviderHttp
from tests.support.provider_server import Behaviour, Server, answer, hang_up, running_server


@pytest.fixture
def server() -> Iterator[Server]:
    with running_server() as server:
        yield server


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
