"""When a ledger transaction was really written, and no other date for it than that.

Where the application's role may move the clock (development: `core.clock`), its postings may carry any time; nowhere
else. The owner may, to repair or restore: `recorded_at` tells.
"""

from django.db import migrations, models

STAMP = """
CREATE OR REPLACE FUNCTION payment_stamp_transaction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.xid := pg_catalog.pg_current_xact_id()::text::bigint;
    NEW.recorded_at := pg_catalog.clock_timestamp();
    IF (NEW.created_at > NEW.recorded_at + interval '1 minute' OR NEW.created_at < NEW.recorded_at - interval '1 minute')
        AND NOT pg_catalog.has_table_privilege(session_user, 'public.core_clockoffset', 'INSERT')
    THEN
        RAISE EXCEPTION 'A posting carries the time at which it is made.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_ledgertransaction_dated_now',
            TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
"""
UNSTAMP = """
CREATE OR REPLACE FUNCTION payment_stamp_transaction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.xid := pg_catalog.pg_current_xact_id()::text::bigint;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial"), ("payment", "0007_chargeback_accounts")]
    operations = [
        migrations.AddField(
            model_name="ledgertransaction",
            name="recorded_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.RunSQL(STAMP, UNSTAMP),
    ]
