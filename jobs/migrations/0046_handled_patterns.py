import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("jobs", "0045_reports"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HandledPattern",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("mark", models.CharField(max_length=64)),
                ("says", models.CharField(max_length=200)),
                ("people", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField())),
                ("reason", models.CharField(max_length=150)),
                ("handled_at", models.DateTimeField()),
                (
                    "handled_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("mark",), name="jobs_handledpattern_once"),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="jobs_handledpattern_has_reason"
                    ),
                ],
            },
        ),
    ]
