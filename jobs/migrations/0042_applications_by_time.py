from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # An index that is built while people write cannot be built in a transaction.
    atomic = False
    dependencies = [("jobs", "0041_histories_kept")]
    operations = [
        AddIndexConcurrently(
            model_name="application",
            index=models.Index(fields=["job", "created_at", "id"], name="jobs_application_job_time"),
        ),
        AddIndexConcurrently(
            model_name="application",
            index=models.Index(fields=["applicant", "created_at", "id"], name="jobs_application_worker_time"),
        ),
    ]
