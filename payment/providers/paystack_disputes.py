"""Chargebacks at Paystack, which calls them disputes. Facts: paystack.com/docs/api/dispute, and samples of webhooks."""

from payment.providers.base import ChargebackOutcome, DisputedCharge
from payment.providers.parsing import Kobo, Moment, Prose, Reference, TextId, Wire, Word, read

AWAITED = "awaiting-merchant-feedback"
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
    )
