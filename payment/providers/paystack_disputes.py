"""Chargebacks at Paystack, which calls them disputes. Facts: paystack.com/docs/api/dispute, and samples of webhooks.

Status: awaiting-merchant-feedback -> awaiting-bank-feedback (we declined it) -> resolved, or resolved at once.
"""

from collections.abc import Callable
from dataclasses import asdict
from urllib.parse import quote

from payment.providers.answers import Call
from payment.providers.base import ChargebackOutcome, ChargebackReply, DisputedCharge
from payment.providers.http import Answer, ProviderHttp
from payment.providers.parsing import Kobo, Moment, Prose, Reference, TextId, Wire, Word, read

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
    """A dispute as answers and webhooks have it. Raises `OutcomeUnknown` for one that cannot be read."""
    dispute = read(DisputeData, data, provider="paystack")
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


class EvidenceMade(Wire):
    id: TextId


class Upload(Wire):
    signedUrl: str
    fileName: str


def resolve(
    http: ProviderHttp, data_of: Callable[[Call, Answer], object], *, provider_id: str, reply: ChargebackReply
) -> DisputedCharge:
    """paystack.com/docs/api/dispute/#resolve: it names a document, also of what is accepted, so one is put there first.

    What comes before the last call has no effect of its own, and is done again with it.
    """
    path = f"/dispute/{quote(provider_id, safe='')}"
    payload: dict[str, object] = {
        "resolution": "declined" if reply.evidence else "merchant-accepted",
        "message": reply.message,
        "refund_amount": reply.accepted_kobo,
    }
    if reply.evidence:
        made = data_of(Call.CHARGEBACK, http.post(f"{path}/evidence", payload=asdict(reply.evidence)))
        payload["evidence"] = int(read(EvidenceMade, made, provider=http.name).id)
    place = data_of(Call.LIST, http.get(f"{path}/upload_url", params={"upload_filename": "answer.txt"}))
    upload = read(Upload, place, provider=http.name)
    http.upload(upload.signedUrl, text=reply.evidence.service_details if reply.evidence else reply.message)
    payload["uploaded_filename"] = upload.fileName
    return disputed_charge(data_of(Call.CHARGEBACK, http.put(f"{path}/resolve", payload=payload)))
