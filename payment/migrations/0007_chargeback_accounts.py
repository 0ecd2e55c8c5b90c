"""What reads the books for long, without a lock that postings would wait for."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations, models
from django.db.models import Q

ONE_RECEIVABLE = """
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS payment_ledgeraccount_one_receivable
ON payment_ledgeraccount (user_id, currency) WHERE kind = 'receivable'
"""


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("payment", "0006_chargebacks")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    ONE_RECEIVABLE, "DROP INDEX CONCURRENTLY IF EXISTS payment_ledgeraccount_one_receivable"
                )
            ],
            state_operations=[
                migrations.AddConstraint(
                    model_name="ledgeraccount",
                    constraint=models.UniqueConstraint(
                        fields=["user", "currency"],
                        condition=Q(kind="receivable"),
                        name="payment_ledgeraccount_one_receivable",
                    ),
                )
            ],
        ),
        ValidateConstraint("ledgeraccount", "payment_ledgeraccount_kind_known"),
        ValidateConstraint("ledgeraccount", "payment_ledgeraccount_subject_fits_kind"),
        ValidateConstraint("ledgeraccount", "payment_ledgeraccount_not_negative"),
        ValidateConstraint("ledgeraccount", "payment_ledgeraccount_owed_or_nothing"),
        ValidateConstraint("ledgertransaction", "payment_ledgertransaction_kind_known"),
    ]
