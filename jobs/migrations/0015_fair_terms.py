from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0014_refill_online")]
    operations = [migrations.AddField("application", "terms", models.JSONField(blank=True, null=True))]
