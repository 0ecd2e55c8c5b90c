"""The accounts that all share, Payshift's own, are written in the COMMIT: locked for as long as that takes, and no
statement of anybody waits for them.

M3 of wallets, debts and escrows stays in the statement that moves the money; what is in flight is refused at COMMIT.
"""

from importlib import import_module

from django.db import migrations

# In the statement: whatever belongs to a person or a job, and what two members of staff decided, who are told at once
# when a provider holds less or the float is used up. A ledger transaction's kind never changes, so each entry is
# applied once: by the statement, or at COMMIT.
AT_COMMIT = """
CREATE FUNCTION payment_is_written_at_commit(kind text, user_id bigint, job_id bigint) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT user_id IS NULL AND job_id IS NULL AND kind NOT IN (
        'staff_payment', 'suspense_resolved', 'settlement', 'provider_topup', 'bank_charge', 'provider_adjustment',
        'chargeback_fee', 'tax_remitted', 'debt_written_off'
    )
$$;
"""
# The ids are noted for the order of locks only: two that commit take their accounts in the order of the ids, whatever
# they posted first. Nothing but that order depends on the setting, which anybody could write. It ends with the
# transaction, and goes back with a savepoint as the entries do.
SHARED = """
CREATE FUNCTION payment_lock_shared_accounts() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    noted text := current_setting('payshift.shared_accounts', true);
BEGIN
    IF noted <> '' THEN
        PERFORM FROM payment_ledgeraccount
        WHERE id = ANY (string_to_array(noted, ',')::bigint[]) AND user_id IS NULL AND job_id IS NULL
        ORDER BY id FOR NO KEY UPDATE;
        PERFORM set_config('payshift.shared_accounts', '', true);
    END IF;
END $$;
-- Each row is found by its number: a plan that was made while the tables were small is kept by the session.
CREATE FUNCTION payment_apply_shared_entry() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
BEGIN
    IF EXISTS (
        SELECT FROM payment_ledgeraccount WHERE id = NEW.account_id AND (user_id IS NOT NULL OR job_id IS NOT NULL)
    ) THEN
        RETURN NULL;
    END IF;
    PERFORM payment_lock_shared_accounts();
    UPDATE payment_ledgeraccount a SET balance_kobo = a.balance_kobo + NEW.amount_kobo
    FROM payment_ledgertransaction t
    WHERE a.id = NEW.account_id AND t.id = NEW.transaction_id
      AND payment_is_written_at_commit(t.kind, a.user_id, a.job_id);
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER payment_ledgerentry_shared AFTER INSERT ON payment_ledgerentry
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payment_apply_shared_entry();
"""
NOT_SHARED = """
DROP TRIGGER payment_ledgerentry_shared ON payment_ledgerentry;
DROP FUNCTION payment_apply_shared_entry();
DROP FUNCTION payment_lock_shared_accounts();
DROP FUNCTION payment_is_written_at_commit(text, bigint, bigint);
"""
# M1 (the second half), M3, M4 and W4 as before, in fewer statements; what is written at COMMIT is noted.
APPLY = """
CREATE OR REPLACE FUNCTION payment_apply_entries() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    e record;
BEGIN
    SELECT bool_or(is_stranger) AS is_stranger, bool_or(is_astray) AS is_astray,
           array_agg(account_id) FILTER (WHERE NOT at_commit) AS accounts,
           array_agg(amount_kobo) FILTER (WHERE NOT at_commit) AS amounts,
           string_agg(account_id::text, ',') FILTER (WHERE at_commit) AS shared
    INTO e FROM (
        SELECT added.account_id, payment_is_written_at_commit(t.kind, a.user_id, a.job_id) AS at_commit,
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
        GROUP BY added.account_id, at_commit
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
    PERFORM FROM payment_ledgeraccount WHERE id = ANY (e.accounts)
    ORDER BY user_id IS NULL AND job_id IS NULL, id FOR NO KEY UPDATE;
    UPDATE payment_ledgeraccount a SET balance_kobo = a.balance_kobo + s.amount_kobo
    FROM unnest(e.accounts, e.amounts) AS s (account_id, amount_kobo)
    WHERE a.id = s.account_id;
    IF e.shared IS NOT NULL THEN
        PERFORM set_config(
            'payshift.shared_accounts',
            concat_ws(',', nullif(current_setting('payshift.shared_accounts', true), ''), e.shared), true
        );
    END IF;
    RETURN NULL;
END $$;
"""
APPLY_BEFORE = import_module("payment.migrations.0006_chargebacks").WAYS_OF_ESCROW.format(
    ways_in="'funding', 'wallet_funding', 'chargeback_released'",
    ways_out="'wage', 'compensation', 'award', 'refund', 'chargeback', 'chargeback_held'",
)
# A receipt's series comes after the accounts, although the payment may have been written before its posting.
ISSUE = """
CREATE OR REPLACE FUNCTION payment_issue_receipt() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    {accounts_first}IF TG_TABLE_NAME = 'payment_payment' THEN
        PERFORM payment_give_receipt(NEW.id, NULL);
    ELSE
        PERFORM payment_give_receipt(NULL, NEW.id);
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("payment", "0045_dispute_by_two_validated")]
    # Both or neither: whoever makes the trigger, or drops it, waits for every entry that is on its way.
    operations = [
        migrations.RunSQL(AT_COMMIT + SHARED, NOT_SHARED),
        migrations.RunSQL(APPLY, APPLY_BEFORE),
        migrations.RunSQL(
            ISSUE.format(accounts_first="PERFORM payment_lock_shared_accounts();\n    "),
            ISSUE.format(accounts_first=""),
        ),
    ]
