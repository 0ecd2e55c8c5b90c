"""developer.flutterwave.com/docs/payment-operations/chargebacks: GET /chargebacks, PUT /chargebacks/{id}"""

from django.db.models import Q

from payment.sandbox import charging
from payment.sandbox.calls import Call, Reply
from payment.sandbox.flutterwave import payloads
from payment.sandbox.flutterwave.envelope import ok, refuse, required, text
from payment.sandbox.flutterwave.paging import page_of
from payment.sandbox.models import Chargeback, Provider
from payment.sandbox.models.charges import PUBLIC_ID_OFFSET

ACTIONS = {"accept": "merchant-accepted", "decline": "declined"}
DONE = Chargeback.Status.RESOLVED
STATUSES = {
    "initiated": Q(status=Chargeback.Status.AWAITING),
    "declined": Q(status=Chargeback.Status.AWAITING_BANK),
    "accepted": Q(status=DONE, resolution="merchant-accepted"),
    "lost": Q(status=DONE, resolution="auto-accepted"),
    "won": Q(status=DONE, resolution="declined"),
}


def listing(call: Call) -> Reply:
    """Without a status it shows those that were lost, as the reference has it."""
    status = call.query.get("status", "lost")
    if status not in STATUSES:
        raise refuse("Invalid status")
    rows = Chargeback.objects.select_related("charge").filter(STATUSES[status], charge__provider=Provider.FLUTTERWAVE)
    if currency := call.query.get("currency"):
        rows = rows.filter(charge__currency=currency)
    found, meta = page_of(call, rows.order_by("-id"))
    return ok("Chargebacks fetched", [payloads.chargeback(row) for row in found], meta=meta)


def update(call: Call, *, chargeback_id: int) -> Reply:
    required(call.body, "action", "comment")
    action = text(call.body["action"])
    if action not in ACTIONS:
        raise refuse("action must be accept or decline")
    ours = Chargeback.objects.select_related("charge").filter(charge__provider=Provider.FLUTTERWAVE)
    row = ours.filter(pk=chargeback_id - PUBLIC_ID_OFFSET).first()
    if row is None:
        raise refuse("Chargeback not found", status=404)
    if action == "decline":
        row.evidence = {"comment": text(call.body["comment"]), "prooflink": text(call.body.get("prooflink"))}
        row.save(update_fields=["evidence"])
    try:
        row = charging.answer_chargeback(chargeback=row, resolution=ACTIONS[action], refund_kobo=row.amount_kobo)
    except charging.CannotAnswer:
        raise refuse("Chargeback has already been treated") from None
    told = payloads.chargeback(row)
    # The answer names the payment by the provider's own reference alone.
    del told["tx_ref"], told["transaction_id"]
    return ok(f"Chargeback {told['status']}", told)
