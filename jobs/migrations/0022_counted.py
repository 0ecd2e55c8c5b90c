from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0021_confirmation_checked")]
    operations = [
        migrations.AddField("shiftassignment", "counted", models.BooleanField(db_default=True, default=True)),
    ]
