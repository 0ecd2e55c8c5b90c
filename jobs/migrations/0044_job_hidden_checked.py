from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("jobs", "0043_job_hidden")]
    operations = [ValidateConstraint("job", "jobs_job_hidden_has_reason")]
