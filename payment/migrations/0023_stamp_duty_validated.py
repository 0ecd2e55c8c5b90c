from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("payment", "0022_stamp_duty")]
    operations = [ValidateConstraint("withdrawal", "payment_withdrawal_duty_of_transfer")]
