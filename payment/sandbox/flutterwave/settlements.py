"""Settlements as the official SDK's documentation shows them: the list without their payments, one with all."""

import json

from payment.sandbox.calls import Call, Json, Reply
from payment.sandbox.flutterwave import payloads
from payment.sandbox.flutterwave.envelope import ok, refuse
from payment.sandbox.flutterwave.naira import to_naira
from payment.sandbox.flutterwave.paging import page_of
from payment.sandbox.models import Charge, Provider, Settlement
from payment.sandbox.settling import settlement_of, shares, totals
from payment.sandbox.timing import iso


def listing(call: Call) -> Reply:
    rows = Settlement.objects.filter(provider=Provider.FLUTTERWAVE).order_by("-id")
    if since := call.query.get("from"):
        rows = rows.filter(created_at__date__gte=since)
    found, meta = page_of(call, rows)
    return ok("Settlements fetched", [settlement(row) for row in found], meta=meta)


def fetch(call: Call, *, settlement_id: int) -> Reply:
    row = settlement_of(Provider.FLUTTERWAVE, settlement_id)
    if row is None:
        raise refuse("Settlement not found", status=404)
    settled = [transaction(charge, fee_kobo) for charge, fee_kobo in shares(row)]
    told = settlement(row)
    # Numbers and text here, a flag and a list in the list of all.
    alone = {"is_local": int(told["is_local"]), "meta": json.dumps(told["meta"]), "transactions": settled}
    return ok("Settlement fetched", told | alone)


def settlement(row: Settlement) -> Json:
    settled = shares(row)
    gross_kobo, fees_kobo = totals(settled)
    return {
        "id": row.public_id,
        "account_id": payloads.ACCOUNT_ID,
        "merchant_name": "Payshift Limited",
        "merchant_email": "finance@payshift.example",
        "settlement_account": "0000000000",
        "bank_code": "058",
        "transaction_date": iso(row.created_at),
        "due_date": iso(row.created_at),
        "processed_date": None,
        "status": "completed",
        "is_local": True,
        "currency": "NGN",
        "gross_amount": to_naira(gross_kobo),
        "app_fee": to_naira(fees_kobo),
        "merchant_fee": 0,
        "chargeback": 0,
        "refund": 0,
        "stampduty_charge": 0,
        "net_amount": to_naira(gross_kobo - fees_kobo),
        "transaction_count": len(settled),
        "processor_ref": None,
        "disburse_ref": "INSTANT_SETTLEMENT",
        "disburse_message": None,
        "channel": "web",
        "destination": "autowallet",
        "fx_data": None,
        "flag_message": None,
        "refund_meta": None,
        "chargeback_meta": None,
        "source_bankcode": None,
        "meta": [charge.public_id for charge, _ in settled],
        "created_at": iso(row.created_at),
    }


def transaction(charge: Charge, fee_kobo: int) -> Json:
    return {
        "customer_email": charge.email,
        "flw_ref": f"FLW-MOCK-{charge.access_code[:16].lower()}",
        "tx_ref": charge.tx_ref,
        "id": charge.public_id,
        "charged_amount": to_naira(charge.amount_kobo),
        "app_fee": to_naira(fee_kobo),
        "merchant_fee": 0,
        "stampduty_charge": 0,
        "settlement_amount": to_naira(charge.amount_kobo - fee_kobo),
        "status": "successful",
        "payment_entity": "banktransfer" if charge.channels == payloads.BY_TRANSFER else "card",
        "transaction_date": iso(charge.paid_at or charge.created_at),
        "currency": charge.currency,
        "card_locale": "LOCAL",
        "rrn": "N/A",
        "subaccount_settlement": 0,
    }
