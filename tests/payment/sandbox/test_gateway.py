"""The gateway as a program: its pages, its control API, races, and where it refuses to start."""

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.payment.sandbox.conftest import Api
from tests.support.gateway import Gateway

REFERENCE = "pay-0000000000000001"
CALLBACK = "https://payshift.example/paid?job=7"


def get(url: str) -> httpx.Response:
    return httpx.get(url, trust_env=False)


def test_checkout_page_shows_amount_and_three_buttons(checkout: Callable[..., str]) -> None:
    url = checkout(amount=1_234_567)

    page = get(url)

    assert page.status_code == 200
    assert "NGN 12,345.67" in page.text
    assert all(
        f'action="/checkout/{url.rpartition("/")[2]}/{action}"' in page.text for action in ("pay", "fail", "abandon")
    )
    assert 'name="viewport"' in page.text


@pytest.mark.parametrize("path", ["/checkout/unknown", "/control/unknown", "/paystack/unknown"])
def test_unknown_paths_are_404(gateway: Gateway, path: str) -> None:
    headers = {"Authorization": "Bearer sk_test_sandbox"}

    assert httpx.get(f"{gateway.url}{path}", headers=headers, trust_env=False).status_code == 404


@pytest.mark.parametrize("path", ["/transaction/", "//transaction", "/transaction/?perPage=5", "/bank//resolve/"])
def test_paths_are_taken_as_client_libraries_write_them(gateway: Gateway, paystack: Api, path: str) -> None:
    wanted = {"account_number": "0001234567", "bank_code": "058"} if "bank" in path else None

    answer = paystack("GET", f"{gateway.paystack_url}{path}", params=wanted)

    assert (answer.status_code, answer.json()["status"]) == (200, True)


def test_paystack_sends_the_browser_back_with_both_references(gateway: Gateway, checkout: Callable[..., str]) -> None:
    url = checkout(callback_url=CALLBACK)

    declined, left, paid = gateway.fail(url), gateway.abandon(url), gateway.pay(url)

    assert declined == f"/checkout/{url.rpartition('/')[2]}"
    assert left == paid == f"{CALLBACK}&trxref={REFERENCE}&reference={REFERENCE}"


def test_paystack_leaves_to_the_cancel_action(gateway: Gateway, checkout: Callable[..., str]) -> None:
    url = checkout(callback_url=CALLBACK, metadata={"cancel_action": "payshift://jobs/7"})

    assert gateway.abandon(url) == f"payshift://jobs/7?trxref={REFERENCE}&reference={REFERENCE}"


def test_flutterwave_sends_the_browser_back_with_status_and_ids(gateway: Gateway, link: Callable[..., str]) -> None:
    url = link(redirect_url=CALLBACK)

    left, failed, paid = gateway.abandon(url), gateway.fail(url), gateway.pay(url)

    number = gateway.charge(REFERENCE)["id"]
    assert left == f"{CALLBACK}&status=cancelled&tx_ref={REFERENCE}"
    assert failed == f"{CALLBACK}&status=failed&tx_ref={REFERENCE}&transaction_id={number}"
    assert paid == f"{CALLBACK}&status=successful&tx_ref={REFERENCE}&transaction_id={number}"


def test_payment_pressed_twenty_times_at_once_is_paid_once(gateway: Gateway, checkout: Callable[..., str]) -> None:
    url = checkout()

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: httpx.post(f"{url}/pay", trust_env=False, timeout=30).status_code, range(20)))

    assert sorted(answers) == [303] + [409] * 19
    assert gateway.balance_kobo() == 482_500
    assert len(gateway.deliveries()) == 1


def test_parallel_transfers_never_overdraw_the_balance(gateway: Gateway, paystack: Api, recipient: str) -> None:
    gateway.set_balance(303_000)

    def send(number: int) -> int:
        order = {"source": "balance", "amount": 100_000, "recipient": recipient, "reference": f"payout-{number:016}"}
        return paystack("POST", "/transfer", json=order, timeout=30).status_code

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(send, range(10)))

    assert sorted(answers) == [200] * 3 + [400] * 7
    assert gateway.balance_kobo() == 0


def test_index_page_shows_what_happened(gateway: Gateway, checkout: Callable[..., str]) -> None:
    gateway.pay(checkout())
    gateway.fault("delay", operation="balance")

    page = get(f"{gateway.url}/")

    assert page.status_code == 200
    assert REFERENCE in page.text
    assert "charge.success" in page.text
    assert "delay on paystack balance, 1 left" in page.text


def test_buttons_of_the_index_page_lead_back_to_it(gateway: Gateway) -> None:
    order = {"provider": "paystack", "balance_kobo": "12300"}

    answer = httpx.post(f"{gateway.url}/control/balance", data=order, trust_env=False)

    assert (answer.status_code, answer.headers["location"]) == (302, "/")
    assert gateway.balance_kobo() == 12_300


@pytest.mark.parametrize(
    ("command", "order"),
    [
        ("balance", {"balance_kobo": "much"}),
        ("balance", {"balance_kobo": 1, "extra": 1}),
        ("transfers/settle", {"reference": "x"}),
    ],
)
def test_control_refuses_a_bad_order_with_400(gateway: Gateway, command: str, order: dict[str, object]) -> None:
    answer = httpx.post(f"{gateway.url}/control/{command}", json=order, trust_env=False)

    assert answer.status_code == 400
    assert answer.json()["error"]


def test_clock_moves_and_comes_back(gateway: Gateway, paystack: Api, checkout: Callable[..., str]) -> None:
    try:
        gateway.command("clock", advance_seconds=10 * 365 * 24 * 3600)
        gateway.pay(checkout())
        moved = paystack("GET", f"/transaction/verify/{REFERENCE}").json()["data"]["paid_at"]
    finally:
        gateway.command("clock/reset")
    checkout(reference="pay-0000000000000002")

    later = paystack("GET", "/transaction/verify/pay-0000000000000002").json()["data"]["created_at"]
    assert moved > later
    assert gateway.deliveries()[0].due_at < moved


def test_reset_is_a_new_gateway(gateway: Gateway, checkout: Callable[..., str]) -> None:
    gateway.pay(checkout())
    gateway.set_balance(5)

    gateway.reset()

    assert gateway.state() == {
        "balances_kobo": {"paystack": 0, "flutterwave": 0},
        "charges": [],
        "transfers": [],
        "refunds": [],
        "numbers": [],
        "deliveries": [],
        "faults": [],
        "answered": [],
    }


@pytest.mark.parametrize("module", ["payment.sandbox.wsgi", "payment.sandbox.settings"])
def test_gateway_does_not_start_without_debug(module: str) -> None:
    environment = os.environ | {"DEBUG": "0", "TIME_TRAVEL": "0", "DJANGO_SETTINGS_MODULE": "payment.sandbox.settings"}

    result = subprocess.run(
        [sys.executable, "-c", f"import {module}"], env=environment, capture_output=True, text=True, timeout=60
    )

    assert result.returncode == 1
    assert "The sandbox gateway is for development and tests: it does not start with DEBUG off." in result.stderr
