from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("payment", "0020_vat")]
    operations = [ValidateConstraint("payment", "payment_payment_vat_of_fee")]
