"""Receipts for what was paid before there were numbers, in the order in which it was paid.

A thousand at a time: each commit lets those through who pay meanwhile and wait for a number. Run again after it was
stopped, it goes on where it was.
"""

from django.db import migrations

from payment.services.receipt_numbers import NUMBER_THEM


class Migration(migrations.Migration):
    # Its commits are its own.
    atomic = False
    dependencies = [("payment", "0037_receipts")]
    operations = [migrations.RunSQL(NUMBER_THEM, migrations.RunSQL.noop)]
