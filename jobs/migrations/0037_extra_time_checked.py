"""What was added without a scan is checked now, under a lock that holds nobody up."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("jobs", "0036_extra_time")]
    operations = [
        ValidateConstraint("job", "jobs_job_extra_not_negative"),
        ValidateConstraint("shiftassignment", "jobs_assignment_extra_within_price"),
        ValidateConstraint("shiftassignment", "jobs_assignment_extra_offer_positive"),
        ValidateConstraint("attendancelog", "jobs_attendancelog_correction_known"),
    ]
