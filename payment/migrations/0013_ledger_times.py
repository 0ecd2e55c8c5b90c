from django.contrib.postgres.indexes import BrinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("payment", "0012_periods_and_anchors")]
    operations = [
        AddIndexConcurrently(
            model_name="ledgertransaction",
            index=BrinIndex(autosummarize=True, fields=["recorded_at"], name="payment_ledgertx_recorded"),
        ),
        AddIndexConcurrently(
            model_name="ledgertransaction",
            index=BrinIndex(autosummarize=True, fields=["created_at"], name="payment_ledgertx_created"),
        ),
    ]
