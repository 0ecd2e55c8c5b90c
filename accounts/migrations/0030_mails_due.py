from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0029_review_moderation_checked")]
    operations = [
        migrations.AddField("notification", "mail_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("notification", "mail_tries", models.SmallIntegerField(db_default=0, default=0)),
        migrations.AddField("notification", "mail_turn", models.SmallIntegerField(db_default=0, default=0)),
    ]
