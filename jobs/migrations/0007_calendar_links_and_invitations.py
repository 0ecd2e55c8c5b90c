import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

ID = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    dependencies = [("jobs", "0006_calendar_of_clients"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.CreateModel(
            "CalendarLink",
            fields=[
                ("id", ID),
                ("token_sha256", models.BinaryField(max_length=32, unique=True)),
                ("created_at", models.DateTimeField()),
                (
                    "user",
                    models.OneToOneField(
                        settings.AUTH_USER_MODEL, django.db.models.deletion.CASCADE, related_name="calendar_link"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            "Invitation",
            fields=[
                ("id", ID),
                ("created_at", models.DateTimeField()),
                (
                    "job",
                    models.ForeignKey(
                        "jobs.job", django.db.models.deletion.PROTECT, related_name="invitations", db_index=False
                    ),
                ),
                (
                    "worker",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        db_index=False,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["worker", "-created_at", "-id"], name="jobs_invitation_worker_newest")
                ],
                "constraints": [models.UniqueConstraint(fields=["job", "worker"], name="jobs_invitation_once")],
            },
        ),
    ]
