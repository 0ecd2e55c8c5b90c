from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # An index that is built while people write cannot be built in a transaction.
    atomic = False
    dependencies = [("jobs", "0046_handled_patterns")]
    operations = [
        AddIndexConcurrently(
            model_name="job",
            index=models.Index(
                fields=["-id"], name="jobs_job_hidden", condition=models.Q(("hidden_at__isnull", False))
            ),
        ),
    ]
