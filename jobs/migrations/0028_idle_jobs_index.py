from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # An index that is built while people write cannot be built in a transaction.
    atomic = False
    dependencies = [("jobs", "0027_idle_jobs")]
    operations = [
        AddIndexConcurrently(
            model_name="job",
            index=models.Index(
                condition=models.Q(("idle_until__isnull", False)), fields=["idle_until"], name="jobs_job_idle_until"
            ),
        )
    ]
