"""Money that came by card and was not earned: its holder's bank may want it back for months."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from core import clock
from payment.models import CURRENCY

# Pushed by the payer out of an account of their own: nobody's bank takes that back. Both providers' words for it.
PUSHED = ["bank_transfer", "banktransfer", "bank-transfer", "dedicated_nuban", "ussd"]
# How the memo of money in suspense begins that no try of ours names: the books are all that knows how it came.
NOBODY_ASKED_AND_PUSHED = "Nobody asked for this payment, pushed out of a bank account."
# What changed a wallet by money that may be card money, in the order in which it did. With each what it went into, or
# comes back from: a job, with what came to that by card, or a refund to a card.
CHANGES = """
SELECT e.amount_kobo, place.name, coalesce(by_card.kobo, 0)
FROM payment_ledgerentry e
JOIN payment_ledgertransaction t ON t.id = e.transaction_id
CROSS JOIN LATERAL (
    SELECT CASE
        WHEN t.kind IN ('wallet_funding', 'refund') THEN concat('job ', t.job_id)
        WHEN starts_with(t.kind, 'card_refund') THEN split_part(t.reference, ':', 1)
    END AS name
) place
LEFT JOIN LATERAL (
    SELECT sum(p.captured_kobo)::bigint AS kobo
    FROM payment_paymentattempt p JOIN payment_payment f ON f.id = p.payment_id
    WHERE t.kind IN ('wallet_funding', 'refund') AND f.job_id = t.job_id
      AND p.status = 'succeeded' AND p.channel <> ALL (%(pushed)s)
) by_card ON true
WHERE t.created_at > %(since)s AND e.account_id = (
        SELECT id FROM payment_ledgeraccount WHERE kind = 'wallet' AND user_id = %(user)s AND currency = %(currency)s
    ) AND (
    t.kind IN (
        'wallet_funding', 'refund', 'card_refund', 'card_refund_fee', 'card_refund_returned',
        'chargeback_held', 'chargeback_released', 'chargeback_won', 'debt_repaid'
    )
    OR (t.kind = 'funding' AND EXISTS (
        SELECT FROM payment_paymentattempt p
        WHERE p.reference = split_part(t.reference, ':', 2) AND p.channel <> ALL (%(pushed)s)
    ))
    OR (t.kind = 'suspense_resolved' AND NOT EXISTS (
        SELECT FROM payment_paymentattempt p
        WHERE p.reference = split_part(t.reference, ':', 2) AND p.channel = ANY (%(pushed)s)
    ) AND NOT EXISTS (
        SELECT FROM payment_ledgertransaction came
        WHERE came.kind = 'funding' AND came.reference = t.reference AND starts_with(came.memo, %(unasked)s)
    ))
)
ORDER BY e.id
"""


def resting_since() -> datetime:
    return clock.now() - timedelta(days=settings.CARD_MONEY_RESTS_DAYS)


def resting_kobo(*, user_id: int) -> int:
    """What of a wallet came by card in the last days and was neither earned nor given back. One query.

    What leaves towards a card or a job takes of it first, and is what it was when it comes back; what is earned does
    not add to it. What a bank disputed and gave up came by card anew.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            CHANGES,
            {
                "since": resting_since(),
                "user": user_id,
                "currency": CURRENCY,
                "pushed": PUSHED,
                "unasked": NOBODY_ASKED_AND_PUSHED,
            },
        )
        changes = cursor.fetchall()
    resting, elsewhere = 0, dict[str, int]()
    for amount_kobo, place, by_card_kobo in changes:
        moved = max(amount_kobo, -resting)
        if place is not None:
            there = elsewhere.setdefault(place, by_card_kobo)
            moved = min(moved, there)
            elsewhere[place] = there - moved
        resting += moved
    return resting
