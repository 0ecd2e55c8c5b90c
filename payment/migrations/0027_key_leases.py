from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payment", "0026_chargeback_answers_validated")]
    operations = [
        migrations.CreateModel(
            name="KeyLease",
            fields=[
                ("name", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("token", models.UUIDField()),
                ("until", models.DateTimeField()),
            ],
        ),
    ]
