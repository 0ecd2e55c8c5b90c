"""What was added without a scan is checked now, under a lock that holds nobody up."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("jobs", "0018_attendance_corrected")]
    operations = [
        ValidateConstraint("shiftassignment", "jobs_assignment_approved_has_minutes"),
        ValidateConstraint("shiftassignment", "jobs_assignment_absent_never_checked_in"),
        ValidateConstraint("shiftassignment", "jobs_assignment_raised_has_reason"),
        ValidateConstraint("shiftassignment", "jobs_assignment_asked_has_reason"),
        ValidateConstraint("shiftassignment", "jobs_assignment_contest_has_reason"),
    ]
