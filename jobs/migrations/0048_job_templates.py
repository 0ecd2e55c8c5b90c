import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("jobs", "0047_hidden_jobs"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="JobTemplate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60)),
                ("terms", models.JSONField()),
                ("created_at", models.DateTimeField()),
                (
                    "client",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="job_templates",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["client", "-created_at", "-id"], name="jobs_jobtemplate_client_newest")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("name"),
                        models.F("client"),
                        name="jobs_jobtemplate_name_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("terms__has_keys", ["title", "industry", "start_time", "end_time", "rate_kobo"]),
                            models.Q(("terms__has_any_keys", ["date", "end_date"]), _negated=True),
                        ),
                        name="jobs_jobtemplate_terms_without_days",
                    ),
                ],
            },
        ),
    ]
