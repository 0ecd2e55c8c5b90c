"""What clients gave and called off so far, counted once."""

from django.db import migrations

FILL = """
UPDATE accounts_profile p SET given_count = c.given, called_off_count = c.called_off
FROM (
    SELECT client_id, count(*) FILTER (WHERE status = 'approved') AS given,
           count(*) FILTER (WHERE compensation_kobo > 0) AS called_off
    FROM jobs_shiftassignment GROUP BY client_id
) c
WHERE c.client_id = p.user_id
"""


class Migration(migrations.Migration):
    dependencies = [("jobs", "0009_experience"), ("accounts", "0004_counters_of_clients")]
    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
