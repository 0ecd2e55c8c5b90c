"""The jobs that are short at this moment: few, since a bank holds the money of each."""

from django.db import migrations

SHORT = """
UPDATE jobs_job SET short_since = now()
WHERE status IN ('upcoming', 'ongoing') AND canceled_at IS NULL AND short_since IS NULL AND id IN (
    SELECT p.job_id FROM payment_chargeback c
    JOIN payment_paymentattempt a ON a.id = c.attempt_id
    JOIN payment_payment p ON p.id = a.payment_id
    WHERE c.status IN ('open', 'answered') AND c.escrow_held_kobo > 0
)
"""


class Migration(migrations.Migration):
    dependencies = [("jobs", "0050_short_jobs"), ("payment", "0053_refund_let_go_validated")]
    operations = [migrations.RunSQL(SHORT, migrations.RunSQL.noop)]
