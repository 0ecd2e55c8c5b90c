from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("payment", "0052_refund_let_go")]
    operations = [
        ValidateConstraint("staffmove", "payment_staffmove_kind_known"),
        ValidateConstraint("staffmove", "payment_staffmove_subject_fits_kind"),
    ]
