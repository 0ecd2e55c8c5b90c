"""Metrics count the failed jobs at every scrape; procrastinate itself has indexes for what is to do only."""

from django.db import migrations


class Migration(migrations.Migration):
    # Concurrently: the queue goes on meanwhile.
    atomic = False
    dependencies = [("core", "0002_self_checks"), ("procrastinate", "0041_post_retry_failed_job")]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS core_jobs_failed ON procrastinate_jobs (queue_name) "
            "WHERE status = 'failed'",
            "DROP INDEX IF EXISTS core_jobs_failed",
        )
    ]
