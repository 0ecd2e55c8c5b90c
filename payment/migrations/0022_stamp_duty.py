"""What providers take for the state of a transfer, beside their fee."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("payment", "0021_vat_validated")]
    operations = [
        migrations.AddField("withdrawal", "duty_kobo", models.BigIntegerField(db_default=0, default=0)),
        AddConstraintNotValid(
            model_name="withdrawal",
            constraint=models.CheckConstraint(
                condition=Q(duty_kobo=0) | Q(duty_kobo__gt=0, status__in=["paid", "reversed"]),
                name="payment_withdrawal_duty_of_transfer",
            ),
        ),
    ]
