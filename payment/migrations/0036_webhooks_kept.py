"""A webhook is evidence for half a year, and as long as money under its reference is open: refused to the owner as well."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION payment_reference_is_open(asked_provider text, asked_reference text) RETURNS boolean
LANGUAGE sql STABLE AS $$
SELECT EXISTS (
    SELECT FROM public.payment_paymentattempt a WHERE a.provider = asked_provider AND a.reference = asked_reference AND (
        a.status = 'pending'
        OR EXISTS (
            SELECT FROM public.payment_refund r
            WHERE r.attempt_id = a.id AND r.status IN ('requested', 'processing')
        )
        OR EXISTS (
            SELECT FROM public.payment_chargeback c WHERE c.attempt_id = a.id AND c.status IN ('open', 'answered')
        )
    )
) OR EXISTS (
    SELECT FROM public.payment_withdrawal w
    WHERE w.reference = asked_reference AND w.status IN ('requested', 'sending', 'unknown')
)
$$;
CREATE FUNCTION payment_keep_webhook() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    -- Development may move the clock; nobody else can write there.
    moved interval := coalesce((SELECT max("offset") FROM public.core_clockoffset), '0');
BEGIN
    IF OLD.status IN ('processed', 'ignored') AND OLD.received_at < now() + moved - interval '180 days'
        AND NOT public.payment_reference_is_open(OLD.provider, OLD.reference)
    THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'This webhook is evidence still.'
        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
END $$;
CREATE TRIGGER payment_webhookevent_kept BEFORE DELETE ON payment_webhookevent
FOR EACH ROW EXECUTE FUNCTION payment_keep_webhook();
"""
BACKWARD = """
DROP TRIGGER payment_webhookevent_kept ON payment_webhookevent;
DROP FUNCTION payment_keep_webhook();
DROP FUNCTION payment_reference_is_open(text, text);
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial"), ("payment", "0035_chargeback_documents_validated")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
