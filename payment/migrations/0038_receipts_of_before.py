"""Receipts for what was paid before there were numbers, in the order in which it was paid.

A thousand at a time: each commit lets those through who pay meanwhile and wait for a number. Run again after it was
stopped, it goes on where it was.
"""

from django.db import migrations

NUMBER_THEM = """
DO $$
DECLARE
    paid record;
    done integer := 0;
BEGIN
    FOR paid IN
        SELECT p.id AS payment, NULL::bigint AS withdrawal, p.succeeded_at AS moved_at FROM payment_payment p
        WHERE p.status = 'succeeded' AND NOT EXISTS (SELECT FROM payment_receipt r WHERE r.payment_id = p.id)
        UNION ALL
        SELECT NULL, w.id, coalesce(t.created_at, w.finished_at) FROM payment_withdrawal w
        LEFT JOIN payment_ledgertransaction t ON t.kind = 'withdrawal_paid' AND t.reference = w.reference
        WHERE w.status IN ('paid', 'reversed')
          AND NOT EXISTS (SELECT FROM payment_receipt r WHERE r.withdrawal_id = w.id)
        ORDER BY moved_at, payment, withdrawal
    LOOP
        PERFORM payment_give_receipt(paid.payment, paid.withdrawal);
        done := done + 1;
        IF done % 1000 = 0 THEN
            COMMIT;
        END IF;
    END LOOP;
END $$
"""


class Migration(migrations.Migration):
    # Its commits are its own.
    atomic = False
    dependencies = [("payment", "0037_receipts")]
    operations = [migrations.RunSQL(NUMBER_THEM, migrations.RunSQL.noop)]
