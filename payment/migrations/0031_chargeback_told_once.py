from django.db import migrations, models


class Migration(migrations.Migration):
    """By itself: its index is made while others write."""

    atomic = False
    dependencies = [("payment", "0030_chargeback_told_as")]
    operations = [
        migrations.RunSQL(
            "CREATE UNIQUE INDEX CONCURRENTLY payment_chargeback_told_once"
            " ON payment_chargeback (provider, told_as) WHERE NOT (told_as = '')",
            "DROP INDEX payment_chargeback_told_once",
            state_operations=[
                migrations.AddConstraint(
                    model_name="chargeback",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("told_as", ""), _negated=True),
                        fields=("provider", "told_as"),
                        name="payment_chargeback_told_once",
                    ),
                )
            ],
        ),
    ]
