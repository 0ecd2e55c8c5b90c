"""Reads the transactions without a lock that postings would wait for."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("payment", "0010_staff_moves")]
    operations = [ValidateConstraint("ledgertransaction", "payment_ledgertransaction_kind_known")]
