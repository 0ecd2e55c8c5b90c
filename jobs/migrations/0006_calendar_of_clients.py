"""The client's calendar in the order of an index: each assignment names its job's client."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FILL = """
UPDATE jobs_shiftassignment s SET client_id = j.client_id
FROM jobs_application a JOIN jobs_job j ON j.id = a.job_id WHERE a.id = s.application_id
"""


def client(**options: bool) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        django.db.models.deletion.PROTECT,
        related_name="client_assignments",
        db_index=False,
        **options,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("jobs", "0005_position_of_open_jobs"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AddField("shiftassignment", "client", client(null=True)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField("shiftassignment", "client", client()),
        migrations.AddIndex(
            "shiftassignment", models.Index(fields=["client", "starts_at", "id"], name="jobs_assignment_client")
        ),
    ]
