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
from payment.providers.lists import Read, pages, readable
from payment.providers.parsing import Moment, NairaToKobo, Prose, Reference, TextId, Wire, Word, read
from payment.providers.reports import Told

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
    """Raises `OddAnswer` for one that cannot be read. The list is asked for naira alone, and names no currency."""
    return _told(read(ChargebackData, data, provider="flutterwave"))


def _told(row: ChargebackData) -> DisputedCharge:
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


def open_ones(http: ProviderHttp, data_of: Read) -> Told[DisputedCharge]:
    rows = readable(ChargebackData, _of_status(http, data_of, INITIATED), provider=http.name)
    return Told([_told(row) for row in rows.rows], rows.unreadable)


def _of_status(http: ProviderHttp, data_of: Read, status: str) -> Iterator[object]:
    """All chargebacks of this status, newest first as they are listed. Raises `ProviderUnreachable` for too many."""
    params = {"status": status, "currency": "NGN"}
    for rows in pages(http, data_of, "/chargebacks", of="chargebacks", most=PAGES, params=params):
        # A filter that is not heard must not show one twice, under each status that is asked for.
        yield from (row for row in rows if not isinstance(row, dict) or row.get("status", status) == status)


def look_up(http: ProviderHttp, data_of: Read, *, provider_id: str) -> DisputedCharge:
    """Others in the list are not read: none of them says how this one stands. Raises `ReferenceUnknown`."""
    for status in OUTCOMES:
        for row in _of_status(http, data_of, status):
            if isinstance(row, dict) and str(row.get("id")) == provider_id:
                return disputed_charge(row)
    raise ReferenceUnknown("flutterwave has no chargeback of this number.")


def answer(http: ProviderHttp, data_of: Read, *, provider_id: str, reply: ChargebackReply) -> DisputedCharge:
    """Say it, then read how it stands: the answer to it does not name the payment."""
    contested = reply.evidence is not None
    comment = f"{reply.message}\n\n{reply.evidence.service_details}" if reply.evidence else reply.message
    payload = {"action": "decline" if contested else "accept", "comment": comment}
    data_of(Call.CHARGEBACK, http.put(f"/chargebacks/{quote(provider_id, safe='')}", payload=payload))
    return look_up(http, data_of, provider_id=provider_id)
