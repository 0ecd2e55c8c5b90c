from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rating", "0001_review")]
    operations = [
        migrations.AddField("review", "weighs", models.BooleanField(db_default=True, default=True)),
    ]
