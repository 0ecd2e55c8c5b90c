from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="SelfCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=64)),
                ("checked_at", models.DateTimeField()),
                ("took_ms", models.PositiveIntegerField()),
                ("differences", models.PositiveIntegerField()),
                ("findings", models.JSONField(blank=True, default=list)),
                ("figures", models.JSONField(blank=True, default=dict)),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("name",), name="core_selfcheck_once")]},
        ),
    ]
