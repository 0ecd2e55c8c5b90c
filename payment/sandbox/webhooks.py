"""Signed events, written in the transaction of what they tell. The courier sends them.

Paystack tells of successful payments only, and of every transfer and refund step. Flutterwave sends one event for both
outcomes, of payments and of transfers, a flat one for refunds, and one at each step of a chargeback.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from payment.sandbox import courier_bell, faults
from payment.sandbox.flutterwave import payloads as flutterwave
from payment.sandbox.models import Charge, Chargeback, Delivery, Fault, Provider, Refund, Transfer
from payment.sandbox.paystack import payloads as paystack
from payment.sandbox.timing import real_now

# Paystack has events for these ends only: blocked, rejected and abandoned transfers are learned by asking.
TRANSFER_EVENTS = {
    Transfer.Status.SUCCESS: "transfer.success",
    Transfer.Status.FAILED: "transfer.failed",
    Transfer.Status.REVERSED: "transfer.reversed",
}
# A held event goes out after the next one, or alone after this time.
HELD = timedelta(seconds=10)


def domain() -> str:
    """Test or live: at Paystack the key decides."""
    return "live" if settings.PAYSTACK_SECRET_KEY.startswith("sk_live_") else "test"


def announce_charge(charge: Charge) -> None:
    if charge.provider == Provider.FLUTTERWAVE:
        body = {"event": "charge.completed", "data": flutterwave.charge_event(charge)}
        enqueue(charge.provider, charge.reference, body)
    elif charge.status == Charge.Status.SUCCESS:
        body = {"event": "charge.success", "data": paystack.charge_event(charge)}
        enqueue(charge.provider, charge.reference, body)


def announce_transfer(transfer: Transfer) -> None:
    status = Transfer.Status(transfer.status)
    if transfer.provider == Provider.FLUTTERWAVE:
        if status != Transfer.Status.PENDING:
            data = flutterwave.transfer_event(transfer)
            body = {"event": "transfer.completed", "event.type": "Transfer", "data": data}
            enqueue(transfer.provider, transfer.reference, body)
    elif status in TRANSFER_EVENTS:
        body = {"event": TRANSFER_EVENTS[status], "data": paystack.transfer_event(transfer, domain())}
        enqueue(transfer.provider, transfer.reference, body)


def announce_refund(refund: Refund) -> None:
    if refund.charge.provider == Provider.PAYSTACK:
        body = {"event": f"refund.{refund.status}", "data": paystack.refund_event(refund)}
        enqueue(refund.charge.provider, refund.charge.reference, body)
    elif refund.status in (Refund.Status.PROCESSED, Refund.Status.FAILED):
        enqueue(refund.charge.provider, refund.charge.reference, flutterwave.refund_event(refund))


def announce_chargeback(chargeback: Chargeback, event: str) -> None:
    if chargeback.charge.provider == Provider.PAYSTACK:
        body = {"event": event, "data": paystack.dispute_event(chargeback)}
        enqueue(chargeback.charge.provider, chargeback.charge.reference, body)
    else:
        # The documents show that one is sent at each step, and no sample of it.
        data = flutterwave.chargeback(chargeback)
        body = {"event": f"chargeback.{data['status']}", "data": data}
        enqueue(chargeback.charge.provider, chargeback.charge.reference, body)


def signature_headers(provider: str, body: str) -> dict[str, str]:
    """Paystack: HMAC-SHA512 of the raw body under the API's secret key. Flutterwave: the shared secret, verbatim."""
    if provider == Provider.PAYSTACK:
        digest = hmac.new(settings.PAYSTACK_SECRET_KEY.encode(), body.encode(), hashlib.sha512).hexdigest()
        return {"content-type": "application/json", "x-paystack-signature": digest}
    return {"content-type": "application/json", "verif-hash": settings.FLUTTERWAVE_WEBHOOK_HASH}


@transaction.atomic
def enqueue(provider: str, reference: str, body: Mapping[str, Any]) -> None:
    """Write the delivery, under the faults ordered for webhooks."""
    met = faults.take(provider, faults.WEBHOOK)
    text = serialise(body)
    headers = signature_headers(provider, text)
    if Fault.Kind.TAMPER_WEBHOOK in met:
        text = tampered(text)
    now = real_now()
    row = {
        "provider": provider,
        "event": body.get("event", "refund"),
        "reference": reference,
        "body": text,
        "headers": headers,
        "created_at": now,
        "due_at": now,
    }
    if Fault.Kind.DROP_WEBHOOK in met:
        Delivery.objects.create(**row, state=Delivery.State.GIVEN_UP, last_error="Never sent, as ordered.")
        return
    waiting = Delivery.objects.filter(provider=provider, state=Delivery.State.WAITING, held=True)
    if Fault.Kind.REORDER_WEBHOOKS in met:
        Delivery.objects.create(**row | {"due_at": now + HELD}, held=True)
    else:
        for _ in range(2 if Fault.Kind.DUPLICATE_WEBHOOK in met else 1):
            Delivery.objects.create(**row)
        waiting.update(held=False, due_at=now + timedelta(milliseconds=500))
    transaction.on_commit(courier_bell.ring)


def serialise(body: Mapping[str, Any]) -> str:
    """As JSON.stringify writes it: no blanks, letters as they are."""
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False)


def tampered(text: str) -> str:
    """The same event about ten times the money, under the signature of the honest one."""
    body = json.loads(text)
    data, name = (body["data"], "amount") if "data" in body else (body, "AmountRefunded")
    data[name] = int(float(data.get(name, 0))) * 10 + 1
    return serialise(body)
