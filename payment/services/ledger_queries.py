"""The books among themselves. Each query returns a row per difference: about what, what is there, what should be."""

# M1.
TRANSACTIONS_BALANCE = """
SELECT concat_ws(' ', t.kind, t.reference, a.currency), coalesce(sum(e.amount_kobo), 0)::bigint, 0
FROM payment_ledgertransaction t
LEFT JOIN (payment_ledgerentry e JOIN payment_ledgeraccount a ON a.id = e.account_id) ON e.transaction_id = t.id
GROUP BY t.id, a.currency HAVING count(e.id) < 2 OR sum(e.amount_kobo) <> 0
"""

BALANCES_SUM_TO_ZERO = """
SELECT currency, sum(balance_kobo)::bigint, 0 FROM payment_ledgeraccount
GROUP BY currency HAVING sum(balance_kobo) <> 0
"""

# M3.
NOTHING_OVERDRAWN = """
SELECT concat_ws(' ', a.kind, a.user_id, a.job_id, nullif(a.provider, '')), a.balance_kobo, 0
FROM payment_ledgeraccount a
WHERE (
    a.balance_kobo < 0
    AND a.kind IN ('wallet', 'escrow', 'payouts_in_flight', 'refunds_in_flight', 'chargebacks_held')
) OR (a.balance_kobo > 0 AND a.kind = 'receivable')
"""

# M4.
BALANCES_ARE_SUMS_OF_ENTRIES = """
SELECT concat_ws(' ', a.kind, a.user_id, a.job_id, nullif(a.provider, '')), a.balance_kobo,
       coalesce(sum(e.amount_kobo), 0)::bigint
FROM payment_ledgeraccount a LEFT JOIN payment_ledgerentry e ON e.account_id = a.id
GROUP BY a.id HAVING a.balance_kobo <> coalesce(sum(e.amount_kobo), 0)
"""

# M5: what was paid in, less what was released and refunded, is what is held.
ESCROW_EQUATION = """
SELECT concat('escrow of job ', a.job_id), a.balance_kobo, ways.kobo
FROM payment_ledgeraccount a
CROSS JOIN LATERAL (
    SELECT coalesce(sum(e.amount_kobo), 0)::bigint AS kobo
    FROM payment_ledgerentry e JOIN payment_ledgertransaction t ON t.id = e.transaction_id
    WHERE e.account_id = a.id AND t.job_id = a.job_id AND (
        (e.amount_kobo > 0 AND t.kind IN ('funding', 'wallet_funding', 'chargeback_released'))
        OR (
            e.amount_kobo < 0
            AND t.kind IN ('wage', 'compensation', 'award', 'refund', 'chargeback', 'chargeback_held')
        )
    )
) ways
WHERE a.kind = 'escrow' AND a.balance_kobo <> ways.kobo
"""

# The clearing accounts hold what is under way, and nothing else.
PAYOUTS_IN_FLIGHT = """
SELECT 'payouts in flight', books.kobo, rows.kobo FROM
    (SELECT coalesce(sum(balance_kobo), 0)::bigint AS kobo FROM payment_ledgeraccount WHERE kind = 'payouts_in_flight')
        books,
    (SELECT coalesce(sum(amount_kobo), 0)::bigint AS kobo FROM payment_withdrawal
        WHERE status IN ('requested', 'sending', 'unknown')) rows
WHERE books.kobo <> rows.kobo
"""

REFUNDS_IN_FLIGHT = """
SELECT 'refunds in flight', books.kobo, rows.kobo FROM
    (SELECT coalesce(sum(balance_kobo), 0)::bigint AS kobo FROM payment_ledgeraccount WHERE kind = 'refunds_in_flight')
        books,
    (SELECT coalesce(sum(amount_kobo), 0)::bigint AS kobo FROM payment_refund
        WHERE destination = 'card' AND status IN ('requested', 'processing')) rows
WHERE books.kobo <> rows.kobo
"""

WALLETS_HAVE_THEIR_ACCOUNTS = """
SELECT concat('wallet of user ', coalesce(w.user_id, a.user_id)), 0, coalesce(a.balance_kobo, 0)
FROM payment_wallet w
FULL JOIN (SELECT * FROM payment_ledgeraccount WHERE kind = 'wallet' AND currency = 'NGN') a ON a.id = w.account_id
WHERE w.user_id IS DISTINCT FROM a.user_id
"""

LAWS: dict[str, str] = {
    "transactions balance": TRANSACTIONS_BALANCE,
    "all balances sum to zero": BALANCES_SUM_TO_ZERO,
    "nothing is overdrawn": NOTHING_OVERDRAWN,
    "balances are the sums of their entries": BALANCES_ARE_SUMS_OF_ENTRIES,
    "paid in = released + refunded + held": ESCROW_EQUATION,
    "payouts in flight are the open withdrawals": PAYOUTS_IN_FLIGHT,
    "refunds in flight are the open refunds": REFUNDS_IN_FLIGHT,
    "wallets have their accounts": WALLETS_HAVE_THEIR_ACCOUNTS,
}
