"""The gateway's Paystack against PROVIDERS.md 1.1 to 1.3: payments, banks, name enquiry."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.payment.sandbox.conftest import Api
from tests.support.gateway import Gateway

REFERENCE = "pay-0000000000000001"
GOOD = {"email": "chidi@example.com", "amount": 500_000, "reference": REFERENCE}


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer sk_test_other"}, {"Authorization": "sk_test_sandbox"}]
)
def test_missing_or_wrong_key_is_401_invalid_key(gateway: Gateway, headers: dict[str, str]) -> None:
    answer = httpx.get(f"{gateway.paystack_url}/balance", headers=headers, trust_env=False)

    assert (answer.status_code, answer.json()) == (401, {"status": False, "message": "Invalid key"})


def test_initialize_answers_url_code_and_reference(paystack: Api, gateway: Gateway) -> None:
    answer = paystack("POST", "/transaction/initialize", json=GOOD)

    body = answer.json()
    code = body["data"]["access_code"]
    assert answer.status_code == 200
    assert body == {
        "status": True,
        "message": "Authorization URL created",
        "data": {"authorization_url": f"{gateway.url}/checkout/{code}", "access_code": code, "reference": REFERENCE},
    }


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"email": ""}, "missing_params"),
        ({"email": "no address"}, "invalid_email_address"),
        ({"amount": None}, "missing_params"),
        ({"amount": 4_999}, "invalid_amount"),
        ({"amount": 500.5}, "invalid_amount"),
        ({"amount": "a lot"}, "invalid_amount"),
        ({"amount": True}, "invalid_amount"),
        ({"amount": 10**20}, "invalid_amount"),
        ({"currency": "USD"}, "unsupported_currency"),
        ({"reference": "under_score"}, "invalid_reference"),
        ({"reference": "with space"}, "invalid_reference"),
        ({"channels": ["cash"]}, "invalid_params"),
    ],
)
def test_initialize_refuses_what_the_provider_refuses(
    paystack: Api, gateway: Gateway, change: dict[str, Any], code: str
) -> None:
    answer = paystack("POST", "/transaction/initialize", json=GOOD | change)

    body = answer.json()
    assert (answer.status_code, body["status"], body["type"], body["code"]) == (400, False, "validation_error", code)
    assert body["meta"]["nextStep"]
    assert gateway.state()["charges"] == []


@pytest.mark.parametrize("reference", ["A.b-c=9", "pay-0000000000000001"])
def test_references_of_letters_digits_and_three_signs_are_accepted(paystack: Api, reference: str) -> None:
    answer = paystack("POST", "/transaction/initialize", json=GOOD | {"reference": reference})

    assert answer.json()["data"]["reference"] == reference


def test_smallest_payment_is_fifty_naira_and_text_amounts_are_read(paystack: Api, gateway: Gateway) -> None:
    assert paystack("POST", "/transaction/initialize", json=GOOD | {"amount": "5000"}).status_code == 200
    assert gateway.charge(REFERENCE)["requested_kobo"] == 5_000


def test_used_reference_is_refused_and_leaves_the_first_payment_alone(
    paystack: Api, gateway: Gateway, checkout: Callable[..., str]
) -> None:
    checkout(amount=500_000)

    answer = paystack("POST", "/transaction/initialize", json=GOOD | {"amount": 700_000})

    body = answer.json()
    assert answer.status_code == 400
    assert (body["message"], body["code"]) == ("Duplicate Transaction Reference", "duplicate_reference")
    assert gateway.charge(REFERENCE)["requested_kobo"] == 500_000


def test_verify_of_an_unknown_reference_is_404(paystack: Api) -> None:
    answer = paystack("GET", "/transaction/verify/never-seen")

    assert (answer.status_code, answer.json()["code"]) == (404, "transaction_not_found")


def test_verify_tells_every_status_with_http_200(paystack: Api, gateway: Gateway, checkout: Callable[..., str]) -> None:
    url = checkout()
    statuses = []

    def look() -> None:
        answer = paystack("GET", f"/transaction/verify/{REFERENCE}")
        assert (answer.status_code, answer.json()["status"]) == (200, True)
        statuses.append(answer.json()["data"]["status"])

    look()
    httpx.get(url, trust_env=False)
    look()
    gateway.fail(url)
    look()
    gateway.abandon(url)
    look()
    gateway.pay(url)
    look()

    assert statuses == ["abandoned", "ongoing", "failed", "abandoned", "success"]


def test_verify_of_a_paid_payment_has_the_documented_fields(
    paystack: Api, gateway: Gateway, checkout: Callable[..., str]
) -> None:
    gateway.pay(checkout(metadata={"job": "7"}))

    data = paystack("GET", f"/transaction/verify/{REFERENCE}").json()["data"]

    shown = {key: data[key] for key in ("domain", "status", "reference", "amount", "requested_amount", "currency")}
    assert shown == {
        "domain": "test",
        "status": "success",
        "reference": REFERENCE,
        "amount": 500_000,
        "requested_amount": 500_000,
        "currency": "NGN",
    }
    # 1.5 % of NGN 5,000 + NGN 100.
    assert (data["fees"], data["channel"], data["metadata"]) == (17_500, "card", {"job": "7"})
    assert data["id"] > 2**32
    assert data["paid_at"].endswith("Z")
    assert data["customer"]["email"] == "chidi@example.com"
    assert data["authorization"]["last4"]


@pytest.mark.parametrize(
    ("amount", "fee"), [(5_000, 75), (249_900, 3_749), (250_000, 13_750), (12_666_600, 199_999), (99_000_000, 200_000)]
)
def test_fees_are_one_and_a_half_percent_and_a_hundred_naira_with_waiver_and_cap(
    gateway: Gateway, checkout: Callable[..., str], amount: int, fee: int
) -> None:
    gateway.pay(checkout(amount=amount))

    assert gateway.charge(REFERENCE)["fee_kobo"] == fee
    assert gateway.balance_kobo() == amount - fee


def test_metadata_and_fees_that_do_not_exist_are_empty_text_and_null(
    paystack: Api, checkout: Callable[..., str]
) -> None:
    checkout()

    data = paystack("GET", f"/transaction/verify/{REFERENCE}").json()["data"]

    assert (data["metadata"], data["fees"], data["paid_at"]) == ("", None, None)


def test_list_is_paged_and_filtered_by_status(paystack: Api, gateway: Gateway, checkout: Callable[..., str]) -> None:
    for number in range(3):
        checkout(reference=f"pay-000000000000000{number}")
    gateway.pay(checkout(reference="paid-000000000000001"))

    page = paystack("GET", "/transaction", params={"perPage": 3, "page": 2}).json()
    paid = paystack("GET", "/transaction", params={"status": "success"}).json()

    assert page["meta"] == {
        "total": 4,
        "skipped": 3,
        "perPage": 3,
        "page": 2,
        "pageCount": 2,
        "total_volume": 500_000,
    }
    assert [row["reference"] for row in page["data"]] == ["pay-0000000000000000"]
    assert [row["reference"] for row in paid["data"]] == ["paid-000000000000001"]
    assert paid["meta"]["perPage"] == 50


def test_list_is_filtered_by_time(paystack: Api, checkout: Callable[..., str]) -> None:
    checkout()

    assert len(paystack("GET", "/transaction", params={"from": "2020-01-01"}).json()["data"]) == 1
    assert paystack("GET", "/transaction", params={"to": "2020-01-01T00:00:00Z"}).json()["data"] == []
    assert paystack("GET", "/transaction", params={"from": "yesterday"}).status_code == 400


def test_banks_come_by_cursor_until_meta_next_is_null(paystack: Api) -> None:
    codes: list[str] = []
    following: str | None = ""
    pages = 0
    while following is not None:
        params = {"country": "nigeria", "currency": "NGN", "perPage": 10, "use_cursor": "true"}
        answer = paystack("GET", "/bank", params=params | ({"next": following} if following else {})).json()
        codes += [bank["code"] for bank in answer["data"]]
        following = answer["meta"]["next"]
        pages += 1

    assert pages == 3
    assert len(codes) == len(set(codes)) >= 25
    assert {"058", "044", "011", "033", "057", "50211", "999992"} <= set(codes)


def test_bank_has_the_documented_fields_and_a_page_holds_at_most_a_hundred(paystack: Api) -> None:
    first = paystack("GET", "/bank").json()["data"][0]

    assert {"name", "slug", "code", "longcode", "type", "active", "is_deleted", "id"} <= first.keys()
    assert (first["type"], first["active"], first["is_deleted"]) == ("nuban", True, False)
    assert paystack("GET", "/bank", params={"perPage": 101}).status_code == 400


def test_name_enquiry_is_deterministic_and_keeps_leading_zeros(paystack: Api) -> None:
    params = {"account_number": "0001234567", "bank_code": "058"}

    first, second = (paystack("GET", "/bank/resolve", params=params).json()["data"] for _ in range(2))

    assert first == second
    assert first["account_number"] == "0001234567"
    assert len(first["account_name"].split()) == 3


def test_registered_account_has_its_registered_name(paystack: Api, gateway: Gateway) -> None:
    gateway.register_account(bank_code="058", account_number="0001234567", account_name="BALOGUN WALE")

    answer = paystack("GET", "/bank/resolve", params={"account_number": "0001234567", "bank_code": "058"})

    assert answer.json()["data"]["account_name"] == "BALOGUN WALE"


@pytest.mark.parametrize(
    ("number", "bank", "status"),
    [("9999000000", "058", 422), ("123", "058", 422), ("0001234567", "000", 400), ("", "058", 400)],
)
def test_name_enquiry_of_nobody_is_refused(paystack: Api, number: str, bank: str, status: int) -> None:
    answer = paystack("GET", "/bank/resolve", params={"account_number": number, "bank_code": bank})

    assert (answer.status_code, answer.json()["status"]) == (status, False)
