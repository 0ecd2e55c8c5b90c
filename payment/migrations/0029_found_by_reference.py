"""Rows of money are found by the beginning of a reference, ours or a provider's.

The unique indexes of references serve the beginning as well once they compare by characters: each is made beside the old
one, which then goes, and takes over its name, by which refusals are known.
"""

from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

BY_CHARACTERS = ["varchar_pattern_ops"]


def by_characters(model: str) -> list[Any]:
    table, name = f"payment_{model}", f"payment_{model}_reference_unique"
    return [
        migrations.RunSQL(
            f"CREATE UNIQUE INDEX CONCURRENTLY {name}_made ON {table} (reference varchar_pattern_ops)",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            [f"ALTER TABLE {table} DROP CONSTRAINT {name}", f"ALTER INDEX {name}_made RENAME TO {name}"],
            [f"DROP INDEX {name}", f"ALTER TABLE {table} ADD CONSTRAINT {name} UNIQUE (reference)"],
            state_operations=[
                migrations.RemoveConstraint(model, name),
                migrations.AddConstraint(
                    model, models.UniqueConstraint(fields=["reference"], name=name, opclasses=BY_CHARACTERS)
                ),
            ],
        ),
    ]


def beginning(model: str, field: str, name: str) -> AddIndexConcurrently:
    return AddIndexConcurrently(model, models.Index(fields=[field], name=name, opclasses=BY_CHARACTERS))


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("payment", "0028_virtual_accounts")]
    operations = [
        *by_characters("payment"),
        *by_characters("refund"),
        *by_characters("withdrawal"),
        beginning("paymentattempt", "provider_id", "payment_attempt_at_provider"),
        beginning("deposit", "reference", "payment_deposit_reference"),
        beginning("deposit", "provider_id", "payment_deposit_at_provider"),
        beginning("refund", "provider_id", "payment_refund_at_provider"),
        beginning("withdrawal", "provider_id", "payment_withdrawal_provider"),
        beginning("staffmove", "reference", "payment_staffmove_reference"),
        beginning("webhookevent", "reference", "payment_webhook_reference"),
        RemoveIndexConcurrently("webhookevent", "payment_webhookevent_reference"),
    ]
