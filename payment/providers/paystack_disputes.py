"""Chargebacks at Paystack, which calls them disputes. Facts: paystack.com/docs/api/dispute, and samples of webhooks.

Status: awaiting-merchant-feedback -> awaiting-bank-feedback (we declined it) -> resolved, or resolved at once.
"""

from urllib.parse import quote

from pydantic import Field

from payment.providers.answers import Call
from payment.providers.base import ChargebackOutcome, ChargebackReply, DisputedCharge, Document
from payment.providers.http import ProviderHttp
from payment.providers.lists import Read, list_of, readable
from payment.providers.parsing import Kobo, Moment, Prose, Reference, TextId, Wire, Word, read
from payment.providers.reports import Told

AWAITED = "awaiting-merchant-feedback"
AT_THE_BANK = "awaiting-bank-feedback"
RESOLVED = "resolved"
# auto-accepted: nobody answered in time. Accepted in whatever way, the money is gone; declined, the bank gave up.
OUTCOMES = {
    "merchant-accepted": ChargebackOutcome.LOST,
    "auto-accepted": ChargebackOutcome.LOST,
    "declined": ChargebackOutcome.WON,
}


class Transaction(Wire):
    reference: Reference = ""


class DisputeData(Wire):
    id: TextId
    status: Word
    refund_amount: Kobo
    currency: Word
    transaction: Transaction
    resolution: Prose = ""
    category: Prose = ""
    dueAt: Moment = None


def disputed_charge(data: object) -> DisputedCharge:
    """A dispute as answers and webhooks have it. Raises `OddAnswer` for one that cannot be read."""
    return _told(read(DisputeData, data, provider="paystack"))


def _told(dispute: DisputeData) -> DisputedCharge:
    outcome = ChargebackOutcome.OPEN
    if dispute.status == RESOLVED:
        outcome = OUTCOMES.get(dispute.resolution, ChargebackOutcome.UNCLEAR)
    return DisputedCharge(
        provider_id=dispute.id,
        charge_reference=dispute.transaction.reference,
        outcome=outcome,
        amount_kobo=dispute.refund_amount,
        currency=dispute.currency,
        category=dispute.category,
        due_at=dispute.dueAt,
        message=f"{dispute.status} {dispute.resolution}".strip(),
        awaits_us=dispute.status not in (RESOLVED, AT_THE_BANK),
    )


def open_ones(http: ProviderHttp, data_of: Read) -> Told[DisputedCharge]:
    """The newest 100 that wait for us; more are a matter of minutes."""
    rows = data_of(Call.LIST, http.get("/dispute", params={"status": AWAITED, "perPage": "100"}))
    disputes = readable(DisputeData, list_of(rows, http, of="disputes"), provider=http.name)
    return Told([_told(dispute) for dispute in disputes.rows], disputes.unreadable)


class EvidenceMade(Wire):
    id: TextId


class Upload(Wire):
    signedUrl: str = Field(pattern=r"^[\x21-\x7e]{1,4000}$")
    fileName: str = Field(pattern=r"^[\x21-\x7e]{1,300}$")


def resolve(http: ProviderHttp, data_of: Read, *, provider_id: str, reply: ChargebackReply) -> DisputedCharge:
    """paystack.com/docs/api/dispute/#resolve: it names one document, also of what is accepted, put there before.

    What comes before the last call has no effect of its own, and is done again with it.
    """
    path = f"/dispute/{quote(provider_id, safe='')}"
    payload: dict[str, object] = {
        "resolution": "declined" if reply.evidence else "merchant-accepted",
        "message": reply.message,
        "refund_amount": reply.accepted_kobo,
    }
    document = _in_words(reply)
    if evidence := reply.evidence:
        document = evidence.document or document
        told = {
            "customer_email": evidence.customer_email,
            "customer_name": evidence.customer_name,
            "customer_phone": evidence.customer_phone,
            "service_details": evidence.service_details,
        }
        made = data_of(Call.CHARGEBACK, http.post(f"{path}/evidence", payload=told))
        payload["evidence"] = int(read(EvidenceMade, made, provider=http.name).id)
    place = data_of(Call.LIST, http.get(f"{path}/upload_url", params={"upload_filename": document.name}))
    upload = read(Upload, place, provider=http.name)
    http.upload(upload.signedUrl, content=document.content, content_type=document.content_type)
    payload["uploaded_filename"] = upload.fileName
    data_of(Call.CHARGEBACK, http.put(f"{path}/resolve", payload=payload))
    # The answer to it has the payment's number and not our reference, so how it stands is read.
    return disputed_charge(data_of(Call.LOOK_UP, http.get(path)))


def _in_words(reply: ChargebackReply) -> Document:
    said = reply.evidence.service_details if reply.evidence else reply.message
    return Document(name="answer.txt", content_type="text/plain; charset=utf-8", content=said.encode())
