"""A worker asks for the next job of its own lane: however many wait in others, it looks at none of them."""

from django.db import migrations


class Migration(migrations.Migration):
    # Concurrently: the queue goes on meanwhile.
    atomic = False
    dependencies = [("core", "0003_failed_jobs_index")]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS core_jobs_by_lane "
            "ON procrastinate_jobs (queue_name, priority DESC, id) WHERE status = 'todo'",
            "DROP INDEX CONCURRENTLY IF EXISTS core_jobs_by_lane",
        )
    ]
