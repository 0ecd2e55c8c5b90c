from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("payment", "0017_attempts_given_up")]
    operations = [
        AddConstraintNotValid(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=Q(amount_kobo__gt=0, fee_kobo=0) | Q(amount_kobo__gte=0, fee_kobo__gt=0, kind="wage"),
                name="payment_payment_amount_or_fee",
            ),
        ),
        migrations.RemoveConstraint(model_name="payment", name="payment_payment_amount_positive"),
    ]
