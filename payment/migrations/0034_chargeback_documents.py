from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payment", "0033_settled_again")]

    operations = [
        migrations.AddField(
            model_name="chargeback",
            name="document",
            field=models.CharField(blank=True, db_default="", default="", max_length=100),
        ),
        AddConstraintNotValid(
            model_name="chargeback",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("document", ""),
                    ("document__regex", "^evidence/[0-9a-f]{32}\\.(pdf|png|jpg)$"),
                    _connector="OR",
                ),
                name="payment_chargeback_document_named",
            ),
        ),
    ]
