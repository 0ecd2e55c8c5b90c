"""Count what is taken of the jobs that are not over. Work is read meanwhile, and for that moment not written: whoever
locks a job first would otherwise wait for the assignments, and this for the job.
"""

from django.db import migrations

FORWARDS = """
LOCK TABLE jobs_job IN EXCLUSIVE MODE;
LOCK TABLE jobs_shiftassignment IN SHARE ROW EXCLUSIVE MODE;
UPDATE jobs_shift s SET taken_count = c.n FROM (
    SELECT a.shift_id, count(*) AS n FROM jobs_job j
    JOIN jobs_shift s ON s.job_id = j.id
    JOIN jobs_shiftassignment a ON a.shift_id = s.id AND a.status <> 'canceled'
    WHERE j.status IN ('upcoming', 'ongoing') GROUP BY a.shift_id
) c WHERE s.id = c.shift_id AND s.taken_count <> c.n;
UPDATE jobs_job SET is_open = is_open WHERE status IN ('upcoming', 'ongoing') OR is_open;
"""
BACKWARDS = "UPDATE jobs_job SET is_open = is_open WHERE status IN ('upcoming', 'ongoing') OR is_open;"


class Migration(migrations.Migration):
    dependencies = [("jobs", "0034_places_of_shifts")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
