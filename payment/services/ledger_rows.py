"""The books against the rows that they are about: withdrawals, payments, attempts, refunds.

Each comparison writes down the entries that a row's state implies, to the account and the kobo, and puts them beside
the entries that are there, in both directions: an entry that no row explains is found as well as one that is missing.
"""

from payment.services.chargeback_queries import CHARGEBACK_CHECKS
from payment.services.comparing import compare
from payment.services.staff_queries import STAFF_CHECKS

# M7: asked for, then paid or returned, and what the provider took for it, in each status.
WITHDRAWALS_ARE_BOOKED = compare(
    """
    SELECT leg.kind, leg.reference, leg.account_id, leg.kobo
    FROM payment_withdrawal w
    JOIN payment_wallet wallet ON wallet.id = w.wallet_id
    CROSS JOIN own
    LEFT JOIN providers ON providers.provider = w.provider
    CROSS JOIN LATERAL (
        SELECT w.amount_kobo AS asked,
               CASE WHEN w.status IN ('paid', 'reversed') THEN w.amount_kobo ELSE 0 END AS paid,
               CASE WHEN w.status = 'failed' THEN w.amount_kobo ELSE 0 END AS failed,
               CASE WHEN w.status = 'reversed' THEN w.amount_kobo ELSE 0 END AS reversed,
               CASE WHEN w.status IN ('paid', 'reversed') THEN coalesce(w.provider_fee_kobo, 0) ELSE 0 END AS fee,
               CASE WHEN w.status = 'reversed' THEN coalesce(w.provider_fee_kobo, 0) ELSE 0 END AS fee_back,
               CASE WHEN w.status IN ('paid', 'reversed') THEN w.duty_kobo ELSE 0 END AS duty,
               CASE WHEN w.status = 'reversed' THEN w.duty_kobo ELSE 0 END AS duty_back
    ) sums
    CROSS JOIN LATERAL (VALUES
        ('withdrawal', w.reference, wallet.account_id, -asked),
        ('withdrawal', w.reference, own.payouts_in_flight, asked),
        ('withdrawal_paid', w.reference, own.payouts_in_flight, -paid),
        ('withdrawal_paid', w.reference, providers.id, paid),
        ('withdrawal_returned', w.reference, own.payouts_in_flight, -failed),
        ('withdrawal_returned', w.reference, providers.id, -reversed),
        ('withdrawal_returned', w.reference, wallet.account_id, failed + reversed),
        ('transfer_fee', w.reference, own.provider_fees, -fee),
        ('transfer_fee', w.reference, own.stamp_duty, -duty),
        ('transfer_fee', w.reference, providers.id, fee + duty),
        ('transfer_fee', concat(w.reference, ':returned'), providers.id, -fee_back - duty_back),
        ('transfer_fee', concat(w.reference, ':returned'), own.provider_fees, fee_back),
        ('transfer_fee', concat(w.reference, ':returned'), own.stamp_duty, duty_back)
    ) leg (kind, reference, account_id, kobo)
    """,
    kinds=("withdrawal", "withdrawal_paid", "withdrawal_returned", "transfer_fee"),
)

# The posting's memo has a fingerprint of where the money was to go (`payment.services.destinations`).
WITHDRAWALS_GO_WHERE_ASKED = """
SELECT concat('withdrawal ', w.reference, ' to another bank account than was asked for'), w.amount_kobo, 0
FROM payment_withdrawal w
JOIN payment_ledgertransaction t ON t.kind = 'withdrawal' AND t.reference = w.reference
CROSS JOIN LATERAL (SELECT substring(t.memo FROM '\\[([0-9a-f]{16})\\]$') AS asked) fingerprint
WHERE fingerprint.asked <> left(
    encode(sha256(convert_to(concat_ws(':', w.reference, w.bank_code, w.account_number), 'UTF8')), 'hex'), 16
)
"""

# Out of escrow to whom the row names, with the fee; into it from the wallet of whoever pays.
PAYMENTS_ARE_BOOKED = compare(
    """
    SELECT leg.kind, p.reference, leg.account_id, leg.kobo
    FROM payment_payment p
    CROSS JOIN own
    LEFT JOIN escrows ON escrows.job_id = p.job_id
    LEFT JOIN wallets payer ON payer.user_id = p.payer_id
    LEFT JOIN wallets recipient ON recipient.user_id = p.recipient_id
    CROSS JOIN LATERAL (
        SELECT CASE WHEN p.kind = 'escrow_funding' THEN 'wallet_funding' ELSE p.kind END AS kind,
               CASE WHEN p.kind = 'escrow_funding' THEN p.amount_kobo ELSE 0 END AS paid_in,
               CASE WHEN p.kind = 'escrow_funding' THEN 0 ELSE p.amount_kobo END AS paid_out
    ) sums
    CROSS JOIN LATERAL (VALUES
        (sums.kind, payer.id, -paid_in),
        (sums.kind, escrows.id, paid_in - paid_out - p.fee_kobo),
        (sums.kind, recipient.id, paid_out),
        (sums.kind, own.platform_fees, p.fee_kobo - p.vat_kobo),
        (sums.kind, own.vat, p.vat_kobo)
    ) leg (kind, account_id, kobo)
    WHERE p.status = 'succeeded' AND (p.kind <> 'escrow_funding' OR p.provider = 'wallet')
    """,
    kinds=("wallet_funding", "wage", "compensation", "award"),
)

# Who earned it: the row and its posting could be turned to somebody else together.
PAYMENTS_ARE_TO_WHO_WORKED = """
SELECT concat_ws(' ', p.kind, p.reference, 'to user', p.recipient_id, 'for the work of user', a.worker_id),
       p.amount_kobo, 0
FROM payment_payment p JOIN jobs_shiftassignment a ON a.id = p.assignment_id
WHERE p.recipient_id <> a.worker_id
"""

# Extra time counts only with its money: what was agreed with each worker, and what came out of the client's wallet.
# Of who does not come any more it went back, and is no part of the price.
EXTRA_TIME_IS_PAID = """
SELECT concat('extra time of job ', job_id, word), kobo, of_job FROM (
    SELECT job_id, sum(of_job)::bigint AS of_job, sum(agreed)::bigint AS agreed, sum(paid)::bigint AS paid FROM (
        SELECT id AS job_id, extra_kobo AS of_job, 0 AS agreed, 0 AS paid FROM jobs_job WHERE extra_kobo > 0
        UNION ALL
        SELECT a.job_id, 0, s.extra_kobo, 0
        FROM jobs_shiftassignment s JOIN jobs_application a ON a.id = s.application_id
        WHERE s.extra_kobo > 0 AND s.status <> 'canceled'
        UNION ALL
        SELECT p.job_id, 0, 0, p.amount_kobo FROM payment_payment p
        JOIN jobs_shiftassignment s ON s.id = split_part(p.reference, '-', 3)::bigint AND s.status <> 'canceled'
        WHERE p.kind = 'escrow_funding' AND p.status = 'succeeded' AND p.reference LIKE 'extra-assignment-%'
    ) each GROUP BY job_id
) sums
CROSS JOIN LATERAL (VALUES (' agreed', agreed), (' paid', paid)) AS found (word, kobo)
WHERE kobo <> of_job
"""

# What a captured attempt says about money is in the books, under its reference, to the kobo.
ATTEMPTS_ARE_BOOKED = """
SELECT concat_ws(' ', p.provider, p.reference), coalesce(-e.amount_kobo, 0), p.captured_kobo
FROM payment_paymentattempt p
LEFT JOIN payment_ledgertransaction t ON t.kind = 'funding' AND t.reference = concat(p.provider, ':', p.reference)
LEFT JOIN (payment_ledgerentry e JOIN payment_ledgeraccount a ON a.id = e.account_id AND a.kind = 'provider_balance')
    ON e.transaction_id = t.id AND a.provider = p.provider
WHERE p.captured_kobo <> coalesce(-e.amount_kobo, 0)
"""

# The other direction: money comes in for an attempt, to the payer or the job; what nobody asked for is in suspense.
MONEY_IN_IS_EXPLAINED = """
SELECT concat_ws(' ', t.kind, t.reference, 'to', a.kind, a.user_id, a.job_id), e.amount_kobo, 0
FROM payment_ledgertransaction t
JOIN payment_ledgerentry e ON e.transaction_id = t.id AND e.amount_kobo > 0
JOIN payment_ledgeraccount a ON a.id = e.account_id
LEFT JOIN payment_paymentattempt p ON t.reference = concat(p.provider, ':', p.reference)
LEFT JOIN payment_payment paid ON paid.id = p.payment_id
LEFT JOIN payment_deposit d ON t.reference = concat(d.provider, ':', d.reference)
LEFT JOIN payment_virtualaccount own ON own.id = d.account_id
WHERE t.kind = 'funding' AND NOT coalesce(
    CASE coalesce(nullif(p.credited_to, ''), CASE WHEN d.id IS NULL THEN 'suspense' ELSE 'deposit' END)
        WHEN 'deposit' THEN a.kind = 'wallet' AND a.user_id = own.user_id AND e.amount_kobo = d.amount_kobo
        WHEN 'suspense' THEN a.kind = 'suspense'
        WHEN 'escrow' THEN (a.kind = 'escrow' AND a.job_id = paid.job_id)
            OR (a.kind = 'wallet' AND a.user_id = paid.payer_id)
        ELSE a.kind = 'wallet' AND a.user_id = paid.payer_id
    END, false)
"""

# What came to an account number is in the books under its reference, to the kobo.
DEPOSITS_ARE_BOOKED = """
SELECT concat_ws(' ', 'deposit', d.provider, d.reference), coalesce(-e.amount_kobo, 0), d.amount_kobo
FROM payment_deposit d
LEFT JOIN payment_ledgertransaction t ON t.kind = 'funding' AND t.reference = concat(d.provider, ':', d.reference)
LEFT JOIN (payment_ledgerentry e JOIN payment_ledgeraccount a ON a.id = e.account_id AND a.kind = 'provider_balance')
    ON e.transaction_id = t.id AND a.provider = d.provider
WHERE d.amount_kobo <> coalesce(-e.amount_kobo, 0)
"""

# A fee of money that nobody asked for has no row: its funding is in suspense, and explains it.
PROVIDER_FEES_ARE_BOOKED = compare(
    """
    SELECT leg.kind, concat(p.provider, ':', p.reference), leg.account_id, leg.kobo
    FROM (
        SELECT provider, reference, provider_fee_kobo FROM payment_paymentattempt WHERE status = 'succeeded'
        UNION ALL
        SELECT provider, reference, provider_fee_kobo FROM payment_deposit
    ) p
    CROSS JOIN own
    LEFT JOIN providers ON providers.provider = p.provider
    CROSS JOIN LATERAL (VALUES
        ('provider_fee', own.provider_fees, -coalesce(p.provider_fee_kobo, 0)),
        ('provider_fee', providers.id, coalesce(p.provider_fee_kobo, 0))
    ) leg (kind, account_id, kobo)
    """,
    kinds=("provider_fee",),
    only="""(
        EXISTS (SELECT FROM payment_paymentattempt p WHERE concat(p.provider, ':', p.reference) = t.reference)
        OR EXISTS (SELECT FROM payment_deposit d WHERE concat(d.provider, ':', d.reference) = t.reference)
        OR NOT EXISTS (
            SELECT FROM payment_ledgertransaction came WHERE came.kind = 'funding' AND came.reference = t.reference
        )
    )""",
)

REFUNDS_ARE_BOOKED = compare(
    """
    SELECT leg.kind, r.reference, leg.account_id, leg.kobo
    FROM payment_refund r
    CROSS JOIN own
    LEFT JOIN wallets ON wallets.user_id = r.recipient_id
    LEFT JOIN escrows ON escrows.job_id = r.job_id
    LEFT JOIN payment_paymentattempt p ON p.id = r.attempt_id
    LEFT JOIN providers ON providers.provider = p.provider
    CROSS JOIN LATERAL (
        SELECT CASE WHEN r.destination = 'wallet' THEN r.amount_kobo ELSE 0 END AS to_wallet,
               CASE WHEN r.destination = 'card' THEN r.amount_kobo ELSE 0 END AS to_card,
               CASE WHEN r.destination = 'card' AND r.status = 'processed' THEN r.amount_kobo ELSE 0 END AS processed,
               CASE WHEN r.destination = 'card' AND r.status = 'failed' THEN r.amount_kobo ELSE 0 END AS failed
    ) sums
    CROSS JOIN LATERAL (VALUES
        ('refund', escrows.id, -to_wallet),
        ('refund', wallets.id, to_wallet),
        ('card_refund', wallets.id, -to_card),
        ('card_refund', own.refunds_in_flight, to_card),
        ('card_refund_processed', own.refunds_in_flight, -processed),
        ('card_refund_processed', providers.id, processed),
        ('card_refund_returned', own.refunds_in_flight, -failed),
        ('card_refund_returned', wallets.id, failed)
    ) leg (kind, account_id, kobo)
    """,
    kinds=("refund", "card_refund", "card_refund_processed", "card_refund_returned"),
)

REFUNDED_SUMS = """
SELECT concat_ws(' ', p.provider, p.reference), p.refunded_kobo,
       coalesce(sum(r.amount_kobo) FILTER (WHERE r.status <> 'failed'), 0)::bigint
FROM payment_paymentattempt p LEFT JOIN payment_refund r ON r.attempt_id = p.id
GROUP BY p.id HAVING p.refunded_kobo <> coalesce(sum(r.amount_kobo) FILTER (WHERE r.status <> 'failed'), 0)
"""

# Where the clock can be moved (development), a posting carries the moved time.
POSTINGS_ARE_DATED_WHEN_MADE = """
SELECT concat_ws(' ', t.kind, t.reference, 'dated', t.created_at AT TIME ZONE 'UTC', 'recorded',
                 t.recorded_at AT TIME ZONE 'UTC'), sums.kobo, 0
FROM payment_ledgertransaction t
CROSS JOIN LATERAL (
    SELECT coalesce(sum(e.amount_kobo) FILTER (WHERE e.amount_kobo > 0), 0)::bigint AS kobo
    FROM payment_ledgerentry e WHERE e.transaction_id = t.id
) sums
WHERE abs(extract(epoch FROM t.created_at - t.recorded_at)) > 60
  AND NOT has_table_privilege('core_clockoffset', 'INSERT')
ORDER BY t.id
"""

ROWS: dict[str, str] = {
    "withdrawals are booked": WITHDRAWALS_ARE_BOOKED,
    "withdrawals go where they were asked to": WITHDRAWALS_GO_WHERE_ASKED,
    "payments are booked": PAYMENTS_ARE_BOOKED,
    "payments are to who worked": PAYMENTS_ARE_TO_WHO_WORKED,
    "extra time is paid": EXTRA_TIME_IS_PAID,
    "captured attempts are booked": ATTEMPTS_ARE_BOOKED,
    "money that came in is explained": MONEY_IN_IS_EXPLAINED,
    "deposits are booked": DEPOSITS_ARE_BOOKED,
    "fees of providers are booked": PROVIDER_FEES_ARE_BOOKED,
    "refunds are booked": REFUNDS_ARE_BOOKED,
    "postings are dated when they were made": POSTINGS_ARE_DATED_WHEN_MADE,
    "refunded sums are the sums of refunds": REFUNDED_SUMS,
    **CHARGEBACK_CHECKS,
    **STAFF_CHECKS,
}
