"""What is paid out, from which wallet and to which account, is what was asked for: refused to the owner as well."""

from django.db import migrations

FIXED = ("wallet_id", "reference", "amount_kobo", "currency", "provider", "bank_code", "account_number", "account_name")
FORWARD = f"""
CREATE FUNCTION payment_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What a withdrawal is about does not change.'
        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
END $$;
CREATE TRIGGER payment_withdrawal_fixed BEFORE UPDATE OF {", ".join(FIXED)} ON payment_withdrawal
FOR EACH ROW WHEN (({", ".join(f"OLD.{name}" for name in FIXED)}) IS DISTINCT FROM ({
    ", ".join(f"NEW.{name}" for name in FIXED)
})) EXECUTE FUNCTION payment_refuse_change();
"""
BACKWARD = """
DROP TRIGGER payment_withdrawal_fixed ON payment_withdrawal;
DROP FUNCTION payment_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("payment", "0008_recorded_at")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
