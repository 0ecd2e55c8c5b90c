"""The law of the books, below every service: M1 (balanced), M4 (balances follow the entries), W4 (ways of escrow).

Functions that run as the owner (SECURITY DEFINER), because the application's role may not do what they do, have a
fixed search_path: nobody can put a table of the same name in front of theirs.
"""

from django.db import migrations

# M1, the second half: entries join only a transaction of their own database transaction, so `xid` is never taken from
# the caller. pg_current_xact_id() is the outermost transaction's, in savepoints too, and never wraps.
STAMP_TRANSACTION = """
CREATE FUNCTION payment_stamp_transaction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.xid := pg_catalog.pg_current_xact_id()::text::bigint;
    RETURN NEW;
END $$;
CREATE TRIGGER payment_ledgertransaction_stamp BEFORE INSERT ON payment_ledgertransaction
FOR EACH ROW EXECUTE FUNCTION payment_stamp_transaction();
"""
UNSTAMP_TRANSACTION = """
DROP TRIGGER payment_ledgertransaction_stamp ON payment_ledgertransaction;
DROP FUNCTION payment_stamp_transaction();
"""

# M4: a new account is empty; from then on only the trigger below writes the balance.
EMPTY_ACCOUNT = """
CREATE FUNCTION payment_refuse_opening_balance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A new account is empty: balances come from entries.'
        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
END $$;
CREATE TRIGGER payment_ledgeraccount_starts_empty BEFORE INSERT ON payment_ledgeraccount
FOR EACH ROW WHEN (NEW.balance_kobo <> 0) EXECUTE FUNCTION payment_refuse_opening_balance();
"""
UNEMPTY_ACCOUNT = """
DROP TRIGGER payment_ledgeraccount_starts_empty ON payment_ledgeraccount;
DROP FUNCTION payment_refuse_opening_balance();
"""

# One statement's entries at once. The accounts are locked in the order of their ids before the first is written: two
# statements over the same accounts wait for each other and never deadlock. M3's CHECK sees the new balances here, so
# it refuses in the statement that moves the money.
APPLY_ENTRIES = """
CREATE FUNCTION payment_apply_entries() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM added LEFT JOIN payment_ledgertransaction t ON t.id = added.transaction_id
        WHERE t.xid IS DISTINCT FROM pg_current_xact_id()::text::bigint
    ) THEN
        RAISE EXCEPTION 'Entries join only a ledger transaction of their own database transaction.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_ledgerentry_same_transaction',
            TABLE = TG_TABLE_NAME;
    END IF;
    IF EXISTS (
        SELECT FROM added
        JOIN payment_ledgertransaction t ON t.id = added.transaction_id
        JOIN payment_ledgeraccount a ON a.id = added.account_id
        WHERE a.kind = 'escrow' AND (
            a.job_id IS DISTINCT FROM t.job_id
            OR (added.amount_kobo > 0 AND t.kind NOT IN ('funding', 'wallet_funding'))
            OR (added.amount_kobo < 0 AND t.kind NOT IN ('wage', 'compensation', 'award', 'refund', 'chargeback'))
        )
    ) THEN
        RAISE EXCEPTION 'This is no way for money into or out of an escrow.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_ledgerentry_ways_of_escrow',
            TABLE = TG_TABLE_NAME;
    END IF;
    PERFORM FROM payment_ledgeraccount WHERE id IN (SELECT account_id FROM added) ORDER BY id FOR NO KEY UPDATE;
    UPDATE payment_ledgeraccount a SET balance_kobo = a.balance_kobo + s.amount_kobo
    FROM (SELECT account_id, sum(amount_kobo)::bigint AS amount_kobo FROM added GROUP BY account_id) s
    WHERE a.id = s.account_id;
    RETURN NULL;
END $$;
CREATE TRIGGER payment_ledgerentry_apply AFTER INSERT ON payment_ledgerentry
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION payment_apply_entries();
"""
UNAPPLY_ENTRIES = """
DROP TRIGGER payment_ledgerentry_apply ON payment_ledgerentry;
DROP FUNCTION payment_apply_entries();
"""

# M1, the first half, at COMMIT. Both sides of a changed entry count: moving a leg unbalances the transaction it left.
CHECK_BALANCED = """
CREATE FUNCTION payment_check_balanced() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    touched bigint[];
BEGIN
    IF TG_TABLE_NAME = 'payment_ledgertransaction' THEN
        touched := ARRAY[NEW.id];
    ELSIF TG_OP = 'INSERT' THEN
        touched := ARRAY[NEW.transaction_id];
    ELSIF TG_OP = 'DELETE' THEN
        touched := ARRAY[OLD.transaction_id];
    ELSE
        touched := ARRAY[OLD.transaction_id, NEW.transaction_id];
    END IF;
    IF EXISTS (
        SELECT FROM payment_ledgertransaction t
        LEFT JOIN (payment_ledgerentry e JOIN payment_ledgeraccount a ON a.id = e.account_id)
            ON e.transaction_id = t.id
        WHERE t.id = ANY (touched)
        GROUP BY t.id, a.currency
        HAVING count(e.id) < 2 OR sum(e.amount_kobo) <> 0
    ) THEN
        RAISE EXCEPTION 'A ledger transaction has two or more entries that sum to zero per currency.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_ledgertransaction_balanced',
            TABLE = 'payment_ledgertransaction';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER payment_ledgertransaction_balanced AFTER INSERT ON payment_ledgertransaction
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payment_check_balanced();
CREATE CONSTRAINT TRIGGER payment_ledgerentry_balanced AFTER INSERT OR UPDATE OR DELETE ON payment_ledgerentry
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payment_check_balanced();
"""
UNCHECK_BALANCED = """
DROP TRIGGER payment_ledgerentry_balanced ON payment_ledgerentry;
DROP TRIGGER payment_ledgertransaction_balanced ON payment_ledgertransaction;
DROP FUNCTION payment_check_balanced();
"""


class Migration(migrations.Migration):
    dependencies = [("payment", "0001_money")]
    operations = [
        migrations.RunSQL(STAMP_TRANSACTION, UNSTAMP_TRANSACTION),
        migrations.RunSQL(EMPTY_ACCOUNT, UNEMPTY_ACCOUNT),
        migrations.RunSQL(APPLY_ENTRIES, UNAPPLY_ENTRIES),
        migrations.RunSQL(CHECK_BALANCED, UNCHECK_BALANCED),
    ]
