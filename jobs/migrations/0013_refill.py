"""Applications that stand by for a place that comes free again, and a client's favourites."""

import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

from core.state_machine import EnforceTransitions

BEFORE = {
    "applied": ["accepted", "rejected", "withdrawn", "closed"],
    "accepted": ["completed", "withdrawn", "no_show", "canceled"],
    "rejected": [],
    "withdrawn": [],
    "closed": [],
    "completed": [],
    "no_show": [],
    "canceled": [],
}
AFTER = BEFORE | {
    "applied": ["accepted", "standing_by", "rejected", "withdrawn", "closed"],
    "standing_by": ["accepted", "rejected", "withdrawn", "closed"],
    "rejected": ["accepted"],
}


class Migration(migrations.Migration):
    dependencies = [
        ("jobs", "0012_soonest_jobs"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="Favourite",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="application",
            name="jobs_application_status_known",
        ),
        migrations.AddField(
            model_name="application",
            name="offered_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="application",
            name="offered_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="job",
            name="offers_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="application",
            name="status",
            field=models.CharField(
                choices=[
                    ("applied", "Applied"),
                    ("standing_by", "Standing By"),
                    ("accepted", "Accepted"),
                    ("rejected", "Rejected"),
                    ("withdrawn", "Withdrawn"),
                    ("closed", "Closed"),
                    ("completed", "Completed"),
                    ("no_show", "No Show"),
                    ("canceled", "Canceled"),
                ],
                default="applied",
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="applicationstatuslog",
            name="from_status",
            field=models.CharField(
                blank=True,
                choices=[
                    ("applied", "Applied"),
                    ("standing_by", "Standing By"),
                    ("accepted", "Accepted"),
                    ("rejected", "Rejected"),
                    ("withdrawn", "Withdrawn"),
                    ("closed", "Closed"),
                    ("completed", "Completed"),
                    ("no_show", "No Show"),
                    ("canceled", "Canceled"),
                ],
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="applicationstatuslog",
            name="to_status",
            field=models.CharField(
                choices=[
                    ("applied", "Applied"),
                    ("standing_by", "Standing By"),
                    ("accepted", "Accepted"),
                    ("rejected", "Rejected"),
                    ("withdrawn", "Withdrawn"),
                    ("closed", "Closed"),
                    ("completed", "Completed"),
                    ("no_show", "No Show"),
                    ("canceled", "Canceled"),
                ],
                max_length=16,
            ),
        ),
        AddConstraintNotValid(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        [
                            "applied",
                            "standing_by",
                            "accepted",
                            "rejected",
                            "withdrawn",
                            "closed",
                            "completed",
                            "no_show",
                            "canceled",
                        ],
                    )
                ),
                name="jobs_application_status_known",
            ),
        ),
        AddConstraintNotValid(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("offered_until__isnull", True),
                    models.Q(("offered_at__isnull", False), ("offered_until__gt", models.F("offered_at"))),
                    _connector="OR",
                ),
                name="jobs_application_offer_lasts",
            ),
        ),
        migrations.AddField(
            model_name="favourite",
            name="client",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="favourites",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="favourite",
            name="worker",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="favourite_of",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="favourite",
            index=models.Index(fields=["client", "-created_at", "-id"], name="jobs_favourite_client_newest"),
        ),
        migrations.AddConstraint(
            model_name="favourite",
            constraint=models.UniqueConstraint(fields=("worker", "client"), name="jobs_favourite_once"),
        ),
        migrations.AddConstraint(
            model_name="favourite",
            constraint=models.CheckConstraint(
                condition=models.Q(("client", models.F("worker")), _negated=True), name="jobs_favourite_not_self"
            ),
        ),
        EnforceTransitions("application", "status", AFTER, previous=BEFORE),
    ]
