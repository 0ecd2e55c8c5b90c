"""The objects that Paystack shows, in answers and in webhooks, with the oddities of its official samples."""

import secrets
from typing import Any

from payment.sandbox.banks import BY_CODE
from payment.sandbox.models import Charge, Chargeback, Recipient, Refund, Transfer
from payment.sandbox.timing import iso

type Json = dict[str, Any]
INTEGRATION = 463433


def transaction_status(charge: Charge) -> str:
    """A payment nobody looked at yet reads `abandoned`, as it does at Paystack: that word is not the end."""
    if charge.status == Charge.Status.UNSEEN:
        return "abandoned"
    if charge.status != Charge.Status.SUCCESS:
        return charge.status
    refunds = [refund for refund in charge.refunds.all() if refund.status != Refund.Status.FAILED]
    if sum(refund.amount_kobo for refund in refunds) < charge.amount_kobo:
        return "success"
    return "reversal pending" if any(refund.status in Refund.OPEN for refund in refunds) else "reversed"


def customer(charge: Charge) -> Json:
    return {
        "id": charge.public_id + 1,
        "first_name": None,
        "last_name": None,
        "email": charge.email,
        "customer_code": f"CUS_{charge.access_code[:15].lower()}",
        "phone": None,
        "metadata": None,
        "risk_action": "default",
        "international_format_phone": None,
    }


def authorization(charge: Charge) -> Json:
    if charge.status != Charge.Status.SUCCESS:
        return {}
    if charge.channels == ["dedicated_nuban"]:
        return managed_account(charge)
    return {
        "authorization_code": f"AUTH_{charge.access_code[:10].lower()}",
        "bin": "408408",
        "last4": "4081",
        "exp_month": "12",
        "exp_year": "2030",
        "channel": "card",
        "card_type": "visa ",
        "bank": "TEST BANK",
        "country_code": "NG",
        "brand": "visa",
        "reusable": True,
        "signature": f"SIG_{charge.access_code[:20]}",
        "account_name": None,
    }


def managed_account(charge: Charge) -> Json:
    """Of a transfer to a dedicated account: who sent it, and to which number."""
    return {
        "authorization_code": f"AUTH_{charge.access_code[:10].lower()}",
        "bin": "008xxx",
        "last4": "0553",
        "exp_month": "12",
        "exp_year": "2030",
        "channel": "dedicated_nuban",
        "card_type": "transfer",
        "bank": None,
        "country_code": "NG",
        "brand": "Managed Account",
        "reusable": False,
        "signature": None,
        "account_name": None,
        "sender_country": "NG",
        "sender_bank": None,
        "sender_bank_account_number": "xxxxxx0553",
        "receiver_bank_account_number": (charge.metadata or {})["receiver_account_number"],
        "receiver_bank": (charge.metadata or {})["receiver_bank"],
    }


def transaction(charge: Charge) -> Json:
    """As in the answer of verify. `fees` is null and `metadata` an empty string where there is none."""
    paid = charge.status == Charge.Status.SUCCESS
    responses = {"success": "Successful", "failed": "Declined", "ongoing": "The transaction is not yet completed"}
    return {
        "id": charge.public_id,
        "domain": charge.domain,
        "status": transaction_status(charge),
        "reference": charge.reference,
        "receipt_number": None,
        "amount": charge.amount_kobo,
        "message": None,
        "gateway_response": responses.get(charge.status, "The transaction was not completed"),
        "paid_at": iso(charge.paid_at),
        "created_at": iso(charge.created_at),
        "channel": (charge.channels or ["card"])[0],
        "currency": charge.currency,
        "ip_address": "102.89.33.10",
        "metadata": "" if charge.metadata is None else charge.metadata,
        "log": None,
        "fees": charge.fee_kobo if paid else None,
        "fees_split": None,
        "authorization": authorization(charge),
        "customer": customer(charge),
        "plan": None,
        "split": {},
        "order_id": None,
        "paidAt": iso(charge.paid_at),
        "createdAt": iso(charge.created_at),
        "requested_amount": charge.requested_kobo,
        "pos_transaction_data": None,
        "source": None,
        "fees_breakdown": None,
        "connect": None,
        "transaction_date": iso(charge.created_at),
        "plan_object": {},
        "subaccount": {},
    }


def transaction_listed(charge: Charge) -> Json:
    """As in the list, where an absent plan is an empty object."""
    return transaction(charge) | {"plan": {}}


def transaction_fetched(charge: Charge) -> Json:
    """As when it is fetched by its number."""
    source = {"type": "api", "source": "merchant_api", "identifier": None}
    return transaction_listed(charge) | {"helpdesk_link": None, "source": source}


def charge_event(charge: Charge) -> Json:
    """`metadata` is 0 where there is none: here the samples of webhook and answer differ."""
    data = transaction(charge)
    keep = (
        *("id", "domain", "status", "reference", "amount", "message", "gateway_response", "paid_at", "created_at"),
        *("channel", "currency", "ip_address", "metadata", "fees_breakdown", "log", "fees", "fees_split"),
        *("authorization", "customer", "plan", "subaccount", "split", "order_id", "paidAt", "requested_amount"),
        *("pos_transaction_data", "source"),
    )
    return {key: data[key] for key in keep} | {"metadata": 0 if charge.metadata is None else charge.metadata}


def recipient(row: Recipient, domain: str) -> Json:
    bank = BY_CODE[row.bank_code]
    return {
        "active": True,
        "createdAt": iso(row.created_at),
        "currency": "NGN",
        "description": "",
        "domain": domain,
        "email": "",
        "id": row.pk,
        "integration": INTEGRATION,
        "metadata": None,
        "name": row.name,
        "recipient_code": row.code,
        "type": "nuban",
        "updatedAt": iso(row.created_at),
        "is_deleted": False,
        "isDeleted": False,
        "details": {
            "authorization_code": None,
            "account_number": row.account_number,
            "account_name": row.account_name,
            "bank_code": row.bank_code,
            "bank_name": bank.name,
        },
    }


def transfer(row: Transfer, domain: str) -> Json:
    """As in the answer of POST /transfer, where `recipient` is the recipient's number."""
    return {
        "transfersessionid": [],
        "transfertrials": [],
        "domain": domain,
        "amount": row.amount_kobo,
        "currency": row.currency,
        "reference": row.reference,
        "source": "balance",
        "source_details": None,
        "reason": row.reason,
        "status": row.status,
        "failures": None,
        "transfer_code": row.code,
        "titan_code": None,
        "transferred_at": iso(row.transferred_at),
        "id": row.public_id,
        "integration": INTEGRATION,
        "request": row.public_id + 7,
        "recipient": row.recipient_id,
        "session": {"provider": None, "id": None},
        "createdAt": iso(row.created_at),
        "updatedAt": iso(row.transferred_at or row.created_at),
    }


def transfer_read(row: Transfer, domain: str) -> Json:
    """As in the answer of verify and fetch, where `recipient` is an object."""
    sent = row.transferred_at is not None
    return transfer(row, domain) | {
        "recipient": recipient(row.recipient, domain) if row.recipient else None,
        "session": {"provider": "nip" if sent else None, "id": f"{row.public_id:030d}" if sent else None},
        "fee_charged": row.fee_kobo,
        "fees_breakdown": None,
        "gateway_response": row.complete_message or None,
        "failures": {"reason": row.complete_message} if row.complete_message else None,
    }


def transfer_event(row: Transfer, domain: str) -> Json:
    """Times are `createdAt` in transfer.success and `created_at` in the others, as in the official samples."""
    data = transfer_read(row, domain)
    data["integration"] = {"id": INTEGRATION, "is_live": domain == "live", "business_name": "Payshift Limited"}
    if row.status != Transfer.Status.SUCCESS:
        data["created_at"], data["updated_at"] = data.pop("createdAt"), data.pop("updatedAt")
    return data


def refund(row: Refund) -> Json:
    """As in the answers of list and fetch, where `fully_deducted` is a number."""
    done = row.status == Refund.Status.PROCESSED
    return {
        "id": row.public_id,
        "integration": INTEGRATION,
        "domain": row.charge.domain,
        "transaction": row.charge.public_id,
        "dispute": None,
        "amount": row.amount_kobo,
        "deducted_amount": row.amount_kobo,
        "currency": row.charge.currency,
        "channel": None,
        "fully_deducted": int(done),
        "status": row.status,
        "refunded_by": "gateway@payshift.example",
        "refunded_at": iso(row.created_at),
        "expected_at": iso(row.created_at),
        "settlement": None,
        "customer_note": row.customer_note or f"Refund for transaction {row.charge.reference}",
        "merchant_note": row.merchant_note,
        "bank_reference": None,
        "transaction_reference": row.charge.reference,
        "reason": row.merchant_note or "Refund",
        "customer": customer(row.charge),
        "refund_type": "full" if row.amount_kobo == row.charge.amount_kobo else "partial",
        "transaction_amount": row.charge.amount_kobo,
        "initiated_by": "gateway@payshift.example",
        "refund_channel": "card",
        "session_id": None,
        "collect_account_number": False,
        "createdAt": iso(row.created_at),
        "updatedAt": iso(row.created_at),
    }


def refund_event(row: Refund) -> Json:
    """`amount` is text while it goes well and a number in the other events; the id is not in all of them."""
    pending = row.status == Refund.Status.PENDING
    goes_well = row.status in (Refund.Status.PENDING, Refund.Status.PROCESSING, Refund.Status.PROCESSED)
    data = {
        "status": row.status,
        "transaction_reference": row.charge.reference,
        "refund_reference": None if pending else f"TRF_{secrets.token_hex(6)}",
        "amount": str(row.amount_kobo) if goes_well else row.amount_kobo,
        "currency": row.charge.currency,
        "processor": "instant-transfer",
        "customer": {"first_name": None, "last_name": None, "email": row.charge.email},
        "integration": INTEGRATION,
        "domain": row.charge.domain,
    }
    if row.status == Refund.Status.NEEDS_ATTENTION:
        told = refund(row)
        data |= {"customer_note": told["customer_note"], "merchant_note": told["merchant_note"]}
    return data if pending else data | {"id": str(row.public_id)}


def dispute(row: Chargeback) -> Json:
    return {
        "id": row.public_id,
        "refund_amount": row.amount_kobo,
        "currency": row.charge.currency,
        "status": row.status,
        "resolution": row.resolution or None,
        "domain": row.charge.domain,
        "transaction": transaction(row.charge),
        "transaction_reference": None,
        "category": row.category,
        "bin": "408408",
        "last4": "4081",
        "note": None,
        "customer": customer(row.charge),
        "evidence": row.evidence or None,
        "attachments": "",
        "messages": [
            {
                "sender": row.charge.email,
                "body": "Customer complained of a debit error",
                "createdAt": iso(row.created_at),
            }
        ],
        "history": [{"status": "pending", "by": row.charge.email, "createdAt": iso(row.created_at)}],
        "dueAt": iso(row.due_at),
        "resolvedAt": iso(row.resolved_at),
        "createdAt": iso(row.created_at),
        "updatedAt": iso(row.resolved_at or row.created_at),
    }


def dispute_resolved(row: Chargeback, *, message: str) -> Json:
    """As in the answer to resolving it, where payment and evidence are numbers."""
    told = dispute(row)
    kept = (
        *("currency", "last4", "bin", "transaction_reference", "refund_amount", "status", "domain", "category", "note"),
        *("attachments", "id", "createdAt", "updatedAt", "dueAt"),
    )
    return {key: told[key] for key in kept} | {
        "resolution": row.resolution,
        "merchant_transaction_reference": row.charge.reference,
        "integration": INTEGRATION,
        "transaction": row.charge.public_id,
        "created_by": INTEGRATION,
        "evidence": row.public_id,
        "resolvedAt": told["resolvedAt"] or told["updatedAt"],
        "message": {
            "dispute": row.public_id,
            "sender": "gateway@payshift.example",
            "body": message,
            "id": row.public_id,
            "createdAt": told["updatedAt"],
            "updatedAt": told["updatedAt"],
        },
    }


def dispute_event(row: Chargeback) -> Json:
    """Times are `created_at` here, and `createdAt` in answers."""
    data = dispute(row)
    data["created_at"], data["updated_at"] = data.pop("createdAt"), data.pop("updatedAt")
    return data
