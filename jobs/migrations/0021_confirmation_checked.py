from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    """By itself: it reads the whole table, and must not hold the locks of the migration before meanwhile."""

    dependencies = [("jobs", "0020_confirmation")]
    operations = [ValidateConstraint("application", "jobs_application_released_unconfirmed")]
