"""Accounts whose money is named by our reference; old rows have none."""

from django.db import migrations, models

NAME = "payment_virtualaccount_reference_once"


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("payment", "0038_receipts_of_before")]
    operations = [
        migrations.AddField("virtualaccount", "reference", models.CharField(blank=True, db_default="", max_length=40)),
        migrations.AddField("virtualaccount", "asking_until", models.DateTimeField(blank=True, null=True)),
        migrations.RunSQL(
            f"CREATE UNIQUE INDEX CONCURRENTLY {NAME} ON payment_virtualaccount (reference) WHERE NOT (reference = '')",
            f"DROP INDEX {NAME}",
            state_operations=[
                migrations.AddConstraint(
                    "virtualaccount",
                    models.UniqueConstraint(
                        condition=models.Q(("reference", ""), _negated=True), fields=("reference",), name=NAME
                    ),
                )
            ],
        ),
    ]
