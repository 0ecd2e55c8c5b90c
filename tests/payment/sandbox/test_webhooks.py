"""The gateway's webhooks against PROVIDERS.md 1.4 and 2.2: who is told what, signatures, tries."""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.payment.sandbox.conftest import Api
from tests.support.gateway import FLUTTERWAVE_HASH, PAYSTACK_KEY, Delivery, Gateway

PAYMENT = "pay-0000000000000001"
PAYOUT = "payout-0000000000000001"


class Receiver:
    """The merchant's server: keeps what arrives, answers the statuses given, then 200."""

    def __init__(self) -> None:
        self.received: list[tuple[str, str, dict[str, str]]] = []
        self.statuses: list[int] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                outer.received.append((self.path, body, {name.lower(): v for name, v in self.headers.items()}))
                self.send_response(outer.statuses.pop(0) if outer.statuses else 200)
                self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Silent."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def receiver(gateway: Gateway) -> Iterator[Receiver]:
    receiver = Receiver()
    thread = threading.Thread(target=receiver.server.serve_forever, daemon=True)
    thread.start()
    gateway.mode(webhook_base_url=receiver.url)
    yield receiver
    receiver.server.shutdown()
    receiver.server.server_close()
    thread.join()


def data_of(delivery: Delivery) -> Any:
    return json.loads(delivery.body)["data"]


def signature(delivery: Delivery) -> str:
    return hmac.new(PAYSTACK_KEY.encode(), delivery.body.encode(), hashlib.sha512).hexdigest()


def send_transfer(paystack: Api, gateway: Gateway, recipient: str) -> None:
    gateway.set_balance(1_000_000)
    order = {"source": "balance", "amount": 100_000, "recipient": recipient, "reference": PAYOUT}
    assert paystack("POST", "/transfer", json=order).status_code == 200


def test_paystack_tells_of_success_only_signed_over_the_raw_body(
    gateway: Gateway, checkout: Callable[..., str]
) -> None:
    url = checkout()
    gateway.fail(url)
    gateway.abandon(url)
    assert gateway.deliveries() == []

    gateway.pay(url)

    (delivery,) = gateway.deliveries()
    assert (delivery.event, delivery.path, delivery.state) == ("charge.success", "/api/webhooks/paystack", "waiting")
    assert delivery.headers["x-paystack-signature"] == signature(delivery)
    assert json.loads(delivery.body).keys() == {"event", "data"}
    data = data_of(delivery)
    # Text without metadata in the answer of verify is 0 here, as in the official samples.
    assert (data["reference"], data["amount"], data["status"], data["metadata"]) == (PAYMENT, 500_000, "success", 0)


def test_flutterwave_tells_of_failure_too_under_a_shared_secret(gateway: Gateway, link: Callable[..., str]) -> None:
    url = link()
    gateway.fail(url)
    gateway.pay(url)

    deliveries = gateway.deliveries()

    assert [(row.event, data_of(row)["status"]) for row in deliveries] == [
        ("charge.completed", "failed"),
        ("charge.completed", "successful"),
    ]
    assert {row.headers["verif-hash"] for row in deliveries} == {FLUTTERWAVE_HASH}
    assert data_of(deliveries[1])["amount"] == 5000


@pytest.mark.parametrize(
    ("status", "event", "clock_field"),
    [
        ("success", "transfer.success", "createdAt"),
        ("failed", "transfer.failed", "created_at"),
        ("reversed", "transfer.reversed", "created_at"),
    ],
)
def test_transfer_events_have_the_recipient_as_an_object(
    gateway: Gateway, paystack: Api, recipient: str, status: str, event: str, clock_field: str
) -> None:
    send_transfer(paystack, gateway, recipient)
    gateway.settle_transfer(PAYOUT, status)

    (delivery,) = gateway.deliveries()

    data = data_of(delivery)
    assert (delivery.event, data["status"], data["reference"], data["fee_charged"]) == (event, status, PAYOUT, 1_000)
    assert data["recipient"]["details"]["account_number"] == "0001234567"
    assert clock_field in data


def test_late_reversal_comes_after_success_with_the_time_of_sending(
    gateway: Gateway, paystack: Api, recipient: str
) -> None:
    gateway.fault("late_reversal")
    send_transfer(paystack, gateway, recipient)

    gateway.command("transfers/settle")
    gateway.command("transfers/settle")

    success, reversal = gateway.deliveries()
    assert (success.event, reversal.event) == ("transfer.success", "transfer.reversed")
    assert data_of(reversal)["transferred_at"]


def test_nothing_is_told_of_a_blocked_transfer(gateway: Gateway, paystack: Api, recipient: str) -> None:
    send_transfer(paystack, gateway, recipient)

    gateway.settle_transfer(PAYOUT, "blocked")

    assert gateway.deliveries() == []


def test_flutterwave_has_one_transfer_event_for_both_outcomes(gateway: Gateway, flutterwave: Api) -> None:
    gateway.set_balance(1_000_000, provider="flutterwave")
    for number, status in enumerate(("success", "failed")):
        order = {"account_bank": "044", "account_number": "0690000031", "amount": 1000, "currency": "NGN"}
        flutterwave("POST", "/transfers", json=order | {"reference": f"{PAYOUT}-{number}"})
        gateway.settle_transfer(f"{PAYOUT}-{number}", status)

    deliveries = gateway.deliveries()

    assert [(row.event, data_of(row)["status"]) for row in deliveries] == [
        ("transfer.completed", "SUCCESSFUL"),
        ("transfer.completed", "FAILED"),
    ]
    assert json.loads(deliveries[0].body)["event.type"] == "Transfer"
    assert "fullname" in data_of(deliveries[0])


@pytest.mark.parametrize(("end", "told"), [("processed", "1000"), ("failed", 1_000), ("needs-attention", 1_000)])
def test_refund_events_give_the_amount_as_text_while_it_goes_well(
    end: str, told: object, gateway: Gateway, paystack: Api, checkout: Callable[..., str]
) -> None:
    gateway.pay(checkout())
    paystack("POST", "/refund", json={"transaction": PAYMENT, "amount": 1_000})
    gateway.settle_refund(PAYMENT)
    gateway.settle_refund(PAYMENT, end)

    rows = [row for row in gateway.deliveries() if row.event.startswith("refund.")]

    assert [(row.event, data_of(row)["amount"]) for row in rows] == [
        ("refund.pending", "1000"),
        ("refund.processing", "1000"),
        (f"refund.{end}", told),
    ]
    assert (data_of(rows[0])["refund_reference"], data_of(rows[0])["transaction_reference"]) == (None, PAYMENT)


def test_delivery_sends_the_signed_bytes_and_200_ends_it(
    gateway: Gateway, receiver: Receiver, checkout: Callable[..., str]
) -> None:
    gateway.pay(checkout(metadata={"who": "Adé"}))

    (sent,) = gateway.send_webhooks()

    ((path, body, headers),) = receiver.received
    assert (path, body) == ("/api/webhooks/paystack", sent.body)
    assert headers["x-paystack-signature"] == signature(sent)
    assert (sent.state, sent.attempts, sent.last_status) == ("delivered", 1, 200)


@pytest.mark.parametrize("status", [201, 302, 400, 500])
def test_anything_but_200_is_a_failed_try_and_redirects_are_not_followed(
    gateway: Gateway, receiver: Receiver, checkout: Callable[..., str], status: int
) -> None:
    receiver.statuses = [status]
    gateway.pay(checkout())

    (sent,) = gateway.send_webhooks()

    assert (sent.state, sent.attempts, sent.last_status) == ("waiting", 1, status)
    assert len(receiver.received) == 1


@pytest.mark.parametrize(("provider", "tries"), [("paystack", 11), ("flutterwave", 4)])
def test_the_provider_gives_up_after_its_schedule(
    gateway: Gateway,
    receiver: Receiver,
    checkout: Callable[..., str],
    link: Callable[..., str],
    provider: str,
    tries: int,
) -> None:
    """A test key's events: at once and hourly for 10 h. Flutterwave: at once and three times more."""
    receiver.statuses = [500] * 20
    gateway.pay(checkout() if provider == "paystack" else link())
    (delivery,) = gateway.deliveries()

    for _ in range(tries - 1):
        gateway.send_webhooks([delivery.id])
    assert gateway.deliveries()[0].state == "waiting"
    gateway.send_webhooks([delivery.id])

    assert (gateway.deliveries()[0].state, gateway.deliveries()[0].attempts) == ("given_up", tries)


def test_the_courier_settles_sends_and_retries_by_itself(
    gateway: Gateway, receiver: Receiver, paystack: Api, recipient: str
) -> None:
    receiver.statuses = [503, 500]
    gateway.mode(webhooks="auto", settling="auto", settle_seconds=0)
    send_transfer(paystack, gateway, recipient)

    deadline = time.monotonic() + 15
    while time.monotonic() < deadline and not gateway.deliveries(state="delivered"):
        time.sleep(0.05)

    (delivery,) = gateway.deliveries()
    assert (delivery.event, delivery.state, delivery.attempts) == ("transfer.success", "delivered", 3)
    assert len(receiver.received) == 3


def test_duplicate_reorder_tamper_and_drop(gateway: Gateway, receiver: Receiver, checkout: Callable[..., str]) -> None:
    order = []
    for number, kind in enumerate(("reorder_webhooks", "duplicate_webhook", "tamper_webhook", "drop_webhook")):
        gateway.fault(kind)
        reference = f"pay-000000000000000{number}"
        order.append(reference)
        gateway.pay(checkout(reference=reference))

    rows = gateway.deliveries(state="waiting")

    first, second, third, _ = order
    assert sorted(row.reference for row in rows) == [first, second, second, third]
    assert [row.reference for row in rows].index(first) > [row.reference for row in rows].index(second)
    tampered = next(row for row in rows if row.reference == third)
    assert tampered.headers["x-paystack-signature"] != signature(tampered)
    assert data_of(tampered)["amount"] == 5_000_001


def test_redelivery_out_of_order_many_times_and_tampered(
    gateway: Gateway, receiver: Receiver, checkout: Callable[..., str]
) -> None:
    for number in range(2):
        gateway.pay(checkout(reference=f"pay-000000000000000{number}"))
    first, second = gateway.deliveries()

    gateway.send_webhooks([second.id, first.id])
    gateway.send_webhooks([first.id], times=3)
    gateway.send_webhooks([first.id], tamper=True)

    bodies = [body for _, body, _ in receiver.received]
    assert bodies[:5] == [second.body, first.body, first.body, first.body, first.body]
    assert json.loads(bodies[5])["data"]["amount"] == 5_000_001
    assert {row.state for row in gateway.deliveries()} == {"delivered"}
