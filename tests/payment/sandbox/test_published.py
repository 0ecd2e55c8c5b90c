"""What the adapter asks Paystack, and what the gateway answers in its place, against what Paystack publishes."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from core import clock
from payment.providers.base import Payee, TransferOrder
from payment.providers.http import Answer, ProviderHttp
from payment.providers.registry import provider_named
from tests.payment.sandbox.published import CALLS, Published
from tests.support.gateway import Gateway

pytestmark = pytest.mark.django_db(transaction=True)

PAYEE = Payee(bank_code="058", account_number="0001234567", account_name="Wale Balogun")
TYPES: dict[str, type] = {"text": str, "number": int, "flag": bool, "object": dict, "list": list}


class Recorder:
    """Every call as it leaves, and its answer."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Mapping[str, Any], Answer]] = []

    def listen(self, monkeypatch: pytest.MonkeyPatch) -> None:
        send = ProviderHttp._send

        def heard(http: ProviderHttp, method: str, path: str, **sent: Any) -> Answer:
            answer = send(http, method, path, **sent)
            self.calls.append((f"{method} {template(path)}", sent["payload"] or sent["params"] or {}, answer))
            return answer

        monkeypatch.setattr(ProviderHttp, "_send", heard)


def template(path: str) -> str:
    """`/refund/12` is the call `/refund/{}`: names of calls have no digits and no hyphens."""
    return re.sub(r"/[^/]*[0-9-][^/]*", "/{}", path)


@pytest.fixture
def calls(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Mapping[str, Any], Answer]]:
    """The life of a payment, a transfer, a refund and a chargeback, by the adapter."""
    recorder = Recorder()
    recorder.listen(monkeypatch)
    gateway.set_balance(100_000_000)
    paystack, since = provider_named("paystack"), clock.now() - timedelta(hours=1)
    checkout = paystack.initialise(
        reference="pay-0000000000000001",
        amount_kobo=500_000,
        email="chidi@example.com",
        name="Chidi Okafor",
        callback_url="https://payshift.example/paid",
        description="Waiters",
    )
    gateway.pay(checkout.authorization_url)
    charge = paystack.verify(reference=checkout.reference)
    paystack.banks()
    paystack.resolve_account(bank_code=PAYEE.bank_code, account_number=PAYEE.account_number)
    paystack.transfer(reference="wdr-0000000000000001", amount_kobo=200_000, payee=PAYEE, reason="Payshift withdrawal")
    order = TransferOrder("wdr-0000000000000002", 200_000, paystack.payee_code(payee=PAYEE))
    assert paystack.transfer_all(orders=[order], reason="Payshift withdrawal")
    gateway.settle_transfer("wdr-0000000000000001")
    paystack.verify_transfer(reference="wdr-0000000000000001")
    refund = paystack.refund(
        reference=charge.reference, charge_id=charge.provider_id, amount_kobo=100_000, note="rfd-0000000000000001"
    )
    paystack.refunds_of(reference=charge.reference, charge_id=charge.provider_id, since=since)
    paystack.refund_by_id(refund_id=refund.provider_id, reference=charge.reference, charge_id=charge.provider_id)
    paystack.balance_kobo()
    paystack.balance_lines(since=since)
    paystack.chargeback(provider_id=str(gateway.charge_back(charge.reference)))
    return recorder.calls


def test_requests_and_answers_are_as_published(calls: list[tuple[str, Mapping[str, Any], Answer]]) -> None:
    made = {name for name, _, _ in calls}
    problems = [problem for name, sent, answer in calls for problem in differences(name, sent, answer)]

    assert made == set(CALLS)
    assert sorted(set(problems)) == []


def test_control_a_field_too_many_too_few_or_of_another_type_is_found() -> None:
    answer = Answer(status=200, body={"data": [{"currency": None, "balance": "5"}]})

    assert list(differences("GET /balance", {"colour": "red"}, answer)) == [
        "GET /balance: nobody knows colour",
        "GET /balance: currency is None, should be text",
        "GET /balance: balance is '5', should be number",
    ]
    assert list(differences("POST /refund", {}, Answer(status=200, body={"data": []}))) == [
        "POST /refund: transaction is not sent"
    ]


def differences(name: str, sent: Mapping[str, Any], answer: Answer) -> list[str]:
    published = CALLS[name]
    of_answer = [problem for row in rows(answer.body["data"]) for problem in untold(row, published.told)]
    if published.meta:
        of_answer += untold(answer.body["meta"], published.meta)
    return [f"{name}: {problem}" for problem in [*unasked(sent, published, name), *of_answer]]


def unasked(sent: Mapping[str, Any], published: Published, name: str) -> list[str]:
    known = {fact.rstrip("!").split(":")[0]: fact.rstrip("!").split(":")[1] for fact in published.asked.split()}
    needed = [fact.split(":")[0] for fact in published.asked.split() if fact.endswith("!")]
    unknown = [f"nobody knows {field}" for field in sent if field not in known]
    # A query is text, whatever it means.
    wrong = [
        f"{field} is sent as {value!r}, should be {known[field]}"
        for field, value in sent.items()
        if field in known and name.startswith("POST") and not fits(value, known[field])
    ]
    return unknown + wrong + [f"{field} is not sent" for field in needed if field not in sent]


def rows(data: Any) -> list[Any]:
    return data if isinstance(data, list) else [data]


def untold(row: Any, facts: str) -> list[str]:
    problems = []
    for fact in facts.split():
        path, kind = fact.rstrip("?").split(":")
        value, missing = row, object()
        for part in path.split("."):
            value = value.get(part, missing) if isinstance(value, dict) else missing
        if value is missing:
            problems.append(f"{path} is missing")
        elif not (kind == "any" or (value is None and fact.endswith("?")) or fits(value, kind)):
            problems.append(f"{path} is {value!r}, should be {kind}")
    return problems


def fits(value: Any, kind: str) -> bool:
    if kind == "number":
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, TYPES[kind])
