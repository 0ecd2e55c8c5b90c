"""What the adapters ask a provider, and what the gateway answers in its place, against what the provider publishes.

No call is on a list that somebody may forget: every method of the adapters that asks anything is called, and every
address in their code is one that was asked.
"""

import inspect
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from core import clock
from payment import providers
from payment.providers.base import (
    AccountHolder,
    ChargebackReply,
    Evidence,
    Payee,
    Provider,
    ProviderRefused,
    TransferOrder,
)
from payment.providers.http import Answer, ProviderHttp
from payment.providers.registry import provider_named
from tests.payment.sandbox import published, published_flutterwave
from tests.payment.sandbox.published import Published
from tests.support.gateway import Gateway

pytestmark = pytest.mark.django_db(transaction=True)

PROVIDERS: dict[str, Mapping[str, Published]] = {
    "paystack": published.CALLS,
    "flutterwave": published_flutterwave.CALLS,
}
PAYEE = Payee(bank_code="058", account_number="0001234567", account_name="Wale Balogun")
EVIDENCE = Evidence("chidi@example.com", "Chidi Okafor", "+2348031234567", "Two people worked.")
TYPES: dict[str, Any] = {
    "text": str,
    "number": int,
    "flag": bool,
    "object": dict,
    "list": list,
    "sum": (int, float, Decimal),
}
# Methods that ask nobody, and those by which a provider says that it has no such call.
NO_CALL = {"signature_is_valid", "read_webhook"}
HAS_NONE = {("flutterwave", "balance_lines"), ("flutterwave", "account_of")}
REFUSES = {("flutterwave", "payee_code"), ("flutterwave", "transfer_all")}

type Made = tuple[str, Mapping[str, Any], Answer]


def template(path: str) -> str:
    """`/refund/12` is the call `/refund/{}`: names of calls have no digits."""
    return re.sub(r"/[^/]*[0-9][^/]*", "/{}", path)


def holder(number: int) -> AccountHolder:
    long_name = "Chidiebere" * 12
    return AccountHolder(
        email=f"chidi{number}@example.com",
        first_name=long_name,
        last_name="Okafor",
        phone="+2348031234567",
        reference=f"acc-{number:020x}",
        identity_kind="bvn",
        identity_number="22212345678",
    )


class Life:
    """The life of a payment, a transfer, a refund, a chargeback and an account number, by one adapter."""

    def __init__(self, name: str, gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
        self.made: list[Made] = []
        self.methods: set[str] = set()
        self.gateway, self.name = gateway, name
        self.adapter: Any = provider_named(name)
        self._listen(monkeypatch)
        gateway.set_balance(100_000_000, provider=name)

    def _listen(self, monkeypatch: pytest.MonkeyPatch) -> None:
        send = ProviderHttp._send

        def heard(http: ProviderHttp, method: str, path: str, **sent: Any) -> Answer:
            answer = send(http, method, path, **sent)
            self.made.append((f"{method} {template(path)}", sent["payload"] or sent["params"] or {}, answer))
            return answer

        monkeypatch.setattr(ProviderHttp, "_send", heard)

    def call(self, method: str, **arguments: Any) -> Any:
        self.methods.add(method)
        return getattr(self.adapter, method)(**arguments)

    def paid(self, number: int) -> Any:
        checkout = self.call(
            "initialise",
            reference=f"pay-{number:016}",
            amount_kobo=500_050,
            email="chidi@example.com",
            name="Chidi Okafor",
            callback_url="https://payshift.example/paid",
            description="Waiters",
        )
        self.gateway.pay(checkout.authorization_url)
        return self.call("verify", reference=checkout.reference)

    def disputed(self, number: int, evidence: Evidence | None) -> None:
        chargeback_id = str(self.gateway.charge_back(self.paid(number).reference))
        assert self.call("open_chargebacks").rows
        self.call("chargeback", provider_id=chargeback_id)
        reply = ChargebackReply(accepted_kobo=0 if evidence else 500_050, message="No", evidence=evidence)
        told = self.call("answer_chargeback", provider_id=chargeback_id, reply=reply)
        assert (told.provider_id, told.awaits_us) == (chargeback_id, False)

    def live(self) -> None:
        since = clock.now() - timedelta(hours=1)
        charge = self.paid(1)
        self.call("reference_of", charge_id=charge.provider_id)
        self.call("banks")
        self.call("resolve_account", bank_code=PAYEE.bank_code, account_number=PAYEE.account_number)
        self.pay_out()
        self.call("balance_kobo")
        self.call("balance_lines", since=since)
        refund = self.call(
            "refund", reference=charge.reference, charge_id=charge.provider_id, amount_kobo=100_050, note="rfd-1"
        )
        asked = {"reference": charge.reference, "charge_id": charge.provider_id}
        assert self.call("refunds_of", since=since, **asked)
        assert self.call("refunds_since", since=since).rows
        self.call("refund_by_id", refund_id=refund.provider_id, **asked)
        self.disputed(2, EVIDENCE)
        self.disputed(3, None)
        self.account(since)
        number = self.gateway.settle_charges(provider=self.name)
        assert self.call("settlements", since=since).rows
        assert self.call("settled_charges", provider_id=number)

    def pay_out(self) -> None:
        long_name = PAYEE.account_name.ljust(160, "x")
        payee = Payee(bank_code="058", account_number=PAYEE.account_number, account_name=long_name)
        order = {"reference": "wdr-0000000000000001", "amount_kobo": 200_050}
        self.call("transfer", payee=payee, reason="Payshift withdrawal", **order)
        self.gateway.settle_transfer("wdr-0000000000000001")
        self.call("verify_transfer", reference="wdr-0000000000000001")
        if (self.name, "transfer_all") in REFUSES:
            for method, arguments in (
                ("payee_code", {"payee": PAYEE}),
                ("transfer_all", {"orders": [], "reason": "Payshift withdrawal"}),
            ):
                with pytest.raises(ProviderRefused):
                    self.call(method, **arguments)
            return
        code = self.call("payee_code", payee=PAYEE)
        orders = [TransferOrder("wdr-0000000000000002", 200_000, code)]
        assert self.call("transfer_all", orders=orders, reason="Payshift withdrawal")

    def account(self, since: Any) -> None:
        given = self.call("open_account", holder=holder(1), bank="test-bank")
        self.call("account_of", holder=holder(1))
        self.gateway.deposit(given.account_number, 300_000)
        assert self.call("paid_into_accounts", since=since).rows
        self.call("close_account", provider_id=given.provider_id)


@pytest.fixture(params=PROVIDERS)
def life(request: pytest.FixtureRequest, gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> Life:
    life = Life(request.param, gateway, monkeypatch)
    life.live()
    return life


def test_requests_and_answers_are_as_published(life: Life) -> None:
    facts = PROVIDERS[life.name]
    made = {name for name, _, _ in life.made}
    problems = [problem for name, sent, answer in life.made for problem in differences(facts, name, sent, answer)]

    assert made == set(facts)
    assert sorted(set(problems)) == []


def test_every_method_that_asks_a_provider_was_called(life: Life) -> None:
    methods = {name for name, member in inspect.getmembers(Provider, inspect.isfunction) if not name.startswith("_")}

    assert life.methods == methods - NO_CALL
    silent = {name for provider, name in HAS_NONE if provider == life.name}
    assert all(getattr(provider_named(life.name), name) for name in silent)


def test_every_address_in_the_adapters_is_published() -> None:
    for name, facts in PROVIDERS.items():
        known = {call.split(" ")[1] for call in facts}

        assert set(addresses(name)) <= known | {"{}" + path.removeprefix(parent_of(path)) for path in known}
        assert set(addresses(name)), name


def parent_of(path: str) -> str:
    return path.rpartition("/")[0]


def addresses(provider: str) -> Sequence[str]:
    """As they stand in its adapter; one that goes on from another begins with what is put in."""
    folder = Path(providers.__path__[0])
    code = "\n".join(path.read_text() for path in sorted(folder.glob(f"{provider}*.py")))
    found = re.findall(r"""f?"((?:\{path\})?/[a-z{][^"\n]*)["]""", code)
    return [re.sub(r"\{[^}]*\}", "{}", address) for address in found]


def test_control_an_address_that_nobody_publishes_is_found() -> None:
    assert {"/transfer", "/refund/{}", "{}/resolve"} <= set(addresses("paystack"))
    assert {"/transactions/{}/refund", "/chargebacks/{}"} <= set(addresses("flutterwave"))


def test_control_a_field_too_many_too_few_or_of_another_type_is_found() -> None:
    answer = Answer(status=200, body={"data": [{"currency": None, "balance": "5"}]})

    assert list(differences(published.CALLS, "GET /balance", {"colour": "red"}, answer)) == [
        "GET /balance: nobody knows colour",
        "GET /balance: currency is None, should be text",
        "GET /balance: balance is '5', should be number",
    ]
    assert list(differences(published.CALLS, "POST /refund", {}, Answer(status=200, body={"data": []}))) == [
        "POST /refund: transaction is not sent"
    ]
    sent = {"amount": True, "currency": "NGN", "account_bank": "058", "account_number": "0" * 21}
    assert list(
        differences(published_flutterwave.CALLS, "POST /transfers", sent, Answer(status=200, body={"data": []}))
    ) == [
        "POST /transfers: amount is sent as True, should be sum",
        f"POST /transfers: account_number is sent as {'0' * 21!r}, should be text<=20",
    ]


def differences(facts: Mapping[str, Published], name: str, sent: Mapping[str, Any], answer: Answer) -> list[str]:
    known = facts[name]
    of_answer = [problem for row in rows(answer.body.get("data")) for problem in untold(row, known.told)]
    if known.meta:
        of_answer += untold(answer.body["meta"], known.meta)
    return [f"{name}: {problem}" for problem in [*unasked(sent, known, name), *of_answer]]


def unasked(sent: Mapping[str, Any], published: Published, name: str) -> list[str]:
    facts = dict(fact.replace("!", "").split(":") for fact in published.asked.split())
    needed = [fact.split(":")[0] for fact in published.asked.split() if "!" in fact]
    unknown = [f"nobody knows {field}" for field in sent if field not in facts]
    # A query is text, whatever it means.
    wrong = [
        f"{field} is sent as {value!r}, should be {facts[field]}"
        for field, value in sent.items()
        if field in facts and not name.startswith("GET") and not fits(value, facts[field])
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
    """A text may have a most: `text<=100`. Money that leaves as a float was never one inside."""
    kind, _, most = kind.partition("<=")
    if most and len(value) > int(most):
        return False
    if kind == "any":
        return True
    return isinstance(value, TYPES[kind]) and isinstance(value, bool) == (kind == "flag")
