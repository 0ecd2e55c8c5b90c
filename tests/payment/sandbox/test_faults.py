"""The gateway's faults: what the caller sees, and what really happened."""

from collections.abc import Callable

import httpx
import pytest

from tests.payment.sandbox.conftest import Api
from tests.support.gateway import Gateway

REFERENCE = "payout-0000000000000001"


@pytest.fixture
def send(paystack: Api, gateway: Gateway, recipient: str) -> Callable[[], httpx.Response]:
    gateway.set_balance(1_000_000)
    order = {"source": "balance", "amount": 100_000, "recipient": recipient, "reference": REFERENCE}
    return lambda: paystack("POST", "/transfer", json=order)


@pytest.mark.parametrize(("kind", "happened"), [("drop_request", False), ("drop_answer", True)])
def test_dropped_connection_is_a_protocol_error_for_the_client(
    gateway: Gateway, send: Callable[[], httpx.Response], kind: str, happened: bool
) -> None:
    gateway.fault(kind, operation="transfer")

    with pytest.raises(httpx.RemoteProtocolError):
        send()

    assert bool(gateway.transfers()) is happened
    assert (gateway.balance_kobo() < 1_000_000) is happened


@pytest.mark.parametrize(("kind", "happened"), [("error_5xx_before", False), ("error_5xx_after_effect", True)])
def test_server_error_before_and_after_the_effect(
    gateway: Gateway, send: Callable[[], httpx.Response], kind: str, happened: bool
) -> None:
    gateway.fault(kind, operation="transfer")

    answer = send()

    assert (answer.status_code, answer.json()["status"]) == (502, False)
    assert bool(gateway.transfers()) is happened


def test_flutterwave_times_out_with_503(gateway: Gateway, flutterwave: Api) -> None:
    gateway.fault("error_5xx_after_effect", provider="flutterwave", operation="balance")

    answer = flutterwave("GET", "/balances")

    assert (answer.status_code, answer.json()["status"]) == (503, "error")


def test_rate_limit_answers_429_with_its_headers(gateway: Gateway, send: Callable[[], httpx.Response]) -> None:
    gateway.fault("rate_limited", operation="transfer")

    answer = send()

    assert (answer.status_code, answer.json()["code"]) == (429, "rate_limited")
    assert answer.headers["x-ratelimit-remaining"] == "0"
    assert {"x-ratelimit-reset", "x-ratelimit-limit"} <= set(answer.headers)
    assert gateway.transfers() == []


def test_delay_is_longer_than_the_clients_patience(gateway: Gateway, paystack: Api) -> None:
    gateway.fault("delay", operation="balance", value="0.6")

    with pytest.raises(httpx.ReadTimeout):
        paystack("GET", "/balance", timeout=0.2)


def test_fault_is_used_up_and_meets_its_operation_only(gateway: Gateway, paystack: Api) -> None:
    gateway.fault("error_5xx_before", operation="balance", times=2)

    assert paystack("GET", "/bank").status_code == 200
    assert [paystack("GET", "/balance").status_code for _ in range(3)] == [502, 502, 200]


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("wrong_amount", "", {"amount": 250_000, "requested_amount": 500_000}),
        ("wrong_amount", "499999", {"amount": 499_999}),
        ("wrong_currency", "", {"currency": "USD", "amount": 500_000}),
        ("wrong_domain", "", {"domain": "live"}),
    ],
)
def test_payment_differs_from_what_was_asked(
    gateway: Gateway, paystack: Api, checkout: Callable[..., str], kind: str, value: str, expected: dict[str, object]
) -> None:
    url = checkout()
    gateway.fault(kind, value=value)

    gateway.pay(url)

    data = paystack("GET", "/transaction/verify/pay-0000000000000001").json()["data"]
    assert {key: data[key] for key in expected} == expected


@pytest.mark.parametrize(("kind", "status"), [("transfer_fails", "failed"), ("transfer_blocked", "blocked")])
def test_transfer_ends_as_ordered(gateway: Gateway, send: Callable[[], httpx.Response], kind: str, status: str) -> None:
    gateway.fault(kind)
    assert send().json()["data"]["status"] == "pending"

    gateway.command("transfers/settle")

    assert gateway.transfer(REFERENCE)["status"] == status


def test_plan_of_one_seed_repeats_itself(gateway: Gateway, paystack: Api) -> None:
    def run(seed: int) -> list[int]:
        gateway.plan(seed, 0.5, ["error_5xx_before", "rate_limited"])
        return [paystack("GET", "/balance").status_code for _ in range(30)]

    first, again, other = run(7), run(7), run(8)

    assert first == again != other
    assert set(first) == {200, 429, 502}


def test_clearing_ends_faults_and_plan(gateway: Gateway, paystack: Api) -> None:
    gateway.fault("rate_limited", operation="balance", times=5)
    gateway.plan(1, 1.0, ["error_5xx_before"])

    gateway.clear_faults()

    assert paystack("GET", "/balance").status_code == 200


@pytest.mark.parametrize(
    "order", [{"kind": "explode"}, {"kind": "drop_answer"}, {"kind": "late_reversal", "operation": "banks"}]
)
def test_fault_that_cannot_happen_is_refused(gateway: Gateway, order: dict[str, str]) -> None:
    with pytest.raises(AssertionError, match="400"):
        gateway.command("faults", **order)
