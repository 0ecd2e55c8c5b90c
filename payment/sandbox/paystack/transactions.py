"""paystack.com/docs/api/transaction"""

import json
import re
import secrets
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.urls import reverse

from payment.sandbox import charging
from payment.sandbox.calls import Call, Reply
from payment.sandbox.models import Charge, Provider
from payment.sandbox.models.charges import PUBLIC_ID_OFFSET
from payment.sandbox.paystack import payloads
from payment.sandbox.paystack.envelope import kobo, ok, refuse, required, text
from payment.sandbox.paystack.paging import page_of
from payment.sandbox.webhooks import domain

MINIMUM_KOBO = 5_000
REFERENCE = re.compile(r"[A-Za-z0-9.=-]{1,100}")
CHANNELS = frozenset(("card", "bank", "ussd", "qr", "mobile_money", "bank_transfer", "eft", "apple_pay", "payattitude"))
FILTERS: dict[str, dict[str, Any]] = {
    "success": {"status": Charge.Status.SUCCESS},
    "failed": {"status": Charge.Status.FAILED},
    "abandoned": {"status__in": (Charge.Status.ABANDONED, Charge.Status.UNSEEN)},
    "ongoing": {"status": Charge.Status.ONGOING},
}


def initialize(call: Call) -> Reply:
    body = call.body
    required(body, "email", "amount")
    try:
        validate_email(text(body["email"]))
    except ValidationError:
        raise refuse("Invalid Email Address Passed", "invalid_email_address") from None
    currency = text(body.get("currency")) or "NGN"
    if currency != "NGN":
        raise refuse("Currency not supported by merchant", "unsupported_currency")
    reference = text(body.get("reference")) or secrets.token_hex(8)
    if not REFERENCE.fullmatch(reference):
        raise refuse("Invalid transaction reference", "invalid_reference")
    channels = body.get("channels") or []
    if not isinstance(channels, list) or not CHANNELS.issuperset(channels):
        raise refuse("Invalid channels", "invalid_params")
    try:
        charge = charging.open_charge(
            provider=Provider.PAYSTACK,
            reference=reference,
            amount_kobo=kobo(body["amount"], minimum=MINIMUM_KOBO),
            currency=currency,
            domain=domain(),
            email=text(body["email"]),
            callback_url=text(body.get("callback_url"))[:1000],
            channels=channels,
            metadata=_metadata(body.get("metadata")),
        )
    except charging.ReferenceTaken:
        raise refuse("Duplicate Transaction Reference", "duplicate_reference") from None
    url = call.request.build_absolute_uri(reverse("checkout", args=[charge.access_code]))
    data = {"authorization_url": url, "access_code": charge.access_code, "reference": charge.reference}
    return ok("Authorization URL created", data)


def verify(call: Call, *, reference: str) -> Reply:
    """HTTP 200 also for a payment that failed."""
    charge = Charge.objects.filter(provider=Provider.PAYSTACK, reference=reference).first()
    if charge is None:
        raise refuse("Transaction reference not found.", "transaction_not_found", status=404)
    return ok("Verification successful", payloads.transaction(charge))


def fetch(call: Call, *, transaction_id: int) -> Reply:
    charge = by_id_or_reference(str(transaction_id))
    if charge is None:
        raise refuse("Transaction not found", "transaction_not_found", status=404)
    return ok("Transaction retrieved", payloads.transaction_fetched(charge))


def listing(call: Call) -> Reply:
    charges = Charge.objects.filter(provider=Provider.PAYSTACK).prefetch_related("refunds").order_by("-id")
    if status := call.query.get("status"):
        charges = charges.filter(**FILTERS[status]) if status in FILTERS else charges.none()
    if email := call.query.get("customer_email"):
        charges = charges.filter(email__iexact=email)
    for name, lookup in (("from", "created_at__gte"), ("to", "created_at__lte")):
        if value := call.query.get(name):
            charges = charges.filter(**{lookup: moment(value)})
    rows, meta = page_of(call, charges)
    meta["total_volume"] = sum(row.amount_kobo for row in rows)
    return ok("Transactions retrieved", [payloads.transaction_listed(row) for row in rows], meta=meta)


def by_id_or_reference(value: str) -> Charge | None:
    """Refunds and others name a transaction by its number or by its reference."""
    charges = Charge.objects.filter(provider=Provider.PAYSTACK)
    found = charges.filter(reference=value).first()
    if found is None and value.isdigit() and len(value) < 19:
        found = charges.filter(pk=int(value) - PUBLIC_ID_OFFSET).first()
    return found


def _metadata(value: Any) -> Any:
    """An object, or the same as JSON text: older clients send it so."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value or None


def moment(value: str) -> datetime:
    """Raises `Refused` unless it is a date or a time; without an offset it is UTC."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise refuse("Invalid date", "invalid_params") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
