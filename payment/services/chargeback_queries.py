"""The checks of chargebacks and debts, in both directions: each row by its postings, each posting by its row.

A chargeback's postings are numbered: `<provider>:<its number>:1` and so on, as many as the row says.
"""

from payment.services.comparing import compare

HELD_IS_WHAT_CHARGEBACKS_HOLD = """
SELECT 'held for chargebacks', books.kobo, rows.kobo FROM
    (SELECT coalesce(sum(balance_kobo), 0)::bigint AS kobo FROM payment_ledgeraccount WHERE kind = 'chargebacks_held')
        books,
    (SELECT coalesce(sum(held_kobo), 0)::bigint AS kobo FROM payment_chargeback) rows
WHERE books.kobo <> rows.kobo
"""

# What one chargeback's postings of some kinds did to one kind of account; `subject` narrows it to the payer's own.
_OF_CHARGEBACK = """
SELECT concat_ws(' ', c.provider, c.provider_id, '{what}'), coalesce(sum(e.amount_kobo), 0)::bigint, {expected}
FROM payment_chargeback c
LEFT JOIN LATERAL generate_series(1, c.postings) AS n ON true
LEFT JOIN payment_ledgertransaction t
    ON t.reference = concat(c.provider, ':', c.provider_id, ':', n) AND t.kind IN ({kinds})
LEFT JOIN (payment_ledgerentry e JOIN payment_ledgeraccount a ON a.id = e.account_id)
    ON e.transaction_id = t.id AND a.kind = '{account}' AND {subject}
GROUP BY c.id HAVING coalesce(sum(e.amount_kobo), 0) <> {expected}
"""

HELD_IS_BOOKED = _OF_CHARGEBACK.format(
    what="held",
    kinds="'chargeback_held', 'chargeback_released', 'chargeback'",
    account="chargebacks_held",
    subject="true",
    expected="c.held_kobo",
)
# Of one that was lost and then won after all the provider gave everything back.
TAKEN_IS_BOOKED = _OF_CHARGEBACK.format(
    what="taken",
    kinds="'chargeback', 'chargeback_won'",
    account="provider_balance",
    subject="a.provider = c.provider",
    expected="CASE c.status WHEN 'lost' THEN c.taken_kobo ELSE 0 END",
)
OWED_IS_BOOKED = _OF_CHARGEBACK.format(
    what="owed",
    kinds="'chargeback'",
    account="receivable",
    subject="a.user_id = c.payer_id",
    expected="-c.owed_kobo",
)
WRITTEN_OFF_IS_BOOKED = _OF_CHARGEBACK.format(
    what="written off",
    kinds="'debt_written_off'",
    account="receivable",
    subject="a.user_id = c.payer_id",
    expected="c.written_off_kobo",
)

POSTINGS_HAVE_THEIR_CHARGEBACK = """
SELECT concat_ws(' ', t.kind, t.reference), moved.kobo, 0
FROM payment_ledgertransaction t
CROSS JOIN LATERAL (
    SELECT coalesce(sum(e.amount_kobo), 0)::bigint AS kobo FROM payment_ledgerentry e
    WHERE e.transaction_id = t.id AND e.amount_kobo > 0
) moved
WHERE t.kind IN ('chargeback_held', 'chargeback_released', 'chargeback', 'chargeback_won', 'debt_written_off')
    AND NOT EXISTS (
        SELECT FROM payment_chargeback c
        WHERE regexp_replace(t.reference, ':[0-9]+$', '') = concat(c.provider, ':', c.provider_id)
            AND substring(t.reference FROM '[0-9]+$')::bigint BETWEEN 1 AND c.postings
    )
"""

# A debt is repaid out of the debtor's own wallet, and nothing else of it.
DEBTS_ARE_REPAID_BY_THE_DEBTOR = """
SELECT concat_ws(' ', t.kind, t.reference), coalesce(paid.kobo, 0), coalesce(own.kobo, 0)
FROM payment_ledgertransaction t
LEFT JOIN LATERAL (
    SELECT a.user_id, e.amount_kobo AS kobo FROM payment_ledgerentry e
    JOIN payment_ledgeraccount a ON a.id = e.account_id WHERE e.transaction_id = t.id AND a.kind = 'receivable'
) paid ON true
LEFT JOIN LATERAL (
    SELECT -e.amount_kobo AS kobo FROM payment_ledgerentry e JOIN payment_ledgeraccount a ON a.id = e.account_id
    WHERE e.transaction_id = t.id AND a.kind = 'wallet' AND a.user_id = paid.user_id
) own ON true
WHERE t.kind = 'debt_repaid' AND (paid.kobo IS NULL OR paid.kobo <= 0 OR paid.kobo IS DISTINCT FROM own.kobo)
"""

# Whose money it is: out of the job's escrow and the payer's wallet, back there, or to the provider that took it.
IT_IS_THE_PAYERS_MONEY = """
SELECT concat_ws(' ', t.kind, t.reference, 'on', a.kind, a.user_id, a.job_id, nullif(a.provider, '')), e.amount_kobo, 0
FROM payment_chargeback c
JOIN payment_paymentattempt paid_by ON paid_by.id = c.attempt_id
JOIN payment_payment paid ON paid.id = paid_by.payment_id
CROSS JOIN LATERAL generate_series(1, c.postings) AS n
JOIN payment_ledgertransaction t ON t.reference = concat(c.provider, ':', c.provider_id, ':', n)
    AND t.kind IN ('chargeback_held', 'chargeback_released', 'chargeback', 'chargeback_won', 'debt_written_off')
JOIN payment_ledgerentry e ON e.transaction_id = t.id
JOIN payment_ledgeraccount a ON a.id = e.account_id
WHERE NOT coalesce(
    CASE a.kind
        WHEN 'chargebacks_held' THEN t.kind IN ('chargeback_held', 'chargeback_released', 'chargeback')
        WHEN 'escrow' THEN t.kind IN ('chargeback_held', 'chargeback_released') AND a.job_id = paid.job_id
        WHEN 'wallet' THEN
            t.kind IN ('chargeback_held', 'chargeback_released', 'chargeback_won') AND a.user_id = c.payer_id
        WHEN 'receivable' THEN
            t.kind IN ('chargeback', 'chargeback_won', 'debt_written_off') AND a.user_id = c.payer_id
        WHEN 'provider_balance' THEN t.kind IN ('chargeback', 'chargeback_won') AND a.provider = c.provider
        WHEN 'platform_fees' THEN t.kind IN ('chargeback_won', 'debt_written_off')
    END, false)
"""

# Kept when it was asked for; given back when it failed.
FEES_OF_REFUNDS_ARE_BOOKED = compare(
    """
    SELECT 'card_refund_fee', leg.reference, leg.account_id, leg.kobo
    FROM payment_refund r
    CROSS JOIN own
    LEFT JOIN wallets ON wallets.user_id = r.recipient_id
    CROSS JOIN LATERAL (SELECT CASE r.status WHEN 'failed' THEN r.fee_kobo ELSE 0 END AS back) sums
    CROSS JOIN LATERAL (VALUES
        (r.reference, wallets.id, -r.fee_kobo),
        (r.reference, own.provider_fees, r.fee_kobo),
        (concat(r.reference, ':returned'), own.provider_fees, -back),
        (concat(r.reference, ':returned'), wallets.id, back)
    ) leg (reference, account_id, kobo)
    """,
    kinds=("card_refund_fee",),
)

CHARGEBACK_CHECKS: dict[str, str] = {
    "held for chargebacks is what they hold": HELD_IS_WHAT_CHARGEBACKS_HOLD,
    "chargebacks hold what was booked": HELD_IS_BOOKED,
    "chargebacks took what was booked": TAKEN_IS_BOOKED,
    "chargebacks left owing what was booked": OWED_IS_BOOKED,
    "debts written off are booked": WRITTEN_OFF_IS_BOOKED,
    "postings of chargebacks have their row": POSTINGS_HAVE_THEIR_CHARGEBACK,
    "chargebacks move the payer's money": IT_IS_THE_PAYERS_MONEY,
    "fees kept of refunds are booked": FEES_OF_REFUNDS_ARE_BOOKED,
    "debts are repaid by the debtor": DEBTS_ARE_REPAID_BY_THE_DEBTOR,
}
