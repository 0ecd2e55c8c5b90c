from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    """By itself: it reads whole tables, and must not hold the locks of the migration before meanwhile."""

    atomic = False
    dependencies = [("accounts", "0041_review_reworded")]
    operations = [
        ValidateConstraint("notification", "accounts_notification_kind_known"),
        ValidateConstraint("notificationpreference", "accounts_preference_kind_known"),
    ]
