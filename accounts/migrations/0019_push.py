"""Devices that show notices, and that they end with their log-in.

A log-out, a ban, a new password, a stolen token: each sets `revoked_at` in its own way, in one statement for one device
or for many. The trigger is where all of them come by.
"""

import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

FORWARD = """
CREATE FUNCTION accounts_forget_push() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM accounts_pushsubscription WHERE device_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER accounts_device_forget_push AFTER UPDATE OF revoked_at ON accounts_device
FOR EACH ROW WHEN (NEW.revoked_at IS NOT NULL) EXECUTE FUNCTION accounts_forget_push();
"""

BACKWARD = """
DROP TRIGGER accounts_device_forget_push ON accounts_device;
DROP FUNCTION accounts_forget_push();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0018_histories"),
    ]

    operations = [
        migrations.AddField(
            model_name="notification",
            name="push_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="notification",
            name="pushed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="notificationpreference",
            name="push",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.CreateModel(
            name="QuietHours",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("start_time", models.TimeField()),
                ("end_time", models.TimeField()),
                ("time_zone", models.CharField(max_length=64)),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="quiet_hours",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PushSubscription",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("endpoint", models.CharField(max_length=1000)),
                ("public_key", models.BinaryField(max_length=65)),
                ("auth_secret", models.BinaryField(max_length=16)),
                ("created_at", models.DateTimeField()),
                (
                    "device",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="push_subscription",
                        to="accounts.device",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("endpoint",), name="accounts_push_endpoint_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.Exact(django.db.models.functions.text.Length("public_key"), 65),
                            django.db.models.lookups.Exact(django.db.models.functions.text.Length("auth_secret"), 16),
                        ),
                        name="accounts_push_keys_of_a_browser",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
