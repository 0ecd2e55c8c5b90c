"""What staff read of one thing: the messages about it, and what staff did to it, which admin's own log has no index for."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("accounts", "0017_new_job_checked"),
        ("admin", "0003_logentry_add_action_flag_choices"),
    ]
    operations = [
        AddIndexConcurrently(
            "notification",
            models.Index(fields=["link", "-created_at", "-id"], name="accounts_notification_link"),
        ),
        migrations.RunSQL(
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS accounts_adminlog_object"
            " ON django_admin_log (object_id, content_type_id, action_time)",
            "DROP INDEX CONCURRENTLY IF EXISTS accounts_adminlog_object",
        ),
    ]
