from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("payment", "0025_chargeback_answers")]
    operations = [
        ValidateConstraint("chargeback", "payment_chargeback_answer_complete"),
        ValidateConstraint("staffmove", "payment_staffmove_kind_known"),
        ValidateConstraint("staffmove", "payment_staffmove_subject_fits_kind"),
    ]
