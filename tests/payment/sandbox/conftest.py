from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.support.gateway import FLUTTERWAVE_KEY, PAYSTACK_KEY, Gateway

type Api = Callable[..., httpx.Response]


def api(base_url: str, key: str) -> Iterator[Api]:
    with httpx.Client(base_url=base_url, headers={"Authorization": f"Bearer {key}"}, trust_env=False) as client:
        yield client.request


@pytest.fixture
def paystack(gateway: Gateway) -> Iterator[Api]:
    """`paystack("POST", "/transfer", json=...)` with the right key."""
    yield from api(gateway.paystack_url, PAYSTACK_KEY)


@pytest.fixture
def flutterwave(gateway: Gateway) -> Iterator[Api]:
    yield from api(gateway.flutterwave_url, FLUTTERWAVE_KEY)


@pytest.fixture
def checkout(paystack: Api) -> Callable[..., str]:
    """Start a Paystack payment; returns its checkout URL."""

    def start(reference: str = "pay-0000000000000001", amount: int = 500_000, **extra: Any) -> str:
        body = {"email": "chidi@example.com", "amount": amount, "reference": reference, **extra}
        answer = paystack("POST", "/transaction/initialize", json=body)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["data"]["authorization_url"])

    return start


@pytest.fixture
def link(flutterwave: Api) -> Callable[..., str]:
    """Start a Flutterwave payment; returns its link."""

    def start(tx_ref: str = "pay-0000000000000001", amount: float | str = 5000, **extra: Any) -> str:
        body = {
            "tx_ref": tx_ref,
            "amount": amount,
            "currency": "NGN",
            "redirect_url": "https://payshift.example/paid",
            "customer": {"email": "chidi@example.com", "name": "Chidi Okafor"},
            **extra,
        }
        answer = flutterwave("POST", "/payments", json=body)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["data"]["link"])

    return start


@pytest.fixture
def recipient(paystack: Api) -> str:
    body = {"type": "nuban", "name": "Wale Balogun", "account_number": "0001234567", "bank_code": "058"}
    return str(paystack("POST", "/transferrecipient", json=body).json()["data"]["recipient_code"])
