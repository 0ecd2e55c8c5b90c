from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    """By itself: it reads whole tables, and must not hold the locks of the migration before meanwhile."""

    dependencies = [("accounts", "0008_locks_of_owners")]
    operations = [
        ValidateConstraint("customuser", "accounts_user_email_ascii_local"),
        ValidateConstraint("otp", "accounts_otp_tries_bounds"),
    ]
