"""`PaymentAttempt.refunded_kobo` follows the refunds to card, in the statement that changes them.

The UPDATE takes the attempt's row lock, so two refunds of one payment wait for each other, and the check constraint
`payment_attempt_refunded_within_captured` refuses what is more than was captured.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION payment_sum_refunds() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    before bigint := 0;
    after bigint := 0;
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.status <> 'failed' THEN
        before := OLD.amount_kobo;
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.status <> 'failed' THEN
        after := NEW.amount_kobo;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.attempt_id IS DISTINCT FROM NEW.attempt_id THEN
        RAISE EXCEPTION 'A refund stays with its payment attempt.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_refund_attempt_fixed', TABLE = TG_TABLE_NAME;
    END IF;
    IF before <> after THEN
        UPDATE payment_paymentattempt SET refunded_kobo = refunded_kobo + after - before
        WHERE id = CASE TG_OP WHEN 'DELETE' THEN OLD.attempt_id ELSE NEW.attempt_id END;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER payment_refund_sum AFTER INSERT OR DELETE OR UPDATE OF status, amount_kobo, attempt_id ON payment_refund
FOR EACH ROW EXECUTE FUNCTION payment_sum_refunds();
"""

BACKWARD = """
DROP TRIGGER payment_refund_sum ON payment_refund;
DROP FUNCTION payment_sum_refunds();
"""


class Migration(migrations.Migration):
    dependencies = [("payment", "0002_ledger_triggers")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
