"""paystack.com/docs/api/refund"""

from payment.sandbox import refunding
from payment.sandbox.calls import Call, Reply
from payment.sandbox.models import Refund
from payment.sandbox.models.charges import PUBLIC_ID_OFFSET
from payment.sandbox.paystack import payloads
from payment.sandbox.paystack.envelope import kobo, ok, refuse, required, text
from payment.sandbox.paystack.paging import page_of
from payment.sandbox.paystack.transactions import by_id_or_reference, moment


def create(call: Call) -> Reply:
    body = call.body
    required(body, "transaction")
    charge = by_id_or_reference(text(body["transaction"]))
    if charge is None:
        raise refuse("Transaction not found", "transaction_not_found", status=404)
    if (text(body.get("currency")) or charge.currency) != charge.currency:
        raise refuse("Refund currency must be that of the transaction", "invalid_params")
    amount = body.get("amount")
    try:
        row = refunding.refund(
            charge=charge,
            amount_kobo=None if amount in (None, "") else kobo(amount),
            met=call.met,
            customer_note=text(body.get("customer_note"))[:500],
            merchant_note=text(body.get("merchant_note"))[:500],
        )
    except refunding.CannotRefund as error:
        raise refuse(str(error), "invalid_refund") from None
    # Here, and only here, `transaction` is the whole object.
    transaction = payloads.transaction(row.charge) | {"plan": {}}
    data = payloads.refund(row) | {"transaction": transaction, "fully_deducted": False}
    return ok("Refund has been queued for processing", data)


def fetch(call: Call, *, refund_id: int) -> Reply:
    return ok("Refund retrieved", payloads.refund(_refund(refund_id)))


def listing(call: Call) -> Reply:
    """By time and page only: the OpenAPI document knows no filter by payment, so whoever lists has to compare."""
    rows = Refund.objects.filter(charge__provider="paystack").select_related("charge").order_by("-id")
    for name, lookup in (("from", "created_at__gte"), ("to", "created_at__lte")):
        if value := call.query.get(name):
            rows = rows.filter(**{lookup: moment(value)})
    found, meta = page_of(call, rows)
    failed = rows.filter(status=Refund.Status.FAILED).count()
    meta |= {"perPage": str(meta["perPage"]), "failedRefundCount": failed}
    return ok("Refunds retrieved", [payloads.refund(row) for row in found], meta=meta)


def retry(call: Call, *, refund_id: int) -> Reply:
    """With the customer's account, for a refund that needs attention; 422 for any other."""
    details = call.body.get("refund_account_details")
    if not isinstance(details, dict):
        raise refuse("Refund account details is required", "missing_params")
    required(details, "currency", "account_number", "bank_id")
    row = _refund(refund_id)
    if row.status != Refund.Status.NEEDS_ATTENTION:
        raise refuse("Refund does not need attention", "invalid_refund_status", status=422)
    row = refunding.settle(refund_id=row.pk, status=Refund.Status.PROCESSING)
    return ok("Refund retried and has been queued for processing", payloads.refund(row))


def _refund(refund_id: int) -> Refund:
    row = Refund.objects.select_related("charge").filter(pk=refund_id - PUBLIC_ID_OFFSET).first()
    if row is None:
        raise refuse("Refund not found", "refund_not_found", status=404)
    return row
