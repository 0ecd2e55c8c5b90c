"""The objects that Flutterwave v3 shows, in answers and in webhooks."""

from typing import Any

from payment.sandbox.banks import BY_CODE
from payment.sandbox.fees import transfer_fee_kobo
from payment.sandbox.flutterwave.naira import to_naira
from payment.sandbox.models import Charge, Chargeback, Refund, Transfer
from payment.sandbox.timing import iso

type Json = dict[str, Any]
ACCOUNT_ID = 118468
BY_TRANSFER = ["bank_transfer"]

TRANSACTION_STATUS = {Charge.Status.SUCCESS: "successful", Charge.Status.FAILED: "failed"}


def transaction(charge: Charge) -> Json:
    """As in the answer of verify. The merchant bears the fee, so the customer is charged the amount itself."""
    paid = charge.status == Charge.Status.SUCCESS
    fee = charge.fee_kobo
    return {
        "id": charge.public_id,
        "tx_ref": charge.tx_ref,
        "flw_ref": f"FLW-MOCK-{charge.access_code[:16].lower()}",
        "device_fingerprint": "N/A",
        "amount": to_naira(charge.amount_kobo),
        "currency": charge.currency,
        "charged_amount": to_naira(charge.amount_kobo),
        "app_fee": to_naira(fee),
        "merchant_fee": 0,
        "processor_response": "Approved. Successful" if paid else "Declined by the issuer",
        "auth_model": "PIN",
        "ip": "102.89.33.10",
        "narration": "Payshift Limited",
        "status": TRANSACTION_STATUS.get(Charge.Status(charge.status), "pending"),
        "payment_type": "bank_transfer" if charge.channels == BY_TRANSFER else "card",
        "created_at": iso(charge.paid_at or charge.created_at),
        "account_id": ACCOUNT_ID,
        **({} if charge.channels == BY_TRANSFER else {"card": card(charge)}),
        "meta": charge.metadata,
        "amount_settled": to_naira(charge.amount_kobo - fee) if paid else 0,
        "customer": customer(charge),
    }


def transaction_listed(charge: Charge) -> Json:
    """As in the list, where the customer is no object."""
    told = transaction(charge)
    who = told.pop("customer")
    return told | {"customer_name": who["name"], "customer_email": who["email"]}


def card(charge: Charge) -> Json:
    return {
        "first_6digits": "553188",
        "last_4digits": "2950",
        "issuer": "MASTERCARD CREDIT",
        "country": "NIGERIA NG",
        "type": "MASTERCARD",
        "token": f"flw-t1nf-{charge.access_code[:16].lower()}-m03k",
        "expiry": "09/32",
    }


def customer(charge: Charge) -> Json:
    return {
        "id": charge.public_id + 1,
        "name": charge.customer.get("name") or "Anonymous customer",
        "phone_number": charge.customer.get("phonenumber") or charge.customer.get("phone_number") or "N/A",
        "email": charge.email,
        "created_at": iso(charge.created_at),
    }


def charge_event(charge: Charge) -> Json:
    data = transaction(charge)
    keep = (
        *("id", "tx_ref", "flw_ref", "device_fingerprint", "amount", "currency", "charged_amount", "app_fee"),
        *("merchant_fee", "processor_response", "auth_model", "ip", "narration", "status", "payment_type"),
        *("created_at", "account_id", "customer", "card"),
    )
    return {key: data[key] for key in keep if key in data}


def refund(row: Refund) -> Json:
    return {
        "id": row.public_id,
        "account_id": ACCOUNT_ID,
        "tx_id": row.charge.public_id,
        "flw_ref": f"FLW-MOCK-{row.charge.access_code[:16].lower()}",
        "wallet_id": ACCOUNT_ID + 1,
        "amount_refunded": to_naira(row.amount_kobo),
        "status": refund_status(row),
        "destination": "payment_source",
        "comments": row.merchant_note,
        "meta": {"source": "availablebalance"},
        "created_at": iso(row.created_at),
    }


def refund_status(row: Refund) -> str:
    """`completed` while the money is on its way; each way of paying out has a word of its own for its end."""
    if row.status == Refund.Status.FAILED:
        return "failed"
    if row.status != Refund.Status.PROCESSED:
        return "completed"
    return "completed-mpgs" if row.pk % 2 else "completed-bank-transfer"


def refund_event(row: Refund) -> Json:
    """A flat body: no event, no reference of the merchant's, names in capitals."""
    return {
        "id": row.public_id,
        "AmountRefunded": to_naira(row.amount_kobo),
        "status": refund_status(row),
        "FlwRef": f"FLW-MOCK-{row.charge.access_code[:16].lower()}",
        "destination": "payment_source",
        "comments": row.merchant_note,
        "settlement_id": "NEW",
        "meta": "{}",
        "createdAt": iso(row.created_at),
        "updatedAt": iso(row.created_at),
        "walletId": ACCOUNT_ID + 1,
        "AccountId": ACCOUNT_ID,
        "TransactionId": row.charge.public_id,
    }


def chargeback_status(row: Chargeback) -> str:
    if row.status == Chargeback.Status.AWAITING:
        return "initiated"
    if row.status == Chargeback.Status.AWAITING_BANK:
        return "declined"
    return {"merchant-accepted": "accepted", "declined": "won"}.get(row.resolution, "lost")


def chargeback(row: Chargeback) -> Json:
    happened = {"action": chargeback_status(row), "stage": "new", "date": iso(row.resolved_at or row.created_at)}
    return {
        "id": row.public_id,
        "amount": to_naira(row.amount_kobo),
        "flw_ref": f"FLW-MOCK-{row.charge.access_code[:16].lower()}",
        "status": chargeback_status(row),
        "stage": "new",
        "comment": row.category,
        "meta": {"uploaded_proof": row.evidence.get("prooflink") or None, "history": [happened]},
        "due_date": row.due_at and iso(row.due_at),
        "settlement_id": "N/A",
        "created_at": iso(row.created_at),
        "transaction_id": row.charge.public_id,
        "tx_ref": row.charge.reference,
    }


def transfer_status(row: Transfer) -> str:
    """v3 has no word for a transfer that came back: it turns from SUCCESSFUL to FAILED."""
    if row.status == Transfer.Status.SUCCESS:
        return "SUCCESSFUL"
    return "FAILED" if row.status in Transfer.RETURNED else "PENDING"


def transfer(row: Transfer) -> Json:
    return {
        "id": row.public_id,
        "account_number": row.account_number,
        "bank_code": row.bank_code,
        "full_name": row.account_name,
        "created_at": iso(row.created_at),
        "currency": row.currency,
        "debit_currency": row.currency,
        "amount": to_naira(row.amount_kobo),
        # NGN 26.875: half a kobo. What leaves the balance is rounded.
        "fee": to_naira(transfer_fee_kobo(row.provider, row.amount_kobo)),
        "status": transfer_status(row),
        "reference": row.reference,
        "meta": row.meta,
        "narration": row.reason,
        "complete_message": row.complete_message,
        "requires_approval": 0,
        "is_approved": 1,
        "bank_name": BY_CODE[row.bank_code].name,
    }


def transfer_event(row: Transfer) -> Json:
    """`full_name` in answers, `fullname` in the event."""
    data = transfer(row)
    data["fullname"] = data.pop("full_name")
    return data | {"approver": None}
