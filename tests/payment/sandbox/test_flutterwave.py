"""The gateway's Flutterwave v3 against PROVIDERS.md 2.1: naira, words, and what it refuses."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.payment.sandbox.conftest import Api
from tests.support.gateway import Gateway

TX_REF = "pay-0000000000000001"
REFERENCE = "payout-0000000000000001"
PAYMENT = {
    "tx_ref": TX_REF,
    "amount": 5000,
    "currency": "NGN",
    "redirect_url": "https://payshift.example/paid",
    "customer": {"email": "chidi@example.com"},
}
TRANSFER = {
    "account_bank": "044",
    "account_number": "0690000031",
    "amount": 1000,
    "currency": "NGN",
    "debit_currency": "NGN",
    "narration": "Wage",
    "reference": REFERENCE,
}


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer FLWSECK-other"}])
def test_missing_or_wrong_key_is_401(gateway: Gateway, headers: dict[str, str]) -> None:
    answer = httpx.get(f"{gateway.flutterwave_url}/balances", headers=headers, trust_env=False)

    assert (answer.status_code, answer.json()["status"], answer.json()["data"]) == (401, "error", None)


def test_payment_answers_a_hosted_link(flutterwave: Api, gateway: Gateway) -> None:
    body = flutterwave("POST", "/payments", json=PAYMENT).json()

    assert (body["status"], body["message"]) == ("success", "Hosted Link")
    assert body["data"]["link"].startswith(f"{gateway.url}/checkout/")


@pytest.mark.parametrize(
    "change",
    [
        {"tx_ref": ""},
        {"amount": 0},
        {"amount": -5},
        {"amount": "1.005"},
        {"amount": "many"},
        {"currency": "USD"},
        {"customer": {}},
        {"redirect_url": ""},
        {"configurations": {"session_duration": 1441}},
    ],
)
def test_payment_that_the_provider_refuses_is_a_400_and_nothing_else(
    flutterwave: Api, gateway: Gateway, change: dict[str, Any]
) -> None:
    answer = flutterwave("POST", "/payments", json=PAYMENT | change)

    assert (answer.status_code, answer.json()["status"], answer.json()["data"]) == (400, "error", None)
    assert gateway.state()["charges"] == []


def test_used_tx_ref_is_refused(flutterwave: Api, link: Callable[..., str]) -> None:
    link()

    answer = flutterwave("POST", "/payments", json=PAYMENT)

    assert (answer.status_code, "Duplicate" in answer.json()["message"]) == (400, True)


def test_transaction_exists_only_after_a_try(flutterwave: Api, gateway: Gateway, link: Callable[..., str]) -> None:
    url = link()
    seen = []
    for action in (None, gateway.abandon, gateway.fail, gateway.pay):
        if action:
            action(url)
        answer = flutterwave("GET", "/transactions/verify_by_reference", params={"tx_ref": TX_REF})
        seen.append((answer.status_code, (answer.json()["data"] or {}).get("status")))

    assert seen == [(404, None), (404, None), (200, "failed"), (200, "successful")]


def test_verify_by_id_and_by_reference_are_the_same_and_in_naira(
    flutterwave: Api, gateway: Gateway, link: Callable[..., str]
) -> None:
    gateway.pay(link(amount=1234.56, meta={"job": "7"}))

    data = flutterwave("GET", "/transactions/verify_by_reference", params={"tx_ref": TX_REF}).json()["data"]
    by_id = flutterwave("GET", f"/transactions/{data['id']}/verify").json()["data"]

    assert by_id == data
    assert (data["amount"], data["charged_amount"], data["app_fee"]) == (1234.56, 1234.56, 17.28)
    assert (data["amount_settled"], data["currency"], data["status"]) == (1217.28, "NGN", "successful")
    assert (data["tx_ref"], data["meta"], data["payment_type"]) == (TX_REF, {"job": "7"}, "card")
    assert gateway.balance_kobo("flutterwave") == 121_728


@pytest.mark.parametrize(
    "path", ["/transactions/1/verify", "/transactions/verify_by_reference?tx_ref=x", "/transfers/1"]
)
def test_unknown_things_are_404(flutterwave: Api, path: str) -> None:
    assert flutterwave("GET", path).status_code == 404


def test_disabled_link_cannot_be_paid(flutterwave: Api, gateway: Gateway, link: Callable[..., str]) -> None:
    url = link()

    assert flutterwave("POST", "/payments/link/disable", json={"link": url}).status_code == 200
    assert httpx.post(f"{url}/pay", trust_env=False).status_code == 409
    assert gateway.charge(TX_REF)["status"] == "unseen"


def test_refund_is_called_completed_from_its_beginning(
    flutterwave: Api, gateway: Gateway, link: Callable[..., str]
) -> None:
    gateway.pay(link())
    transaction = gateway.charge(TX_REF)["id"]

    data = flutterwave("POST", f"/transactions/{transaction}/refund", json={"amount": 12.5}).json()["data"]
    too_much = flutterwave("POST", f"/transactions/{transaction}/refund", json={"amount": 5000})

    assert (data["amount_refunded"], data["status"], data["tx_id"]) == (12.5, "completed", transaction)
    assert flutterwave("GET", f"/refunds/{data['id']}").json()["data"] == data
    assert too_much.status_code == 400
    assert gateway.balance_kobo("flutterwave") == 500_000 - 7_000 - 1_250

    for _ in range(2):
        gateway.settle_refund(TX_REF)
    done = flutterwave("GET", f"/refunds/{data['id']}").json()["data"]["status"]
    (told,) = [json.loads(row.body) for row in gateway.deliveries() if row.event == "refund"]
    assert done in {"completed-mpgs", "completed-bank-transfer"}
    assert (told["TransactionId"], told["AmountRefunded"], told["status"]) == (transaction, 12.5, done)


def test_banks_and_name_enquiry(flutterwave: Api, gateway: Gateway) -> None:
    gateway.register_account(bank_code="044", account_number="0690000031", account_name="BALOGUN WALE")

    banks = flutterwave("GET", "/banks/NG").json()["data"]
    order = {"account_number": "0690000031", "account_bank": "044"}
    known = flutterwave("POST", "/accounts/resolve", json=order).json()["data"]
    unknown = flutterwave("POST", "/accounts/resolve", json=order | {"account_number": "9999000000"})

    assert len(banks) >= 25
    assert banks[0].keys() == {"id", "code", "name"}
    assert known == {"account_number": "0690000031", "account_name": "BALOGUN WALE"}
    assert (unknown.status_code, unknown.json()["data"]) == (400, None)


def test_transfer_is_new_then_pending_then_successful(flutterwave: Api, gateway: Gateway) -> None:
    gateway.set_balance(1_000_000, provider="flutterwave")

    body = flutterwave("POST", "/transfers", json=TRANSFER).json()
    statuses = [body["data"]["status"]]
    statuses.append(flutterwave("GET", f"/transfers/{body['data']['id']}").json()["data"]["status"])
    gateway.settle_transfer(REFERENCE)
    statuses.append(flutterwave("GET", f"/transfers/{body['data']['id']}").json()["data"]["status"])

    assert body["message"] == "Transfer Queued Successfully"
    assert statuses == ["NEW", "PENDING", "SUCCESSFUL"]
    assert (body["data"]["fee"], body["data"]["amount"], body["data"]["bank_name"]) == (10.75, 1000, "Access Bank")
    assert gateway.balance_kobo("flutterwave") == 1_000_000 - 101_075


def test_fee_has_half_a_kobo_and_the_balance_moves_by_whole_ones(flutterwave: Api, gateway: Gateway) -> None:
    gateway.set_balance(5_000_000, provider="flutterwave")

    data = flutterwave("POST", "/transfers", json=TRANSFER | {"amount": 20_000}).json()["data"]

    assert data["fee"] == 26.875
    assert gateway.balance_kobo("flutterwave") == 5_000_000 - 2_000_000 - 2_688


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"amount": 0}, "amount"),
        ({"reference": ""}, "reference is required"),
        ({"reference": "x" * 101}, "at most 100"),
        ({"currency": "USD"}, "currency"),
        ({"account_bank": "000"}, "account number is invalid"),
        ({"amount": 100_000}, "Insufficient funds"),
    ],
)
def test_transfer_that_the_provider_refuses_moves_nothing(
    flutterwave: Api, gateway: Gateway, change: dict[str, Any], words: str
) -> None:
    gateway.set_balance(1_000_000, provider="flutterwave")

    answer = flutterwave("POST", "/transfers", json=TRANSFER | change)

    assert answer.status_code == 400
    assert words in answer.json()["message"]
    assert (gateway.transfers(), gateway.balance_kobo("flutterwave")) == ([], 1_000_000)


def test_repeated_reference_is_refused_and_counted(flutterwave: Api, gateway: Gateway) -> None:
    gateway.set_balance(1_000_000, provider="flutterwave")
    flutterwave("POST", "/transfers", json=TRANSFER)

    assert flutterwave("POST", "/transfers", json=TRANSFER).status_code == 400
    assert gateway.transfer(REFERENCE)["repeats"] == 1


def test_list_by_reference_is_not_exact(flutterwave: Api, gateway: Gateway) -> None:
    gateway.set_balance(1_000_000, provider="flutterwave")
    for suffix in ("", "-2"):
        flutterwave("POST", "/transfers", json=TRANSFER | {"reference": f"{REFERENCE}{suffix}"})

    body = flutterwave("GET", "/transfers", params={"reference": REFERENCE}).json()

    assert [row["reference"] for row in body["data"]] == [f"{REFERENCE}-2", REFERENCE]
    assert body["meta"]["page_info"]["total"] == 2


@pytest.mark.parametrize("change", [{"account_number": "0690000036"}, {"reference": f"{REFERENCE}_PMCK_ST_F"}])
def test_the_providers_own_test_values_fail(flutterwave: Api, gateway: Gateway, change: dict[str, str]) -> None:
    gateway.set_balance(1_000_000, provider="flutterwave")
    data = flutterwave("POST", "/transfers", json=TRANSFER | change).json()["data"]

    gateway.command("transfers/settle")

    read = flutterwave("GET", f"/transfers/{data['id']}").json()["data"]
    assert (read["status"], "blacklisted" in read["complete_message"]) == ("FAILED", "account_number" in change)
    assert gateway.balance_kobo("flutterwave") == 1_000_000


def test_failed_transfer_is_retried_under_a_reference_of_the_provider(flutterwave: Api, gateway: Gateway) -> None:
    gateway.set_balance(1_000_000, provider="flutterwave")
    transfer = flutterwave("POST", "/transfers", json=TRANSFER).json()["data"]["id"]

    early = flutterwave("POST", f"/transfers/{transfer}/retries")
    gateway.settle_transfer(REFERENCE, "failed")
    retried = flutterwave("POST", f"/transfers/{transfer}/retries")

    assert early.status_code == 400
    assert retried.json()["data"]["reference"] == f"{REFERENCE}_PMCKDU_1"


def test_balances_are_in_naira(flutterwave: Api, gateway: Gateway) -> None:
    gateway.set_balance(123_456, provider="flutterwave")

    expected = {"currency": "NGN", "available_balance": 1234.56, "ledger_balance": 1234.56}
    assert flutterwave("GET", "/balances").json()["data"] == [expected]
    assert flutterwave("GET", "/balances/NGN").json()["data"] == expected
