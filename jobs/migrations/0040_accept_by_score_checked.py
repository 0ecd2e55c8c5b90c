"""By itself: it reads the whole table, and must not hold the lock of the migration before meanwhile.

The index of jobs with a rule is replaced: the new one has those of a release that knows no score, too.
"""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("jobs", "0039_accept_by_score")]
    operations = [
        ValidateConstraint("job", "jobs_job_accept_score_bounds"),
        AddIndexConcurrently(
            "job",
            models.Index(
                fields=["starts_at"],
                name="jobs_job_ruled",
                condition=models.Q(
                    models.Q(
                        ("accept_favourites", True),
                        ("accept_worked_times__isnull", False),
                        ("accept_score_at_least__isnull", False),
                        _connector="OR",
                    ),
                    ("is_open", True),
                ),
            ),
        ),
        RemoveIndexConcurrently("job", "jobs_job_accepts_by_rule"),
    ]
