from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """By itself: its index is made while others write."""

    atomic = False
    dependencies = [("payment", "0039_virtual_account_references")]
    operations = [
        AddIndexConcurrently("receipt", models.Index(fields=["issuer"], name="payment_receipt_issuer")),
    ]
