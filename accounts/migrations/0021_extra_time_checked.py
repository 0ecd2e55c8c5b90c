"""What was added without a scan is checked now, under a lock that holds nobody up."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0020_extra_time")]
    operations = [
        ValidateConstraint("notification", "accounts_notification_kind_known"),
        ValidateConstraint("notificationpreference", "accounts_preference_kind_known"),
    ]
