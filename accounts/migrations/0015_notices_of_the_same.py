from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("accounts", "0014_notices_merged")]
    operations = [
        AddIndexConcurrently(
            "notification",
            models.Index(fields=["user", "kind", "link", "created_at"], name="accounts_notification_same"),
        ),
    ]
