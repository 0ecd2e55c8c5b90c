from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    # Refunds go on meanwhile.
    atomic = False
    dependencies = [("payment", "0015_holds_and_fees")]
    operations = [
        AddIndexConcurrently(
            "refund",
            models.Index(fields=["origin"], condition=Q(origin__isnull=False), name="payment_refund_origin"),
        ),
        ValidateConstraint("refund", "payment_refund_fee_of_card"),
    ]
