from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("payment", "0018_fee_without_wage")]
    operations = [ValidateConstraint("payment", "payment_payment_amount_or_fee")]
