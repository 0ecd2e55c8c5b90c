from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_notices_of_refill_checked"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="otp",
            name="accounts_otp_tries_bounds",
        ),
        migrations.AddField(
            model_name="customuser",
            name="signup_contested",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="device",
            name="origin",
            field=models.BinaryField(blank=True, max_length=32, null=True),
        ),
        migrations.AddField(
            model_name="otp",
            name="asked_from",
            field=models.BinaryField(blank=True, db_default=b"", default=b"", max_length=32),
        ),
        AddConstraintNotValid(
            model_name="customuser",
            constraint=models.CheckConstraint(
                condition=models.Q(("email__regex", "^[!-~]+@[^@]+$")), name="accounts_user_email_ascii_local"
            ),
        ),
        AddConstraintNotValid(
            model_name="otp",
            constraint=models.CheckConstraint(condition=models.Q(("tries__lte", 25)), name="accounts_otp_tries_bounds"),
        ),
    ]
