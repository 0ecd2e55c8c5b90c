"""What was added without a scan is checked now, under a lock that holds nobody up."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("jobs", "0025_ended_early")]
    operations = [
        ValidateConstraint("shiftassignment", "jobs_assignment_least_of_ended_early"),
        ValidateConstraint("shiftassignment", "jobs_assignment_least_is_paid"),
        ValidateConstraint("attendancelog", "jobs_attendancelog_correction_known"),
    ]
