"""Unpaid breaks. A release that knows none goes on writing jobs without one."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0021_confirmation_checked")]
    operations = [
        migrations.AddField(
            model_name="job",
            name="break_minutes",
            field=models.SmallIntegerField(db_default=0, default=0),
        ),
        AddConstraintNotValid(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(("break_minutes__gte", 0), ("break_minutes__lte", 240)),
                name="jobs_job_break_bounds",
            ),
        ),
    ]
