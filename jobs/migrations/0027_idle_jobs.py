"""Jobs that nobody is left to work while shifts lie ahead. A release that knows none settles them at once, as before."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0026_ended_early_checked")]
    operations = [migrations.AddField("job", "idle_until", models.DateTimeField(blank=True, null=True))]
