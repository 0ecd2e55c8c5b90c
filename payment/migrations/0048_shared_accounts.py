"""The accounts that all share, Payshift's own, are written in the COMMIT: locked for as long as that takes, and no
statement of anybody waits for them.

M3 of wallets, debts and escrows stays in the statement that moves the money; what is in flight is refused at COMMIT.
"""

from importlib import import_module

from django.db import migrations

# What a statement's entries bring the shared accounts waits here for the COMMIT of its transaction: one row and one
# deferred event per statement, so that thousands of postings in one transaction write each account once. A savepoint
# that is rolled back takes its rows along. Only the functions below write the table, as its owner. No row outlives its
# transaction, so nothing is lost with a table that is not logged.
PENDING = """
CREATE UNLOGGED TABLE payment_ledgerpending (
    xid bigint NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    accounts bigint[] NOT NULL,
    amounts_kobo bigint[] NOT NULL,
    PRIMARY KEY (xid, id)
-- A vacuum would keep everybody out, to give back pages that are wanted again at once.
) WITH (vacuum_truncate = off);
-- In the order of the ids, whatever was posted first: two that commit wait for each other and never deadlock. It may be
-- called early, by whoever decides by such a balance. By the index: a session keeps a plan made when the table was small.
CREATE FUNCTION payment_write_shared_accounts() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
DECLARE
    shared record;
BEGIN
    WITH mine AS (
        DELETE FROM payment_ledgerpending WHERE xid = pg_current_xact_id()::text::bigint
        RETURNING accounts, amounts_kobo
    )
    SELECT array_agg(account_id) AS accounts, array_agg(amount_kobo) AS amounts_kobo INTO shared FROM (
        SELECT account_id, sum(amount_kobo)::bigint AS amount_kobo
        FROM mine, unnest(mine.accounts, mine.amounts_kobo) AS each (account_id, amount_kobo)
        GROUP BY account_id
    ) sums;
    IF shared.accounts IS NULL THEN
        RETURN;
    END IF;
    PERFORM FROM payment_ledgeraccount WHERE id = ANY (shared.accounts) ORDER BY id FOR NO KEY UPDATE;
    UPDATE payment_ledgeraccount a SET balance_kobo = a.balance_kobo + s.amount_kobo
    FROM unnest(shared.accounts, shared.amounts_kobo) AS s (account_id, amount_kobo)
    WHERE a.id = s.account_id;
END $$;
-- The first event of a transaction writes for all of them.
CREATE FUNCTION payment_write_pending() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
BEGIN
    IF EXISTS (SELECT FROM payment_ledgerpending WHERE xid = NEW.xid AND id = NEW.id) THEN
        PERFORM payment_write_shared_accounts();
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER payment_ledgerpending_written AFTER INSERT ON payment_ledgerpending
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payment_write_pending();
"""
NOT_PENDING = """
DROP TABLE payment_ledgerpending;
DROP FUNCTION payment_write_pending();
DROP FUNCTION payment_write_shared_accounts();
"""
# M1 (the second half), M3, M4 and W4 as before, but for the shared accounts, which wait.
APPLY = """
CREATE OR REPLACE FUNCTION payment_apply_entries() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    e record;
BEGIN
    SELECT bool_or(is_stranger) AS is_stranger, bool_or(is_astray) AS is_astray,
           array_agg(account_id) FILTER (WHERE NOT is_shared) AS accounts,
           array_agg(amount_kobo) FILTER (WHERE NOT is_shared) AS amounts_kobo,
           array_agg(account_id) FILTER (WHERE is_shared) AS shared,
           array_agg(amount_kobo) FILTER (WHERE is_shared) AS shared_kobo
    INTO e FROM (
        SELECT added.account_id, a.user_id IS NULL AND a.job_id IS NULL AS is_shared,
               sum(added.amount_kobo)::bigint AS amount_kobo,
               bool_or(t.xid IS DISTINCT FROM pg_current_xact_id()::text::bigint) AS is_stranger,
               bool_or(a.kind = 'escrow' AND (
                   a.job_id IS DISTINCT FROM t.job_id
                   OR (added.amount_kobo > 0 AND t.kind NOT IN ('funding', 'wallet_funding', 'chargeback_released'))
                   OR (
                       added.amount_kobo < 0 AND t.kind NOT IN (
                           'wage', 'compensation', 'award', 'refund', 'chargeback', 'chargeback_held'
                       )
                   )
               )) AS is_astray
        FROM added
        LEFT JOIN payment_ledgertransaction t ON t.id = added.transaction_id
        LEFT JOIN payment_ledgeraccount a ON a.id = added.account_id
        GROUP BY added.account_id, is_shared
    ) each_account;
    IF e.is_stranger THEN
        RAISE EXCEPTION 'Entries join only a ledger transaction of their own database transaction.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_ledgerentry_same_transaction',
            TABLE = TG_TABLE_NAME;
    END IF;
    IF e.is_astray THEN
        RAISE EXCEPTION 'This is no way for money into or out of an escrow.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_ledgerentry_ways_of_escrow',
            TABLE = TG_TABLE_NAME;
    END IF;
    PERFORM FROM payment_ledgeraccount WHERE id = ANY (e.accounts) ORDER BY id FOR NO KEY UPDATE;
    UPDATE payment_ledgeraccount a SET balance_kobo = a.balance_kobo + s.amount_kobo
    FROM unnest(e.accounts, e.amounts_kobo) AS s (account_id, amount_kobo)
    WHERE a.id = s.account_id;
    IF e.shared IS NOT NULL THEN
        INSERT INTO payment_ledgerpending (xid, accounts, amounts_kobo)
        VALUES (pg_current_xact_id()::text::bigint, e.shared, e.shared_kobo);
    END IF;
    RETURN NULL;
END $$;
"""
APPLY_BEFORE = import_module("payment.migrations.0006_chargebacks").WAYS_OF_ESCROW.format(
    ways_in="'funding', 'wallet_funding', 'chargeback_released'",
    ways_out="'wage', 'compensation', 'award', 'refund', 'chargeback', 'chargeback_held'",
)
# Their events may be queued before those of the postings. A receipt's series is locked after the accounts; and what a
# provider holds is looked at once it is written.
FIRST = "PERFORM payment_write_shared_accounts();\n    "
ISSUE = """
CREATE OR REPLACE FUNCTION payment_issue_receipt() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    {first}IF TG_TABLE_NAME = 'payment_payment' THEN
        PERFORM payment_give_receipt(NEW.id, NULL);
    ELSE
        PERFORM payment_give_receipt(NULL, NEW.id);
    END IF;
    RETURN NULL;
END $$;
"""
PROVIDER_HOLDS = """
CREATE OR REPLACE FUNCTION payment_refuse_empty_provider() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    {first}IF EXISTS (
        SELECT FROM payment_ledgeraccount a
        WHERE a.kind = 'provider_balance' AND a.provider = NEW.provider AND a.balance_kobo > 0
    ) THEN
        RAISE EXCEPTION 'No provider holds less than nothing.'
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("payment", "0047_large_acts_by_two_validated")]
    operations = [
        migrations.RunSQL(PENDING, NOT_PENDING),
        migrations.RunSQL(APPLY, APPLY_BEFORE),
        migrations.RunSQL(ISSUE.format(first=FIRST), ISSUE.format(first="")),
        migrations.RunSQL(PROVIDER_HOLDS.format(first=FIRST), PROVIDER_HOLDS.format(first="")),
    ]
