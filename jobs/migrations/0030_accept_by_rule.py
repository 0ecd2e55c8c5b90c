"""Whom a job takes on by a rule. A release that knows none goes on writing jobs without."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0029_saved_searches")]
    operations = [
        migrations.AddField("job", "accept_favourites", models.BooleanField(db_default=False, default=False)),
        migrations.AddField("job", "accept_worked_times", models.SmallIntegerField(blank=True, null=True)),
        AddConstraintNotValid(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("accept_worked_times__isnull", True),
                    models.Q(("accept_worked_times__gte", 1), ("accept_worked_times__lte", 100)),
                    _connector="OR",
                ),
                name="jobs_job_accept_worked_times_bounds",
            ),
        ),
    ]
