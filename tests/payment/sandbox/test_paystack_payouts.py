"""The gateway's Paystack against PROVIDERS.md 1.2 and 1.3: recipients, transfers, balance, refunds, disputes."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.payment.sandbox.conftest import Api
from tests.support.gateway import Gateway

REFERENCE = "payout-0000000000000001"
PAYMENT = "pay-0000000000000001"


@pytest.fixture
def send(paystack: Api, gateway: Gateway, recipient: str) -> Callable[..., Any]:
    gateway.set_balance(1_000_000)

    def transfer(**change: Any) -> Any:
        body = {
            "source": "balance",
            "amount": 100_000,
            "recipient": recipient,
            "reference": REFERENCE,
            "reason": "Wage",
        }
        return paystack("POST", "/transfer", json=body | change)

    return transfer


def test_recipient_is_created_once_per_account(paystack: Api) -> None:
    body = {"type": "nuban", "name": "Wale", "account_number": "0001234567", "bank_code": "058", "currency": "NGN"}

    first = paystack("POST", "/transferrecipient", json=body)
    again = paystack("POST", "/transferrecipient", json=body | {"name": "Another"})

    assert first.status_code == 201
    assert first.json()["data"]["recipient_code"].startswith("RCP_")
    assert first.json()["data"]["details"]["account_number"] == "0001234567"
    assert again.json()["data"] == first.json()["data"]


@pytest.mark.parametrize(
    "change", [{"name": ""}, {"type": "mobile_money"}, {"bank_code": "000"}, {"account_number": "9999000000"}]
)
def test_recipient_that_does_not_exist_is_refused(paystack: Api, change: dict[str, str]) -> None:
    body = {"type": "nuban", "name": "Wale", "account_number": "0001234567", "bank_code": "058"}

    assert paystack("POST", "/transferrecipient", json=body | change).status_code == 400
    assert paystack("GET", "/transferrecipient").json()["data"] == []


def test_transfer_is_queued_with_the_recipient_as_a_number(send: Callable[..., Any], gateway: Gateway) -> None:
    body = send().json()

    data = body["data"]
    assert body["message"] == "Transfer has been queued"
    assert (data["status"], data["amount"], data["reference"], data["currency"]) == (
        "pending",
        100_000,
        REFERENCE,
        "NGN",
    )
    assert data["transfer_code"].startswith("TRF_")
    assert isinstance(data["recipient"], int)
    # NGN 1,000 and its fee of NGN 10.
    assert gateway.balance_kobo() == 1_000_000 - 101_000


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"source": ""}, "missing_params"),
        ({"amount": 0}, "invalid_amount"),
        ({"amount": 10.5}, "invalid_amount"),
        ({"recipient": "RCP_unknown"}, "invalid_recipient"),
        ({"reference": "too-short"}, "invalid_transfer_reference"),
        ({"reference": "x" * 51}, "invalid_transfer_reference"),
        ({"reference": "Payout-0000000000000001"}, "invalid_transfer_reference"),
        ({"reference": "payout.0000000000000001"}, "invalid_transfer_reference"),
        ({"amount": 1_000_000}, "insufficient_balance"),
    ],
)
def test_transfer_that_the_provider_refuses_moves_nothing(
    send: Callable[..., Any], gateway: Gateway, change: dict[str, Any], code: str
) -> None:
    answer = send(**change)

    assert (answer.status_code, answer.json()["status"], answer.json()["code"]) == (400, False, code)
    assert gateway.transfers() == []
    assert gateway.balance_kobo() == 1_000_000


def test_repeated_reference_is_refused_counted_and_pays_once(send: Callable[..., Any], gateway: Gateway) -> None:
    send()

    answer = send()

    assert (answer.status_code, answer.json()["code"]) == (400, "duplicate_reference")
    assert gateway.transfer(REFERENCE)["repeats"] == 1
    assert gateway.balance_kobo() == 899_000


def test_repeated_reference_answers_the_first_transfer_by_the_other_reading(
    send: Callable[..., Any], gateway: Gateway
) -> None:
    first = send().json()["data"]
    gateway.fault("replay_transfer")

    assert send().json()["data"]["id"] == first["id"]
    assert gateway.balance_kobo() == 899_000


def test_verify_shows_the_recipient_as_an_object_and_the_session(
    send: Callable[..., Any], paystack: Api, gateway: Gateway
) -> None:
    send()
    gateway.settle_transfer(REFERENCE)

    data = paystack("GET", f"/transfer/verify/{REFERENCE}").json()["data"]

    assert (data["status"], data["fee_charged"], data["failures"]) == ("success", 1_000, None)
    assert data["recipient"]["details"]["bank_code"] == "058"
    assert data["session"]["provider"] == "nip"
    assert data["transferred_at"]


def test_verify_of_an_unknown_transfer_is_404(paystack: Api) -> None:
    assert paystack("GET", "/transfer/verify/payout-9999999999999999").status_code == 404


@pytest.mark.parametrize("status", ["failed", "reversed", "blocked", "rejected"])
def test_money_of_a_transfer_that_does_not_arrive_comes_back(
    send: Callable[..., Any], gateway: Gateway, paystack: Api, status: str
) -> None:
    send()

    gateway.settle_transfer(REFERENCE, status)

    assert paystack("GET", f"/transfer/verify/{REFERENCE}").json()["data"]["status"] == status
    assert gateway.balance_kobo() == 1_000_000


def test_transfer_can_be_reversed_after_success_and_only_once(send: Callable[..., Any], gateway: Gateway) -> None:
    send()
    gateway.settle_transfer(REFERENCE)

    gateway.settle_transfer(REFERENCE, "reversed")

    assert gateway.balance_kobo() == 1_000_000
    with pytest.raises(AssertionError, match="does not become reversed"):
        gateway.settle_transfer(REFERENCE, "reversed")


def test_otp_waits_for_the_code_and_then_goes_on(send: Callable[..., Any], paystack: Api, gateway: Gateway) -> None:
    gateway.fault("transfer_otp")
    body = send().json()
    order = {"transfer_code": body["data"]["transfer_code"], "otp": "000000"}

    wrong = paystack("POST", "/transfer/finalize_transfer", json=order)
    right = paystack("POST", "/transfer/finalize_transfer", json=order | {"otp": "123456"})

    assert (body["message"], body["data"]["status"]) == ("Transfer requires OTP to continue", "otp")
    assert (wrong.status_code, right.json()["data"]["status"]) == (400, "pending")


def test_otp_that_nobody_gives_abandons_the_transfer(send: Callable[..., Any], gateway: Gateway) -> None:
    gateway.fault("transfer_otp")
    send()

    assert gateway.settle_transfer(REFERENCE, "abandoned")["status"] == "abandoned"
    assert gateway.balance_kobo() == 1_000_000


def test_bulk_sends_all_or_nothing(paystack: Api, gateway: Gateway, recipient: str) -> None:
    gateway.set_balance(150_000)
    lines = [{"amount": 100_000, "recipient": recipient, "reference": f"payout-000000000000000{n}"} for n in (1, 2)]

    answer = paystack("POST", "/transfer/bulk", json={"source": "balance", "currency": "NGN", "transfers": lines})
    one = paystack("POST", "/transfer/bulk", json={"source": "balance", "currency": "NGN", "transfers": lines[:1]})

    assert (answer.status_code, answer.json()["code"]) == (400, "insufficient_balance")
    assert [row["status"] for row in one.json()["data"]] == ["pending"]
    assert len(gateway.transfers()) == 1


def test_bulk_with_a_reference_that_came_before_is_refused_counted_and_sends_nothing(
    send: Callable[..., Any], paystack: Api, gateway: Gateway, recipient: str
) -> None:
    send()
    references = (REFERENCE, "payout-0000000000000002")
    lines = [{"amount": 100_000, "recipient": recipient, "reference": reference} for reference in references]

    answer = paystack("POST", "/transfer/bulk", json={"source": "balance", "currency": "NGN", "transfers": lines})

    assert (answer.status_code, answer.json()["code"]) == (400, "duplicate_reference")
    assert [(row["reference"], row["repeats"]) for row in gateway.transfers()] == [(REFERENCE, 1)]


def test_ledger_explains_the_balance(
    send: Callable[..., Any], paystack: Api, gateway: Gateway, checkout: Callable[..., str]
) -> None:
    gateway.pay(checkout())
    send()
    paystack("POST", "/refund", json={"transaction": PAYMENT, "amount": 1_000})

    rows = paystack("GET", "/balance/ledger").json()["data"]

    moves = [(row["model_responsible"], row["difference"]) for row in rows]
    assert all(isinstance(row["model_row"], int) for row in rows)
    assert moves == [("Refund", -1_000), ("Transfer", -101_000), ("Transaction", 482_500), ("Topup", 1_000_000)]
    assert paystack("GET", "/balance").json()["data"] == [{"currency": "NGN", "balance": rows[0]["balance"]}]
    assert rows[0]["balance"] == sum(difference for _, difference in moves)


def test_refund_is_pending_then_processing_then_processed(
    paystack: Api, gateway: Gateway, checkout: Callable[..., str]
) -> None:
    gateway.pay(checkout())

    data = paystack("POST", "/refund", json={"transaction": PAYMENT}).json()["data"]
    payment = [paystack("GET", f"/transaction/verify/{PAYMENT}").json()["data"]["status"]]
    steps = [gateway.settle_refund(PAYMENT)["status"] for _ in range(2)]
    payment.append(paystack("GET", f"/transaction/verify/{PAYMENT}").json()["data"]["status"])

    assert (data["status"], data["amount"], data["deducted_amount"]) == ("pending", 500_000, 500_000)
    assert data["transaction"]["reference"] == PAYMENT
    assert steps == ["processing", "processed"]
    assert payment == ["reversal pending", "reversed"]
    assert paystack("GET", f"/refund/{data['id']}").json()["data"]["status"] == "processed"
    assert gateway.balance_kobo() == -17_500


def test_failed_refund_gives_the_money_back_and_the_payment_reads_success(
    paystack: Api, gateway: Gateway, checkout: Callable[..., str]
) -> None:
    gateway.pay(checkout())
    gateway.fault("refund_fails")
    paystack("POST", "/refund", json={"transaction": PAYMENT})

    assert gateway.settle_refund(PAYMENT)["status"] == "failed"
    assert paystack("GET", f"/transaction/verify/{PAYMENT}").json()["data"]["status"] == "success"
    assert gateway.balance_kobo() == 482_500


@pytest.mark.parametrize(
    ("paid", "order", "status"),
    [
        (True, {"transaction": "unknown"}, 404),
        (True, {"transaction": PAYMENT, "amount": 500_001}, 400),
        (True, {"transaction": PAYMENT, "amount": 0}, 400),
        (True, {}, 400),
        (False, {"transaction": PAYMENT}, 400),
    ],
)
def test_refund_never_exceeds_what_was_paid(
    paystack: Api, gateway: Gateway, checkout: Callable[..., str], paid: bool, order: dict[str, Any], status: int
) -> None:
    url = checkout()
    if paid:
        gateway.pay(url)

    assert paystack("POST", "/refund", json=order).status_code == status
    assert gateway.state()["refunds"] == []


def test_partial_refunds_add_up_to_the_payment_and_no_further(
    paystack: Api, gateway: Gateway, checkout: Callable[..., str]
) -> None:
    gateway.pay(checkout())
    for _ in range(2):
        assert paystack("POST", "/refund", json={"transaction": PAYMENT, "amount": 200_000}).status_code == 200

    assert paystack("POST", "/refund", json={"transaction": PAYMENT, "amount": 200_000}).status_code == 400
    # No official filter by payment: it is not heeded.
    assert len(paystack("GET", "/refund", params={"transaction": "1"}).json()["data"]) == 2


def test_refund_that_needs_attention_is_retried_with_an_account_and_only_then(
    paystack: Api, gateway: Gateway, checkout: Callable[..., str]
) -> None:
    gateway.pay(checkout())
    gateway.fault("refund_needs_attention")
    refund = paystack("POST", "/refund", json={"transaction": PAYMENT}).json()["data"]["id"]
    details = {"refund_account_details": {"currency": "NGN", "account_number": "0001234567", "bank_id": "9"}}

    early = paystack("POST", f"/refund/retry_with_customer_details/{refund}", json=details)
    gateway.settle_refund(PAYMENT)
    retried = paystack("POST", f"/refund/retry_with_customer_details/{refund}", json=details)

    assert early.status_code == 422
    assert retried.json()["data"]["status"] == "processing"
    assert gateway.settle_refund(PAYMENT)["status"] == "processed"


def test_chargeback_is_listed_and_accepting_it_takes_the_money(
    paystack: Api, gateway: Gateway, checkout: Callable[..., str]
) -> None:
    gateway.pay(checkout())
    dispute = gateway.charge_back(PAYMENT)
    order = {"resolution": "merchant-accepted", "message": "Right", "refund_amount": 500_000}
    place = paystack("GET", f"/dispute/{dispute}/upload_url", params={"upload_filename": "a.txt"}).json()["data"]
    order["uploaded_filename"] = place["fileName"]
    without = paystack("PUT", f"/dispute/{dispute}/resolve", json=order)
    forged = httpx.put(place["signedUrl"].split("?")[0], content=b"mine")
    uploaded = httpx.put(place["signedUrl"], content=b"He is right.")

    listed = paystack("GET", "/dispute").json()["data"]
    resolved = paystack("PUT", f"/dispute/{dispute}/resolve", json=order)

    assert [(row["id"], row["status"]) for row in listed] == [(dispute, "awaiting-merchant-feedback")]
    assert (without.status_code, forged.status_code, uploaded.status_code) == (400, 403, 200)
    assert resolved.json()["data"]["status"] == "resolved"
    assert gateway.balance_kobo() == -17_500
    assert paystack("PUT", f"/dispute/{dispute}/resolve", json=order).json()["code"] == "dispute_resolved"
    assert [row.event for row in gateway.deliveries()][-2:] == ["charge.dispute.create", "charge.dispute.resolve"]
