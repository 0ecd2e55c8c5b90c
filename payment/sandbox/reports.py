"""The gateway's rows as the control API shows them: for tests that ask what really happened at the provider."""

from typing import Any

from payment.sandbox.balance import balance_kobo
from payment.sandbox.faults import OTHER_ANSWERS
from payment.sandbox.models import Charge, Delivery, Fault, Provider, Refund, Transfer, VirtualNumber

type Json = dict[str, Any]


def charge(row: Charge) -> Json:
    return {
        "provider": row.provider,
        "reference": row.reference,
        "id": row.public_id,
        "status": row.status,
        "requested_kobo": row.requested_kobo,
        "amount_kobo": row.amount_kobo,
        "currency": row.currency,
        "fee_kobo": row.fee_kobo,
        "callback_url": row.callback_url,
        "access_code": row.access_code,
    }


def transfer(row: Transfer) -> Json:
    return {
        "provider": row.provider,
        "reference": row.reference,
        "id": row.public_id,
        "status": row.status,
        "amount_kobo": row.amount_kobo,
        "fee_kobo": row.fee_kobo,
        "bank_code": row.bank_code,
        "account_number": row.account_number,
        "account_name": row.account_name,
        "repeats": row.repeats,
    }


def refund(row: Refund) -> Json:
    return {
        "provider": row.charge.provider,
        "reference": row.charge.reference,
        "id": row.public_id,
        "status": row.status,
        "amount_kobo": row.amount_kobo,
    }


def delivery(row: Delivery) -> Json:
    return {
        "id": row.pk,
        "provider": row.provider,
        "event": row.event,
        "reference": row.reference,
        "body": row.body,
        "headers": row.headers,
        "state": row.state,
        "held": row.held,
        "attempts": row.attempts,
        "last_status": row.last_status,
        "last_error": row.last_error,
        "due_at": row.due_at.isoformat(),
    }


def state(*, reference: str = "") -> Json:
    """Everything, or what belongs to one reference. Deliveries are in the order in which they leave."""
    own = {"reference": reference} if reference else {}
    of_charge = {"charge__reference": reference} if reference else {}
    refunds = Refund.objects.select_related("charge").filter(**of_charge).order_by("id")
    return {
        "balances_kobo": {provider.value: balance_kobo(provider) for provider in Provider},
        "charges": [charge(row) for row in Charge.objects.filter(**own).order_by("id")],
        "transfers": [transfer(row) for row in Transfer.objects.filter(**own).order_by("id")],
        "refunds": [refund(row) for row in refunds],
        "numbers": list(VirtualNumber.objects.order_by("id").values("tx_ref", "account_number", "active")),
        "deliveries": [delivery(row) for row in Delivery.objects.filter(**own).order_by("due_at", "id")],
        "faults": list(
            Fault.objects.filter(remaining__gt=0).values("provider", "operation", "kind", "value", "remaining")
        ),
        # The answers that were given instead of the gateway's own, ordered or drawn.
        "answered": list(
            Fault.objects.filter(remaining=0, kind__in=OTHER_ANSWERS)
            .order_by("id")
            .values("provider", "operation", "kind", "value")
        ),
    }
