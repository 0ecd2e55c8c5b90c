from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("payment", "0029_found_by_reference"),
    ]

    operations = [
        migrations.AddField(
            model_name="chargeback",
            name="told_as",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
    ]
