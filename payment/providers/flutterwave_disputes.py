"""Chargebacks at Flutterwave v3. Facts: developer.flutterwave.com/docs/payment-operations/chargebacks, and the
reference of GET /chargebacks and PUT /chargebacks/{id}.

Status: initiated -> accepted | declined (we contested it) | lost (nobody answered), declined -> won | lost. An answer
is due within 10 to 48 hours. What the documents have not: a look-up by the chargeback's own number, a filter that gives
all at once (without a status the list may be of those lost), a part that is accepted, and the name of the event that is
sent. So lists are walked, one status after the other; all of it is accepted or none; and any event about a chargeback
only makes us ask. Evidence goes into the comment, the one field that an answer has; there is none for a file.
"""

from collections.abc import Iterator
from urllib.parse import quote

from payment.providers.answers import Call
from payment.providers.base import (
    ChargebackOutcome,
    ChargebackReply,
    DisputedCharge,
    ReferenceUnknown,
)
from payment.providers.http import ProviderHttp
from payment.providers.lists import Read, pages
from payment.providers.parsing import Moment, NairaToKobo, Prose, Reference, TextId, Wire, Word, read

INITIATED, DECLINED = "initiated", "declined"
OUTCOMES = {
    INITIATED: ChargebackOutcome.OPEN,
    DECLINED: ChargebackOutcome.OPEN,
    "accepted": ChargebackOutcome.LOST,
    "lost": ChargebackOutcome.LOST,
    "won": ChargebackOutcome.WON,
}
# The list shows 20 a page: far above what a platform survives.
PAGES = 50


class ChargebackData(Wire):
    id: TextId
    status: Word
    amount: NairaToKobo
    tx_ref: Reference = ""
    stage: Prose = ""
    comment: Prose = ""
    due_date: Moment = None


def disputed_charge(data: object) -> DisputedCharge:
    """Raises `OutcomeUnknown` for one that cannot be read. The list is asked for naira alone, and names no currency."""
    row = read(ChargebackData, data, provider="flutterwave")
    return DisputedCharge(
        provider_id=row.id,
        charge_reference=row.tx_ref,
        outcome=OUTCOMES.get(row.status, ChargebackOutcome.UNCLEAR),
        amount_kobo=row.amount,
        currency="NGN",
        category=row.comment,
        due_at=row.due_date,
        message=f"{row.status} {row.stage}".strip(),
        awaits_us=row.status == INITIATED,
    )


def of_status(http: ProviderHttp, data_of: Read, status: str) -> Iterator[DisputedCharge]:
    """All chargebacks of this status, newest first as they are listed. Raises `ProviderUnreachable` for too many."""
    params = {"status": status, "currency": "NGN"}
    for rows in pages(http, data_of, "/chargebacks", of="chargebacks", most=PAGES, params=params):
        if not rows:
            return
        # A filter that is not heard must not show one twice, under each status that is asked for.
        yield from (each for each in map(disputed_charge, rows) if each.message.split(" ")[0] == status)


def look_up(http: ProviderHttp, data_of: Read, *, provider_id: str) -> DisputedCharge:
    """Raises `ReferenceUnknown`."""
    for status in OUTCOMES:
        for each in of_status(http, data_of, status):
            if each.provider_id == provider_id:
                return each
    raise ReferenceUnknown("flutterwave has no chargeback of this number.")


def answer(http: ProviderHttp, data_of: Read, *, provider_id: str, reply: ChargebackReply) -> DisputedCharge:
    """Say it, then read how it stands: the answer to it does not name the payment."""
    contested = reply.evidence is not None
    comment = f"{reply.message}\n\n{reply.evidence.service_details}" if reply.evidence else reply.message
    payload = {"action": "decline" if contested else "accept", "comment": comment}
    data_of(Call.CHARGEBACK, http.put(f"/chargebacks/{quote(provider_id, safe='')}", payload=payload))
    return look_up(http, data_of, provider_id=provider_id)
