import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.state_machine import EnforceTransitions


class Migration(migrations.Migration):
    dependencies = [
        ("payment", "0027_key_leases"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="VirtualAccount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("provider", models.CharField(max_length=16)),
                (
                    "status",
                    models.CharField(
                        choices=[("requested", "Requested"), ("active", "Active"), ("closed", "Closed")],
                        default="requested",
                        max_length=16,
                    ),
                ),
                ("provider_id", models.CharField(blank=True, max_length=64)),
                ("bank_name", models.CharField(blank=True, max_length=100)),
                ("account_number", models.CharField(blank=True, max_length=20)),
                ("account_name", models.CharField(blank=True, max_length=160)),
                ("message", models.CharField(blank=True, max_length=300)),
                ("created_at", models.DateTimeField()),
                ("checked_at", models.DateTimeField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="virtual_accounts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Deposit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("provider", models.CharField(max_length=16)),
                ("reference", models.CharField(max_length=100)),
                ("provider_id", models.CharField(max_length=64)),
                ("amount_kobo", models.BigIntegerField()),
                ("currency", models.CharField(default="NGN", max_length=3)),
                ("provider_fee_kobo", models.BigIntegerField(blank=True, null=True)),
                ("paid_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deposits",
                        to="payment.virtualaccount",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="virtualaccount",
            index=models.Index(
                condition=models.Q(("status", "requested")), fields=["created_at"], name="payment_virtualaccount_asked"
            ),
        ),
        migrations.AddConstraint(
            model_name="virtualaccount",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ("requested", "active"))),
                fields=("user",),
                name="payment_virtualaccount_one_each",
            ),
        ),
        migrations.AddConstraint(
            model_name="virtualaccount",
            constraint=models.UniqueConstraint(
                condition=models.Q(("account_number", ""), _negated=True),
                fields=("provider", "account_number"),
                name="payment_virtualaccount_number_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="virtualaccount",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["requested", "active", "closed"])),
                name="payment_virtualaccount_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="virtualaccount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "active"), _negated=True),
                    models.Q(
                        ("account_number", ""), ("provider_id", ""), ("bank_name", ""), _connector="OR", _negated=True
                    ),
                    _connector="OR",
                ),
                name="payment_virtualaccount_active_has_number",
            ),
        ),
        migrations.AddConstraint(
            model_name="virtualaccount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", False), ("status", "closed")),
                    models.Q(models.Q(("status", "closed"), _negated=True), ("closed_at__isnull", True)),
                    _connector="OR",
                ),
                name="payment_virtualaccount_closed_at",
            ),
        ),
        migrations.AddIndex(
            model_name="deposit",
            index=models.Index(fields=["account", "-created_at", "-id"], name="payment_deposit_account"),
        ),
        migrations.AddConstraint(
            model_name="deposit",
            constraint=models.UniqueConstraint(fields=("provider", "reference"), name="payment_deposit_reference_once"),
        ),
        migrations.AddConstraint(
            model_name="deposit",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_kobo__gt", 0)), name="payment_deposit_amount_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="deposit",
            constraint=models.CheckConstraint(
                condition=models.Q(("currency", "NGN")), name="payment_deposit_currency_naira"
            ),
        ),
        migrations.AddConstraint(
            model_name="deposit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("provider_fee_kobo__isnull", True),
                    models.Q(("provider_fee_kobo__gte", 0), ("provider_fee_kobo__lte", models.F("amount_kobo"))),
                    _connector="OR",
                ),
                name="payment_deposit_fee_within_amount",
            ),
        ),
        EnforceTransitions(
            "virtualaccount", "status", {"requested": ["active", "closed"], "active": ["closed"], "closed": []}
        ),
    ]
