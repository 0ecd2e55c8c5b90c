"""Money that came by card and was not earned: its holder's bank may want it back for months."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from core import clock
from payment.models import CURRENCY

# Pushed by the payer out of an account of their own: nobody's bank takes that back. Both providers' words for it.
PUSHED = ["bank_transfer", "banktransfer", "bank-transfer", "dedicated_nuban", "ussd"]
# What changed a wallet by money that may be card money, in the order in which it did. Money that was put into a job
# out of the wallet, and comes back, is what it was.
CHANGES = """
SELECT e.amount_kobo
FROM payment_ledgerentry e
JOIN payment_ledgertransaction t ON t.id = e.transaction_id
WHERE t.created_at > %(since)s AND e.account_id = (
        SELECT id FROM payment_ledgeraccount WHERE kind = 'wallet' AND user_id = %(user)s AND currency = %(currency)s
    ) AND (
    t.kind IN (
        'wallet_funding', 'card_refund', 'card_refund_fee', 'card_refund_returned',
        'chargeback_held', 'chargeback_released', 'debt_repaid'
    )
    OR (t.kind = 'refund' AND (
        EXISTS (
            SELECT FROM payment_paymentattempt p JOIN payment_payment f ON f.id = p.payment_id
            WHERE f.job_id = t.job_id AND p.status = 'succeeded' AND p.channel <> ALL (%(pushed)s)
        )
        OR EXISTS (
            SELECT FROM payment_ledgertransaction w
            WHERE w.job_id = t.job_id AND w.kind = 'wallet_funding' AND w.created_at > %(since)s
        )
    ))
    OR (t.kind = 'funding' AND EXISTS (
        SELECT FROM payment_paymentattempt p
        WHERE p.reference = split_part(t.reference, ':', 2) AND p.channel <> ALL (%(pushed)s)
    ))
)
ORDER BY e.id
"""


def resting_since() -> datetime:
    return clock.now() - timedelta(days=settings.CARD_MONEY_RESTS_DAYS)


def resting_kobo(*, user_id: int) -> int:
    """What of a wallet came by card in the last days and was neither earned nor given back. One query.

    What leaves towards a card or a job takes of it first; what is earned does not add to it.
    """
    with connection.cursor() as cursor:
        cursor.execute(CHANGES, {"since": resting_since(), "user": user_id, "currency": CURRENCY, "pushed": PUSHED})
        resting = 0
        for (amount_kobo,) in cursor.fetchall():
            resting = max(0, resting + amount_kobo)
    return resting
