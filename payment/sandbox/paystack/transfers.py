"""paystack.com/docs/api/transfer, /docs/transfers/single-transfers and /docs/api/transfer-control"""

import re
import secrets
from typing import Any

from django.db import transaction

from payment.sandbox import faults, payouts
from payment.sandbox.balance import BalanceTooLow, balance_kobo
from payment.sandbox.calls import Call, Refused, Reply
from payment.sandbox.models import BalanceMove, Fault, Provider, Recipient, Transfer
from payment.sandbox.models.charges import PUBLIC_ID_OFFSET
from payment.sandbox.paystack import payloads
from payment.sandbox.paystack.envelope import kobo, ok, refuse, required, text
from payment.sandbox.paystack.paging import page_of
from payment.sandbox.timing import iso
from payment.sandbox.webhooks import domain

REFERENCE = re.compile(r"[a-z0-9_-]{16,50}")
ONE_TIME_CODE = "123456"


def create(call: Call) -> Reply:
    transfer = _send(call.body, call.met)
    if transfer.status == Transfer.Status.OTP:
        return ok("Transfer requires OTP to continue", payloads.transfer(transfer, domain()))
    return ok("Transfer has been queued", payloads.transfer(transfer, domain()))


def create_bulk(call: Call) -> Reply:
    """All or nothing: one bad line refuses the call. References that came again are counted even so."""
    lines = call.body.get("transfers")
    if not isinstance(lines, list) or not lines or not all(isinstance(line, dict) for line in lines):
        raise refuse("Transfers is required", "missing_params")
    met = {kind: value for kind, value in call.met.items() if kind != Fault.Kind.TRANSFER_OTP}
    common = {"source": call.body.get("source"), "currency": call.body.get("currency")}
    try:
        with transaction.atomic():
            sent = [_send(common | line, met) for line in lines]
    except Refused:
        references = [text(line.get("reference")) for line in lines]
        for transfer in Transfer.objects.filter(provider=Provider.PAYSTACK, reference__in=references):
            payouts.note_repeat(transfer)
        raise
    keys = ("reference", "recipient", "amount", "transfer_code", "currency", "status")
    data = [{key: payloads.transfer(row, domain())[key] for key in keys} for row in sent]
    for told, line in zip(data, lines, strict=True):
        # Here the recipient is its code, in the answer to a single transfer its number.
        told["recipient"] = line["recipient"]
    return ok(f"{len(data)} transfers queued.", data)


def verify(call: Call, *, reference: str) -> Reply:
    return _read(Transfer.objects.filter(provider=Provider.PAYSTACK, reference=reference).first())


def fetch(call: Call, *, code: str) -> Reply:
    transfers = Transfer.objects.filter(provider=Provider.PAYSTACK)
    found = transfers.filter(code=code).first()
    if found is None and code.isdigit() and len(code) < 19:
        found = transfers.filter(pk=int(code) - PUBLIC_ID_OFFSET).first()
    return _read(found)


def listing(call: Call) -> Reply:
    transfers = Transfer.objects.filter(provider=Provider.PAYSTACK).select_related("recipient").order_by("-id")
    if status := call.query.get("status"):
        transfers = transfers.filter(status=status)
    rows, meta = page_of(call, transfers)
    return ok("Transfers retrieved", [payloads.transfer_read(row, domain()) for row in rows], meta=meta)


def finalize(call: Call) -> Reply:
    """The one-time code of the sandbox is 123456."""
    required(call.body, "transfer_code", "otp")
    transfer = _awaiting_otp(call.body["transfer_code"])
    if text(call.body["otp"]) != ONE_TIME_CODE:
        raise refuse("Invalid OTP", "invalid_otp")
    transfer = payouts.settle(transfer_id=transfer.pk, status=Transfer.Status.PENDING)
    return ok("Transfer has been queued", payloads.transfer(transfer, domain()))


def resend_otp(call: Call) -> Reply:
    required(call.body, "transfer_code")
    _awaiting_otp(call.body["transfer_code"])
    return ok("OTP has been resent", None)


def switch_otp(call: Call) -> Reply:
    """disable_otp, disable_otp_finalize, enable_otp. Transfers ask for an OTP by the fault transfer_otp only."""
    return ok("OTP requirement for transfers has been updated", None)


def balance(call: Call) -> Reply:
    return ok("Balances retrieved", [{"currency": "NGN", "balance": balance_kobo(Provider.PAYSTACK)}])


def ledger(call: Call) -> Reply:
    rows, meta = page_of(call, BalanceMove.objects.filter(provider=Provider.PAYSTACK).order_by("-id"))
    data = [
        {
            "integration": payloads.INTEGRATION,
            "domain": domain(),
            "balance": row.balance_kobo,
            "currency": "NGN",
            "difference": row.difference_kobo,
            "reason": row.reason,
            "model_responsible": row.cause,
            # A top-up has no other row than this one.
            "model_row": row.cause_id or row.pk,
            "id": row.pk,
            "createdAt": iso(row.created_at),
            "updatedAt": iso(row.created_at),
        }
        for row in rows
    ]
    return ok("Balance ledger retrieved", data, meta=meta)


def _send(body: dict[str, Any], met: faults.Taken) -> Transfer:
    required(body, "source", "amount", "recipient")
    if body["source"] != "balance" or (text(body.get("currency")) or "NGN") != "NGN":
        raise refuse("Transfers are made in NGN from the balance", "invalid_params")
    amount_kobo = kobo(body["amount"])
    reference = text(body.get("reference")) or secrets.token_hex(16)
    if not REFERENCE.fullmatch(reference):
        message = "Transfer reference must be 16 to 50 characters: lowercase letters, digits, - and _"
        raise refuse(message, "invalid_transfer_reference")
    recipient = Recipient.objects.filter(code=text(body["recipient"])).first()
    if recipient is None:
        raise refuse("Recipient specified is invalid", "invalid_recipient")
    try:
        return payouts.send(
            provider=Provider.PAYSTACK,
            reference=reference,
            amount_kobo=amount_kobo,
            met=met,
            recipient=recipient,
            bank_code=recipient.bank_code,
            account_number=recipient.account_number,
            account_name=recipient.account_name,
            reason=text(body.get("reason"))[:500],
        )
    except BalanceTooLow:
        message = "Your balance is not enough to fulfil this request"
        raise refuse(message, "insufficient_balance", kind="api_error") from None
    except payouts.ReferenceTaken as taken:
        return _repeated(taken.transfer, met)


def _repeated(transfer: Transfer, met: faults.Taken) -> Transfer:
    """The documentation says both: that a repeated reference is refused, and that it may be used to retry.

    Refused here, unless the fault replay_transfer asks for the other reading. It never pays twice.
    """
    payouts.note_repeat(transfer)
    if Fault.Kind.REPLAY_TRANSFER in met:
        return transfer
    raise refuse("Please provide a unique reference. Duplicate transfer reference", "duplicate_reference")


def _awaiting_otp(code: object) -> Transfer:
    transfer = Transfer.objects.filter(provider=Provider.PAYSTACK, code=text(code)).first()
    if transfer is None:
        raise refuse("Transfer code is invalid", "invalid_transfer_code", status=404)
    if transfer.status != Transfer.Status.OTP:
        raise refuse("Transfer is not currently awaiting OTP", "invalid_transfer_status")
    return transfer


def _read(transfer: Transfer | None) -> Reply:
    if transfer is None:
        raise refuse("Transfer not found", "transfer_not_found", status=404)
    return ok("Transfer retrieved", payloads.transfer_read(transfer, domain()))
