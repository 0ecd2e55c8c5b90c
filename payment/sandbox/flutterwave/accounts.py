"""developer.flutterwave.com/docs/ngn-virtual-accounts: static account numbers. The BVN or NIN is not kept."""

import re
import secrets

from django.db import transaction

from core import clock
from payment.sandbox.calls import Call, Json, Reply
from payment.sandbox.flutterwave.envelope import ok, refuse, required, text
from payment.sandbox.models import VirtualNumber

BANK = "Flutterwave MFB"
# Of no bank: nothing else here has such a number.
NUMBERS = "97"
NEVER = "N/A"
LONGEST_NARRATION = 100
# Whoever has such a BVN or NIN is nobody.
NOBODY = "000"


@transaction.atomic
def create(call: Call) -> Reply:
    """Each call gives a number of its own, also one under the same `tx_ref`: the documents do not say otherwise."""
    body = call.body
    required(body, "email", "tx_ref")
    if len(text(body.get("narration"))) > LONGEST_NARRATION:
        raise refuse(f"narration must be at most {LONGEST_NARRATION} characters")
    if body.get("is_permanent") is not True:
        raise refuse("amount is required")
    kind = "bvn" if body.get("bvn") else "nin"
    number = text(body.get(kind))
    if not number:
        raise refuse("BVN or NIN is required for static account number")
    if not re.fullmatch(r"[0-9]{11}", number) or number.startswith(NOBODY):
        raise refuse(f"Invalid {kind.upper()} {number}")
    row = VirtualNumber.objects.create(
        tx_ref=text(body["tx_ref"])[:100],
        order_ref=f"URF_{secrets.randbelow(10**13):013d}_{secrets.randbelow(10**7):07d}",
        account_number=f"{NUMBERS}{secrets.randbelow(10**8):08d}",
        email=text(body["email"])[:254],
        name=text(body.get("narration"))[:150],
        created_at=clock.now(),
    )
    return ok("Virtual account created", shown(row))


def fetch(call: Call, *, order_ref: str) -> Reply:
    return ok("Virtual nuban fetched", shown(_named(order_ref)))


def update(call: Call, *, order_ref: str) -> Reply:
    row = _named(order_ref)
    status = text(call.body.get("status"))
    if status not in ("active", "inactive"):
        raise refuse("status must be active or inactive")
    row.active = status == "active"
    row.save(update_fields=["active"])
    return ok("Virtual account updated", {"status": "00", "status_desc": f"Virtual account {status}"})


def shown(row: VirtualNumber) -> Json:
    return {
        "response_code": "02",
        "response_message": "Transaction in progress",
        "flw_ref": f"FLW-{row.order_ref[-20:]}",
        "order_ref": row.order_ref,
        "account_number": row.account_number,
        "frequency": NEVER,
        "bank_name": BANK,
        "created_at": row.created_at.strftime("%Y-%m-%d %H:%M:%S"),
        "expiry_date": NEVER,
        "note": f"Please make a bank transfer to {row.name}",
        "amount": None,
    }


def _named(order_ref: str) -> VirtualNumber:
    row = VirtualNumber.objects.filter(order_ref=order_ref).first()
    if row is None:
        raise refuse("Virtual account not found", status=404)
    return row
