from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    """By itself: it reads whole tables, and must not hold the locks of the migration before meanwhile."""

    atomic = False
    dependencies = [("accounts", "0016_new_job")]
    operations = [
        ValidateConstraint("notification", "accounts_notification_kind_known"),
        ValidateConstraint("notificationpreference", "accounts_preference_kind_known"),
        AddIndexConcurrently("profile", GinIndex(fields=["skills"], name="accounts_profile_skills")),
    ]
