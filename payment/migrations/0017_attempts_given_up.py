from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    # Payments go on meanwhile.
    atomic = False
    dependencies = [("payment", "0016_sent_on")]
    operations = [
        AddIndexConcurrently(
            "paymentattempt",
            models.Index(
                fields=["created_at"],
                condition=Q(status__in=["failed", "abandoned"]),
                name="payment_attempt_given_up",
            ),
        ),
    ]
