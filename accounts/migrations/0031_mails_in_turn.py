from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("accounts", "0030_mails_due")]
    operations = [
        AddIndexConcurrently(
            "notification",
            models.Index(
                fields=["-mail_turn", "mail_at", "id"],
                name="accounts_notification_to_mail",
                condition=Q(mail_at__isnull=False, mailed_at__isnull=True, superseded_at__isnull=True),
            ),
        ),
    ]
