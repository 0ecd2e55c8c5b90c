"""A score from which a job takes people on by itself. A release that knows none goes on writing jobs without."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0038_series")]
    operations = [
        migrations.AddField("job", "accept_score_at_least", models.SmallIntegerField(blank=True, null=True)),
        AddConstraintNotValid(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("accept_score_at_least__isnull", True),
                    models.Q(("accept_score_at_least__gte", 1), ("accept_score_at_least__lte", 100)),
                    _connector="OR",
                ),
                name="jobs_job_accept_score_bounds",
            ),
        ),
    ]
