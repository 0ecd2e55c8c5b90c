"""The sandbox gateway as a pytest plugin: the real server, in its own process, on this test process's database.

`gateway` starts empty in every test, with webhooks and settling in manual mode, and the settings point the adapters at
it. Each pytest-xdist worker has its own server, because each has its own database.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
import pytest
from django.conf import settings as django_settings
from django.test import Client
from pytest_django import Settings

from payment.providers.hurry import gate_of

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

PAYSTACK_KEY = "sk_test_sandbox"
FLUTTERWAVE_KEY = "FLWSECK_TEST-sandbox"
FLUTTERWAVE_HASH = "sandbox-hash"
PREMBLY_KEY = "test_sk_sandbox"
START_SECONDS = 60


@dataclass(frozen=True)
class Delivery:
    """A webhook as it left the provider: exact body and headers."""

    id: int
    provider: str
    event: str
    reference: str
    body: str
    headers: dict[str, str]
    state: str
    held: bool
    attempts: int
    last_status: int | None
    last_error: str
    due_at: str

    @property
    def path(self) -> str:
        return f"/api/webhooks/{self.provider}"


class Gateway:
    """What a test asks of the gateway. Payments, transfers and refunds are dicts, as GET /control/state gives them."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.paystack_url = f"{url}/paystack"
        self.flutterwave_url = f"{url}/flutterwave/v3"
        self.prembly_url = f"{url}/prembly"
        self._http = httpx.Client(base_url=url, timeout=60, trust_env=False, follow_redirects=False)

    def pay(self, authorization_url: str) -> str:
        """The customer pays. Returns the URL that the browser is sent back to."""
        return self._checkout(authorization_url, "pay")

    def fail(self, authorization_url: str) -> str:
        return self._checkout(authorization_url, "fail")

    def abandon(self, authorization_url: str) -> str:
        return self._checkout(authorization_url, "abandon")

    def deliveries(self, *, reference: str = "", event: str = "", state: str = "") -> list[Delivery]:
        """In the order in which they leave. States: waiting, delivered, given_up."""
        found = [Delivery(**row) for row in self.state(reference)["deliveries"]]
        return [row for row in found if event in ("", row.event) and state in ("", row.state)]

    def post_webhook(self, client: Client, delivery: Delivery) -> "Answer":
        """Hand one delivery to the application in this process, and tell the gateway what it answered."""
        response = client.post(
            delivery.path, data=delivery.body, content_type="application/json", headers=_without_type(delivery.headers)
        )
        self.command("deliveries/record", id=delivery.id, status=response.status_code)
        return response

    def post_webhooks(self, client: Client, *, reference: str = "") -> list["Answer"]:
        """Hand over all that wait, in order."""
        waiting = self.deliveries(reference=reference, state="waiting")
        return [self.post_webhook(client, delivery) for delivery in waiting]

    def send_webhooks(
        self, ids: Sequence[int] | None = None, *, times: int = 1, tamper: bool = False
    ) -> list[Delivery]:
        """Have the gateway post them itself, to where `mode(webhook_base_url=…)` points: a live server."""
        order = {"times": times, "tamper": tamper} | ({} if ids is None else {"ids": list(ids)})
        return [Delivery(**row) for row in self.command("deliveries/deliver", **order)["deliveries"]]

    def settle_transfer(self, reference: str, status: str = "success", message: str = "") -> dict[str, Any]:
        """success, failed, reversed, blocked, rejected; from otp: pending or abandoned."""
        answer = self.command("transfers/settle", reference=reference, status=status, message=message)
        return dict(answer["transfers"][0])

    def settle_refund(self, reference: str, status: str = "") -> dict[str, Any]:
        """The next step, or: processing, processed, failed, needs-attention."""
        return dict(self.command("refunds/settle", reference=reference, status=status)["refunds"][0])

    def fault(
        self, kind: str, *, provider: str = "paystack", operation: str = "", times: int = 1, value: str = ""
    ) -> None:
        """See payment/sandbox/faults.py for kinds and operations."""
        self.command("faults", kind=kind, provider=provider, operation=operation, times=times, value=value)

    def clear_faults(self) -> None:
        self.command("faults/clear")

    def plan(self, seed: int, rate: float, kinds: Sequence[str] = ()) -> None:
        self.command("plan", seed=seed, rate=rate, kinds=list(kinds))

    def charge_back(self, reference: str, amount_kobo: int | None = None) -> int:
        return int(self.command("chargebacks", reference=reference, amount_kobo=amount_kobo)["id"])

    def deposit(self, account_number: str, amount_kobo: int, currency: str = "NGN") -> str:
        """Somebody sends money to this number. Its reference at the provider."""
        order = {"account_number": account_number, "amount_kobo": amount_kobo, "currency": currency}
        return str(self.command("deposits", **order)["reference"])

    def settle_charges(self, *, provider: str = "paystack", kept_kobo: int = 0, again: bool = False) -> str:
        """All that was paid and not settled before, or all that was paid. The provider's number of the settlement."""
        return str(self.command("settlements", provider=provider, kept_kobo=kept_kobo, again=again)["id"])

    def correct_settlement(self, number: str) -> None:
        """What was settled before is taken out of it."""
        self.command("settlements/correct", id=int(number))

    def refuse_account(self, email: str) -> None:
        """The provider tells that this customer gets no account number."""
        self.command("accounts/refuse", email=email)

    def decide_chargeback(self, chargeback_id: int, resolution: str, refund_kobo: int | None = None) -> dict[str, Any]:
        """merchant-accepted, auto-accepted, declined."""
        return self.command("chargebacks/resolve", id=chargeback_id, resolution=resolution, refund_kobo=refund_kobo)

    def register_account(self, *, bank_code: str, account_number: str, account_name: str) -> None:
        self.command("accounts", bank_code=bank_code, account_number=account_number, account_name=account_name)

    def set_balance(self, balance_kobo: int, *, provider: str = "paystack") -> None:
        self.command("balance", provider=provider, balance_kobo=balance_kobo)

    def mode(self, **modes: str | float) -> None:
        """webhooks and settling: auto or manual; settle_seconds; webhook_base_url."""
        self.command("mode", **modes)

    def answer_pushes(self, browser: str, status: int) -> None:
        """201 takes them, 410 says that the browser is gone."""
        self.command("pushes/answer", browser=browser, status=status)

    def pushes(self) -> list[dict[str, Any]]:
        """What arrived at the push service, oldest first: browser, headers, and the body in hexadecimal."""
        answer = self._http.get("/control/pushes")
        answer.raise_for_status()
        return list(answer.json()["pushes"])

    def state(self, reference: str = "") -> dict[str, Any]:
        answer = self._http.get("/control/state", params={"reference": reference})
        answer.raise_for_status()
        return dict(answer.json())

    def charge(self, reference: str) -> dict[str, Any]:
        (row,) = self.state(reference)["charges"]
        return dict(row)

    def transfer(self, reference: str) -> dict[str, Any]:
        (row,) = self.state(reference)["transfers"]
        return dict(row)

    def transfers(self) -> list[dict[str, Any]]:
        return list(self.state()["transfers"])

    def balance_kobo(self, provider: str = "paystack") -> int:
        return int(self.state()["balances_kobo"][provider])

    def reset(self) -> None:
        self.command("reset")

    def command(self, name: str, **order: object) -> dict[str, Any]:
        answer = self._http.post(f"/control/{name}", json=order)
        assert answer.status_code == 200, f"{name}: {answer.status_code} {answer.text}"
        return dict(answer.json())

    def close(self) -> None:
        self._http.close()

    def _checkout(self, authorization_url: str, action: str) -> str:
        answer = self._http.post(f"{authorization_url}/{action}")
        assert answer.status_code == 303, f"{action}: {answer.status_code}"
        return answer.headers["Location"]


@pytest.fixture(scope="session")
def gateway_server(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """One server for all tests of this process, on the test database under its name of now."""
    port = _free_port()
    log = tmp_path_factory.mktemp("gateway") / "gateway.log"
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", "1", "--blocking-threads", "8", "payment.sandbox.wsgi:application"]
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=_environment(), stdout=output, stderr=subprocess.STDOUT)
    gateway = Gateway(f"http://127.0.0.1:{port}")
    try:
        _wait_until_answering(gateway, process, log)
        yield gateway
    finally:
        gateway.close()
        process.terminate()
        process.wait(timeout=30)


@pytest.fixture
def gateway(gateway_server: Gateway, settings: Settings) -> Iterator[Gateway]:
    """An empty gateway, and adapters that speak to it."""
    settings.SANDBOX_GATEWAY_URL = gateway_server.url
    # A busy machine is not a slow provider, and races ask all at once: tests of these limits set their own.
    settings.PROVIDER_REQUEST_SECONDS, settings.PROVIDER_CALLS_AT_ONCE = 30.0, 64
    gate_of.cache_clear()
    settings.PAYSTACK_BASE_URL = gateway_server.paystack_url
    settings.PAYSTACK_SECRET_KEY = PAYSTACK_KEY
    settings.FLUTTERWAVE_BASE_URL = gateway_server.flutterwave_url
    settings.FLUTTERWAVE_SECRET_KEY = FLUTTERWAVE_KEY
    settings.FLUTTERWAVE_WEBHOOK_HASH = FLUTTERWAVE_HASH
    settings.PREMBLY_BASE_URL = gateway_server.prembly_url
    settings.PREMBLY_SECRET_KEY = PREMBLY_KEY
    gateway_server.reset()
    yield gateway_server
    # Back to manual modes before the database is emptied: the courier must not be in the middle of something.
    gateway_server.reset()


def _environment() -> dict[str, str]:
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{django_settings.DATABASES['default']['NAME']}")
    own = {name: value for name, value in os.environ.items() if name != "DATABASE_OWNER_URL"}
    return own | {
        "DATABASE_URL": database.geturl(),
        "DATABASE_POOL_SIZE": "8",
        "DEBUG": "1",
        "TIME_TRAVEL": "1",
        "PAYSTACK_SECRET_KEY": PAYSTACK_KEY,
        "FLUTTERWAVE_SECRET_KEY": FLUTTERWAVE_KEY,
        "FLUTTERWAVE_WEBHOOK_HASH": FLUTTERWAVE_HASH,
        "PREMBLY_SECRET_KEY": PREMBLY_KEY,
        "SANDBOX_WEBHOOKS": "manual",
        "SANDBOX_SETTLING": "manual",
        "SANDBOX_SETTLE_SECONDS": "0",
        # An hour between two tries is 36 ms.
        "SANDBOX_TIME_FACTOR": "100000",
        "SANDBOX_OPENING_BALANCE_KOBO": "0",
    }


def _wait_until_answering(gateway: Gateway, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            gateway.state()
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"The sandbox gateway did not start:\n{log.read_text()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _without_type(headers: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name != "content-type"}
