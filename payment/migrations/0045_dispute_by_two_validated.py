from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("payment", "0044_dispute_by_two")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE payment_dispute VALIDATE CONSTRAINT payment_dispute_proposed_by", migrations.RunSQL.noop
        ),
        ValidateConstraint("dispute", "payment_dispute_proposal_is_whole"),
        ValidateConstraint("dispute", "payment_dispute_two_people"),
    ]
