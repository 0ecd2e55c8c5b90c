"""The checks of money that staff moved: each posting by the word of two people, and the word by its posting."""

from payment.models import BOOKED_AS_PROPOSED
from payment.services.comparing import compare

STAFF_MOVES_ARE_BOOKED = compare(
    """
    SELECT leg.kind, m.reference, leg.account_id, leg.kobo
    FROM payment_staffmove m
    CROSS JOIN own
    LEFT JOIN wallets ON wallets.user_id = m.user_id
    LEFT JOIN providers ON providers.provider = m.provider
    CROSS JOIN LATERAL (
        SELECT CASE m.kind
                   WHEN 'staff_payment' THEN own.platform_fees
                   WHEN 'suspense_resolved' THEN own.suspense
                   WHEN 'settlement' THEN own.platform_bank
                   WHEN 'provider_topup' THEN providers.id
                   WHEN 'tax_remitted' THEN own.vat
                   ELSE own.provider_fees
               END AS debit,
               CASE
                   WHEN m.kind IN ('staff_payment', 'suspense_resolved') AND m.user_id IS NOT NULL THEN wallets.id
                   WHEN m.kind IN ('provider_topup', 'bank_charge', 'tax_remitted') THEN own.platform_bank
                   ELSE providers.id
               END AS credit
    ) sides
    CROSS JOIN LATERAL (VALUES
        (m.kind, sides.debit, -m.amount_kobo),
        (m.kind, sides.credit, m.amount_kobo)
    ) leg (kind, account_id, kobo)
    WHERE m.status = 'approved'
    """,
    kinds=tuple(BOOKED_AS_PROPOSED),
    implied_only=f"kind IN ({', '.join(f"'{kind}'" for kind in BOOKED_AS_PROPOSED)})",
)

TWO_PEOPLE_MOVED_IT = """
SELECT concat_ws(' ', m.kind, m.reference, 'proposed by', m.proposed_by_id, 'approved by', m.decided_by_id),
       m.amount_kobo, 0
FROM payment_staffmove m
WHERE m.status = 'approved' AND (
    m.proposed_by_id = m.decided_by_id OR m.user_id IN (m.proposed_by_id, m.decided_by_id)
)
"""

# What came into suspense leaves it under the same reference, once, whole.
SUSPENSE_IS_RESOLVED_WHOLE = """
SELECT concat_ws(' ', 'suspense_resolved', t.reference), -e.amount_kobo, coalesce(came.kobo, 0)
FROM payment_ledgertransaction t
JOIN payment_ledgerentry e ON e.transaction_id = t.id
JOIN payment_ledgeraccount a ON a.id = e.account_id AND a.kind = 'suspense'
LEFT JOIN LATERAL (
    SELECT f.amount_kobo AS kobo FROM payment_ledgertransaction c
    JOIN payment_ledgerentry f ON f.transaction_id = c.id AND f.account_id = e.account_id
    WHERE c.kind = 'funding' AND c.reference = t.reference
) came ON true
WHERE t.kind = 'suspense_resolved' AND -e.amount_kobo IS DISTINCT FROM came.kobo
"""

# What is in suspense is what came there and was not resolved.
SUSPENSE_HAS_ITS_FUNDINGS = """
SELECT 'suspense', a.balance_kobo, coalesce(open.kobo, 0)
FROM payment_ledgeraccount a
CROSS JOIN LATERAL (
    SELECT sum(e.amount_kobo)::bigint AS kobo
    FROM payment_ledgerentry e JOIN payment_ledgertransaction t ON t.id = e.transaction_id
    WHERE e.account_id = a.id AND t.kind = 'funding' AND NOT EXISTS (
        SELECT FROM payment_staffmove m
        WHERE m.kind = 'suspense_resolved' AND m.status = 'approved' AND m.reference = t.reference
    )
) open
WHERE a.kind = 'suspense' AND a.balance_kobo <> coalesce(open.kobo, 0)
"""

# An asset runs negative: what a provider holds is never less than nothing. Money that it paid out was topped up first.
PROVIDERS_HOLD_SOMETHING = """
SELECT concat_ws(' ', a.kind, a.provider, 'holds less than nothing: a top-up or an income is not booked'),
       -a.balance_kobo, 0
FROM payment_ledgeraccount a WHERE a.kind = 'provider_balance' AND a.balance_kobo > 0
"""

STAFF_CHECKS: dict[str, str] = {
    "money that staff moved is booked": STAFF_MOVES_ARE_BOOKED,
    "two people moved it": TWO_PEOPLE_MOVED_IT,
    "suspense is resolved whole": SUSPENSE_IS_RESOLVED_WHOLE,
    "suspense is what came and was not resolved": SUSPENSE_HAS_ITS_FUNDINGS,
    "no provider holds less than nothing": PROVIDERS_HOLD_SOMETHING,
}
