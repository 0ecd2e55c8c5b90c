from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("payment", "0034_chargeback_documents")]
    operations = [ValidateConstraint("chargeback", "payment_chargeback_document_named")]
