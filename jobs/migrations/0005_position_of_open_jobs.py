"""The nearest open jobs are found among open jobs, not among all that ever were near."""

from django.contrib.postgres.indexes import GistIndex
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0004_seed_industries")]
    operations = [
        migrations.RemoveIndex(model_name="job", name="jobs_job_position"),
        migrations.AddIndex(
            model_name="job",
            index=GistIndex(
                models.Func("longitude", "latitude", function="point"), models.F("is_open"), name="jobs_job_position"
            ),
        ),
    ]
