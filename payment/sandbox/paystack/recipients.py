"""paystack.com/docs/api/transfer-recipient"""

import secrets

from core import clock
from payment.sandbox import banks
from payment.sandbox.calls import Call, Reply
from payment.sandbox.models import Recipient
from payment.sandbox.paystack import payloads
from payment.sandbox.paystack.envelope import ok, refuse, required, text
from payment.sandbox.paystack.paging import page_of
from payment.sandbox.webhooks import domain


def create(call: Call) -> Reply:
    """201; the same account again gives the existing record, with its first name."""
    body = call.body
    required(body, "type", "name", "account_number", "bank_code")
    if body["type"] != "nuban" or (text(body.get("currency")) or "NGN") != "NGN":
        raise refuse("Recipient type is not supported", "invalid_params")
    bank_code, account_number = text(body["bank_code"]), text(body["account_number"])
    try:
        holder = banks.holder_of(bank_code=bank_code, account_number=account_number)
    except banks.AccountNotFound:
        raise refuse("Cannot resolve account", "invalid_account_number") from None
    row, _ = Recipient.objects.get_or_create(
        bank_code=bank_code,
        account_number=account_number,
        defaults={
            "code": f"RCP_{secrets.token_hex(8)}",
            "name": text(body["name"])[:200],
            "account_name": holder,
            "created_at": clock.now(),
        },
    )
    return ok("Transfer recipient created successfully", payloads.recipient(row, domain()), status=201)


def fetch(call: Call, *, code: str) -> Reply:
    row = Recipient.objects.filter(code=code).first()
    if row is None:
        raise refuse("Transfer recipient not found", "recipient_not_found", status=404)
    return ok("Transfer recipient retrieved", payloads.recipient(row, domain()))


def listing(call: Call) -> Reply:
    rows, meta = page_of(call, Recipient.objects.order_by("-id"))
    return ok("Transfer recipients retrieved", [payloads.recipient(row, domain()) for row in rows], meta=meta)
