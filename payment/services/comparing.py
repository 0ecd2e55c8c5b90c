"""Rows beside their postings: how a comparison of the books with what they are about is written."""

# What every comparison starts from: the accounts that there is one of.
OWN_ACCOUNTS = """
own AS (
    SELECT max(id) FILTER (WHERE kind = 'payouts_in_flight') AS payouts_in_flight,
           max(id) FILTER (WHERE kind = 'refunds_in_flight') AS refunds_in_flight,
           max(id) FILTER (WHERE kind = 'platform_fees') AS platform_fees,
           max(id) FILTER (WHERE kind = 'provider_fees') AS provider_fees,
           max(id) FILTER (WHERE kind = 'platform_bank') AS platform_bank,
           max(id) FILTER (WHERE kind = 'suspense') AS suspense,
           max(id) FILTER (WHERE kind = 'vat') AS vat,
           max(id) FILTER (WHERE kind = 'stamp_duty') AS stamp_duty
    FROM payment_ledgeraccount WHERE currency = 'NGN' AND user_id IS NULL AND job_id IS NULL
), wallets AS (
    SELECT user_id, id FROM payment_ledgeraccount WHERE kind = 'wallet' AND currency = 'NGN'
), escrows AS (
    SELECT job_id, id FROM payment_ledgeraccount WHERE kind = 'escrow' AND currency = 'NGN'
), providers AS (
    SELECT provider, id FROM payment_ledgeraccount WHERE kind = 'provider_balance' AND currency = 'NGN'
)
"""


def compare(implied: str, *, kinds: tuple[str, ...], only: str = "true", implied_only: str = "true") -> str:
    """The entries of these kinds of posting against `implied`: rows of kind, reference, account_id, amount_kobo.

    An implied amount of 0 is no entry; one without an account is an entry that cannot be there. `only` leaves out
    postings (`t`), and `implied_only` implied entries, that other checks are about.
    """
    names = ", ".join(f"'{kind}'" for kind in kinds)
    return f"""
    WITH {OWN_ACCOUNTS}, implied (kind, reference, account_id, amount_kobo) AS ({implied}),
    expected AS (
        SELECT kind, reference, account_id, sum(amount_kobo)::bigint AS kobo
        FROM implied WHERE amount_kobo <> 0 AND {implied_only}
        -- Accounts that are missing are not one account, on which a debit and a credit would cancel out.
        GROUP BY kind, reference, account_id, CASE WHEN account_id IS NULL THEN amount_kobo END
    ),
    found AS (
        SELECT t.kind, t.reference, e.account_id, e.amount_kobo AS kobo
        FROM payment_ledgertransaction t JOIN payment_ledgerentry e ON e.transaction_id = t.id
        WHERE t.kind IN ({names}) AND {only}
    )
    SELECT concat_ws(' ', beside.kind, beside.reference, 'on', coalesce(a.kind, 'an account that is missing'),
                     a.user_id, a.job_id, nullif(a.provider, '')),
           coalesce(beside.found, 0), coalesce(beside.expected, 0)
    FROM (
        SELECT kind, reference, account_id, found.kobo AS found, expected.kobo AS expected
        FROM expected FULL JOIN found USING (kind, reference, account_id)
        WHERE found.kobo IS DISTINCT FROM expected.kobo
    ) beside
    LEFT JOIN payment_ledgeraccount a ON a.id = beside.account_id
    ORDER BY beside.kind, beside.reference, beside.account_id, beside.expected
    """  # noqa: S608  (the kinds are ours)
