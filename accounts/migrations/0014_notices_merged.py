from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0013_confirmation_checked")]
    operations = [
        migrations.AddField(
            model_name="notification",
            name="superseded_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
