from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("payment", "0041_found_account_numbers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="staffmove", name="payment_staffmove_kind_known"),
        migrations.RemoveConstraint(model_name="staffmove", name="payment_staffmove_subject_fits_kind"),
        migrations.AlterField(
            model_name="staffmove",
            name="kind",
            field=models.CharField(
                choices=[
                    ("staff_payment", "payment from the platform"),
                    ("suspense_resolved", "Suspense Resolved"),
                    ("settlement", "settlement: provider to bank"),
                    ("provider_topup", "top-up: bank to provider"),
                    ("bank_charge", "Bank Charge"),
                    ("provider_adjustment", "Provider Adjustment"),
                    ("chargeback_fee", "Chargeback Fee"),
                    ("chargeback", "chargeback lost"),
                    ("chargeback_accepted", "chargeback accepted"),
                    ("chargeback_won", "chargeback won"),
                    ("debt_written_off", "Debt Written Off"),
                    ("tax_remitted", "VAT paid to the state"),
                ],
                max_length=24,
            ),
        ),
        AddConstraintNotValid(
            model_name="staffmove",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "staff_payment",
                            "suspense_resolved",
                            "settlement",
                            "provider_topup",
                            "bank_charge",
                            "provider_adjustment",
                            "chargeback_fee",
                            "chargeback",
                            "chargeback_accepted",
                            "chargeback_won",
                            "debt_written_off",
                            "tax_remitted",
                        ],
                    )
                ),
                name="payment_staffmove_kind_known",
            ),
        ),
        AddConstraintNotValid(
            model_name="staffmove",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "staff_payment"), ("provider", ""), ("user__isnull", False)),
                    models.Q(
                        ("came__isnull", False),
                        ("kind", "suspense_resolved"),
                        ("provider", ""),
                        ("user__isnull", False),
                    ),
                    models.Q(
                        ("came__isnull", False),
                        ("kind", "suspense_resolved"),
                        ("user__isnull", True),
                        models.Q(("provider", ""), _negated=True),
                    ),
                    models.Q(
                        ("kind__in", ("settlement", "provider_topup", "provider_adjustment", "chargeback_fee")),
                        ("user__isnull", True),
                        models.Q(("provider", ""), _negated=True),
                    ),
                    models.Q(("kind__in", ("bank_charge", "tax_remitted")), ("provider", ""), ("user__isnull", True)),
                    models.Q(
                        ("attempt__isnull", False),
                        ("chargeback__isnull", True),
                        ("kind", "chargeback"),
                        ("provider", ""),
                        ("user__isnull", True),
                    ),
                    models.Q(
                        ("attempt__isnull", True),
                        ("chargeback__isnull", False),
                        ("kind", "chargeback"),
                        ("provider", ""),
                        ("user__isnull", True),
                    ),
                    models.Q(
                        ("chargeback__isnull", False),
                        ("kind__in", ("chargeback_accepted", "chargeback_won", "debt_written_off")),
                        ("provider", ""),
                        ("user__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="payment_staffmove_subject_fits_kind",
            ),
        ),
    ]
