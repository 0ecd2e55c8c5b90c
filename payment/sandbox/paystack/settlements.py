"""paystack.com/docs/api/settlement"""

from payment.sandbox.calls import Call, Json, Reply
from payment.sandbox.models import Provider, Settlement
from payment.sandbox.paystack import payloads
from payment.sandbox.paystack.envelope import ok, refuse
from payment.sandbox.paystack.paging import number, page_of
from payment.sandbox.paystack.transactions import moment
from payment.sandbox.settling import settlement_of, shares, totals
from payment.sandbox.timing import iso
from payment.sandbox.webhooks import domain


def listing(call: Call) -> Reply:
    rows = Settlement.objects.filter(provider=Provider.PAYSTACK).order_by("-id")
    if since := call.query.get("from"):
        rows = rows.filter(created_at__gte=moment(since))
    found, meta = page_of(call, rows)
    return ok("Settlements retrieved", [settlement(row) for row in found], meta=meta)


def transactions(call: Call, *, settlement_id: int) -> Reply:
    row = settlement_of(Provider.PAYSTACK, settlement_id)
    if row is None:
        raise refuse("Settlement not found", "settlement_not_found", status=404)
    per_page, page = number(call, "perPage", 50, maximum=100), number(call, "page", 1)
    settled = shares(row)
    found = settled[(page - 1) * per_page : page * per_page]
    data = [payloads.transaction(charge) | {"fees": fee_kobo} for charge, fee_kobo in found]
    meta = {
        "total": len(settled),
        "total_volume": totals(settled)[0],
        "skipped": (page - 1) * per_page,
        "perPage": per_page,
        "page": page,
        "pageCount": -(-len(settled) // per_page),
    }
    return ok("Transactions retrieved", data, meta=meta)


def settlement(row: Settlement) -> Json:
    gross_kobo, fees_kobo = totals(shares(row))
    return {
        "id": row.public_id,
        "domain": domain(),
        "status": "success",
        "currency": "NGN",
        "integration": payloads.INTEGRATION,
        "total_amount": gross_kobo - fees_kobo,
        "effective_amount": gross_kobo - fees_kobo,
        "total_fees": fees_kobo,
        "total_processed": gross_kobo,
        "deductions": None,
        "settlement_date": iso(row.created_at),
        "settled_by": None,
        "createdAt": iso(row.created_at),
        "updatedAt": iso(row.created_at),
    }
