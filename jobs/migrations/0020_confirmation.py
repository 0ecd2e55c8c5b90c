from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("jobs", "0019_validate_attendance"),
    ]

    operations = [
        migrations.AddField(
            model_name="application",
            name="confirmation_asked_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="application",
            name="confirmation_reminded_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="application",
            name="confirmed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="application",
            name="released_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="application",
            name="unconfirmed_told_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="job",
            name="release_unconfirmed",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AlterField(
            model_name="shiftassignment",
            name="cancel_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("withdrawn", "withdrawn by the worker"),
                    ("withdrawn_late", "withdrawn by the worker within 24 h"),
                    ("job_canceled", "canceled by the client"),
                    ("released", "released by the client, because it was not confirmed"),
                ],
                max_length=16,
            ),
        ),
        AddConstraintNotValid(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(("released_at__isnull", True), ("confirmed_at__isnull", True), _connector="OR"),
                name="jobs_application_released_unconfirmed",
            ),
        ),
    ]
