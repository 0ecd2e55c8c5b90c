"""By itself: it reads the whole table, and must not hold the lock of the migration before meanwhile."""

from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("jobs", "0030_accept_by_rule")]
    operations = [
        ValidateConstraint("job", "jobs_job_accept_worked_times_bounds"),
        AddIndexConcurrently(
            "job",
            models.Index(
                fields=["starts_at"],
                name="jobs_job_accepts_by_rule",
                condition=models.Q(
                    models.Q(("accept_favourites", True), ("accept_worked_times__isnull", False), _connector="OR"),
                    ("is_open", True),
                ),
            ),
        ),
    ]
