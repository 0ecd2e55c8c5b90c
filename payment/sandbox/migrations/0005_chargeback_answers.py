from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sandbox", "0004_push_service"),
    ]

    operations = [
        migrations.AddField(
            model_name="chargeback",
            name="documents",
            field=models.JSONField(db_default={}, default=dict),
        ),
    ]
