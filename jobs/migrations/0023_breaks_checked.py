"""What was added without a scan is checked now, under a lock that holds nobody up."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("jobs", "0022_breaks")]
    operations = [ValidateConstraint("job", "jobs_job_break_bounds")]
