from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """By itself: its indexes are made while others write."""

    atomic = False
    dependencies = [("payment", "0040_receipt_issuer")]
    operations = [
        AddIndexConcurrently(
            "virtualaccount",
            models.Index(fields=["reference"], name="payment_virtualaccount_ours", opclasses=["varchar_pattern_ops"]),
        ),
        AddIndexConcurrently(
            "virtualaccount",
            models.Index(
                fields=["provider_id"], name="payment_virtualaccount_theirs", opclasses=["varchar_pattern_ops"]
            ),
        ),
    ]
