from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("payment", "0023_stamp_duty_validated")]
    operations = [
        AddIndexConcurrently(
            "chargeback",
            models.Index(fields=["payer", "-created_at", "-id"], name="payment_chargeback_payer"),
        ),
    ]
