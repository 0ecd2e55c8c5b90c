"""Paystack's events as it publishes them: the gateway's have their fields, and the adapter reads what has no others."""

import json
from dataclasses import replace
from typing import Any

import pytest

from payment.providers.base import AccountHolder, Notice, NoticeKind, Payee
from payment.providers.registry import provider_named
from tests.payment.sandbox.published import EVENTS
from tests.payment.sandbox.test_published import untold
from tests.support.gateway import Gateway

PAYEE = Payee(bank_code="058", account_number="0001234567", account_name="Wale Balogun")
HOLDER = AccountHolder(email="chidi@example.com", first_name="Chidi", last_name="Okafor", phone="+2348031234567")
# The documents have it; the gateway has no deadline of a chargeback that passes.
NOT_PLAYED = {"charge.dispute.remind"}
VALUES: dict[str, Any] = {"text": "x", "number": 1, "flag": True, "object": {}, "list": [], "any": None}


def paid(gateway: Gateway, number: int) -> tuple[str, str]:
    """A payment that succeeded: our reference, and Paystack's number of it."""
    paystack, reference = provider_named("paystack"), f"pay-{number:016}"
    checkout = paystack.initialise(
        reference=reference,
        amount_kobo=500_000,
        email=HOLDER.email,
        name="Chidi Okafor",
        callback_url="https://payshift.example/paid",
        description="Waiters",
    )
    gateway.pay(checkout.authorization_url)
    return reference, paystack.verify(reference=reference).provider_id


def every_event(gateway: Gateway) -> None:
    paystack = provider_named("paystack")
    gateway.set_balance(100_000_000)
    for number, status in enumerate(("success", "failed", "reversed")):
        reference = f"wdr-{number:016}"
        paystack.transfer(reference=reference, amount_kobo=200_000, payee=PAYEE, reason="Payshift withdrawal")
        gateway.settle_transfer(reference, status)
    for number, status in enumerate(("processed", "failed", "needs-attention")):
        reference, charge_id = paid(gateway, number)
        paystack.refund(reference=reference, charge_id=charge_id, amount_kobo=500_000, note=f"rfd-{number:016}")
        gateway.settle_refund(reference, "processing")
        gateway.settle_refund(reference, status)
    reference, _ = paid(gateway, 3)
    gateway.decide_chargeback(gateway.charge_back(reference), "declined")
    paystack.open_account(holder=HOLDER, bank="test-bank")
    gateway.refuse_account(HOLDER.email)


@pytest.mark.django_db(transaction=True)
def test_events_of_the_gateway_are_as_published(gateway: Gateway) -> None:
    every_event(gateway)
    sent = [json.loads(delivery.body) for delivery in gateway.deliveries()]

    assert {body["event"] for body in sent} == set(EVENTS) - NOT_PLAYED
    problems = {
        f"{body['event']}: {problem}" for body in sent for problem in untold(body["data"], EVENTS[body["event"]])
    }
    assert sorted(problems) == []


def sample(event: str, **told: object) -> bytes:
    """An event with what is published of it, and nothing else; `told` are its words, by their paths."""
    data: dict[str, Any] = {}
    for fact in EVENTS[event].split():
        path, kind = fact.rstrip("?").split(":")
        *parents, name = path.split(".")
        place = data
        for parent in parents:
            place = place[parent]
        place[name] = json.loads(json.dumps(told.get(path, VALUES[kind])))
    return json.dumps({"event": event, "data": data}).encode()


READ: dict[str, tuple[dict[str, object], Notice]] = {
    "charge": ({"reference": "pay-1"}, Notice("", NoticeKind.CHARGE, "pay-1")),
    "transfer": ({"reference": "wdr-1"}, Notice("", NoticeKind.TRANSFER, "wdr-1")),
    "refund": ({"transaction_reference": "pay-1"}, Notice("", NoticeKind.REFUND, "pay-1")),
    "charge.dispute": (
        {"id": 358950, "transaction.reference": "pay-1"},
        Notice("", NoticeKind.CHARGEBACK, "pay-1", chargeback_id="358950"),
    ),
    "dedicatedaccount.assign": (
        {"customer.email": HOLDER.email},
        Notice("", NoticeKind.ACCOUNT, "", customer_email=HOLDER.email),
    ),
}


@pytest.mark.parametrize("event", EVENTS)
def test_published_event_is_read(event: str) -> None:
    told, read = READ[max((name for name in READ if event.startswith(f"{name}.")), key=len)]

    notice = provider_named("paystack").read_webhook(body=sample(event, **told))

    assert notice == replace(read, event=event, is_refusal=event == "dedicatedaccount.assign.failed")
