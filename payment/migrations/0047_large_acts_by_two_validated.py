from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("payment", "0046_large_acts_by_two")]
    operations = [
        migrations.RunSQL(
            f"ALTER TABLE payment_staffmove VALIDATE CONSTRAINT payment_staffmove_{name}", migrations.RunSQL.noop
        )
        for name in ("job", "refund", "withdrawal")
    ] + [
        ValidateConstraint("staffmove", "payment_staffmove_kind_known"),
        ValidateConstraint("staffmove", "payment_staffmove_subject_fits_kind"),
    ]
