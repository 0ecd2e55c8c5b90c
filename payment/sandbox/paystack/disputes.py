"""paystack.com/docs/api/dispute, and the store that its documents are put into."""

import base64
import hashlib
import hmac
import secrets

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from core import clock
from core.models import PayshiftQuerySet
from payment.sandbox import charging
from payment.sandbox.calls import Call, Reply
from payment.sandbox.models import Chargeback, Provider
from payment.sandbox.models.charges import PUBLIC_ID_OFFSET
from payment.sandbox.paystack import payloads
from payment.sandbox.paystack.envelope import kobo, ok, refuse, required, text
from payment.sandbox.paystack.paging import page_of
from payment.sandbox.timing import iso


def listing(call: Call) -> Reply:
    rows = _ours().prefetch_related("charge__refunds").order_by("-id")
    if status := call.query.get("status"):
        rows = rows.filter(status=status)
    found, meta = page_of(call, rows)
    return ok("Disputes retrieved", [payloads.dispute(row) for row in found], meta=meta)


def fetch(call: Call, *, dispute_id: int) -> Reply:
    return ok("Dispute retrieved", payloads.dispute(_dispute(dispute_id)))


def resolve(call: Call, *, dispute_id: int) -> Reply:
    body = call.body
    required(body, "resolution", "message", "refund_amount", "uploaded_filename")
    if body["resolution"] not in ("merchant-accepted", "declined"):
        raise refuse("Resolution must be merchant-accepted or declined", "invalid_params")
    dispute, refund_kobo = _dispute(dispute_id), kobo(body["refund_amount"], minimum=0)
    if body["uploaded_filename"] not in dispute.documents:
        raise refuse("The document was not uploaded", "invalid_params")
    if body["resolution"] == "declined" and not dispute.evidence:
        raise refuse("Evidence is required to decline a dispute", "missing_params")
    try:
        row = charging.answer_chargeback(chargeback=dispute, resolution=body["resolution"], refund_kobo=refund_kobo)
    except charging.CannotAnswer as error:
        raise refuse(str(error), "dispute_resolved") from None
    return ok("Dispute successfully resolved", payloads.dispute_resolved(row, message=text(body["message"])))


def add_evidence(call: Call, *, dispute_id: int) -> Reply:
    required(call.body, "customer_email", "customer_name", "customer_phone", "service_details")
    row = _dispute(dispute_id)
    row.evidence = {key: text(value) for key, value in call.body.items()}
    row.save(update_fields=["evidence"])
    told = {"delivery_address": "", "delivery_date": "", **row.evidence}
    times = {"createdAt": iso(clock.now()), "updatedAt": iso(clock.now())}
    return ok("Evidence created", told | {"dispute": row.public_id, "id": row.public_id} | times)


def upload_url(call: Call, *, dispute_id: int) -> Reply:
    if not call.query.get("upload_filename"):
        raise refuse("upload_filename is required", "missing_params")
    name = f"{_dispute(dispute_id).public_id}-{secrets.token_hex(10)}"
    place = call.request.build_absolute_uri(f"/paystack/uploads/{name}?X-Amz-Signature={_signature(name)}")
    return ok("Upload url generated", {"signedUrl": place, "fileName": name})


@csrf_exempt
@transaction.atomic
def upload(request: HttpRequest, name: str) -> HttpResponse:
    """The store of documents, which is another's and knows no key: the address is the right to put one there."""
    given = request.GET.get("X-Amz-Signature", "")
    row = Chargeback.objects.select_for_update().filter(pk=int(name.split("-")[0]) - PUBLIC_ID_OFFSET).first()
    if request.method != "PUT" or row is None or not hmac.compare_digest(_signature(name), given):
        return HttpResponse("<Error><Code>AccessDenied</Code></Error>", status=403, content_type="application/xml")
    content = base64.b64encode(request.body).decode()
    row.documents[name] = {"type": request.headers.get("Content-Type", ""), "content": content}
    row.save(update_fields=["documents"])
    return HttpResponse(status=200)


def _signature(name: str) -> str:
    return hmac.new(settings.PAYSTACK_SECRET_KEY.encode(), name.encode(), hashlib.sha256).hexdigest()


def _ours() -> PayshiftQuerySet[Chargeback]:
    return Chargeback.objects.select_related("charge").filter(charge__provider=Provider.PAYSTACK)


def _dispute(dispute_id: int) -> Chargeback:
    row = _ours().filter(pk=dispute_id - PUBLIC_ID_OFFSET).first()
    if row is None:
        raise refuse("Dispute not found", "dispute_not_found", status=404)
    return row
