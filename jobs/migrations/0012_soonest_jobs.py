"""Open jobs in the order in which they begin."""

from typing import ClassVar

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    # Jobs are posted while it is built.
    atomic = False

    dependencies: ClassVar[list[tuple[str, str]]] = [("jobs", "0011_text_query")]

    operations: ClassVar[list[Operation]] = [
        AddIndexConcurrently(
            model_name="job",
            index=models.Index(
                condition=models.Q(("is_open", True)), fields=["starts_at", "id"], name="jobs_job_open_soonest"
            ),
        ),
    ]
