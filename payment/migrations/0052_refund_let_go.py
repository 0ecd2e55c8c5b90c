"""Staff let a single refund go to its card while its owner is kept out."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payment", "0051_moved_alone_validated")]

    operations = [
        migrations.AddField("refund", "let_go_at", models.DateTimeField(blank=True, null=True)),
        migrations.RemoveConstraint(
            model_name="staffmove",
            name="payment_staffmove_kind_known",
        ),
        migrations.RemoveConstraint(
            model_name="staffmove",
            name="payment_staffmove_subject_fits_kind",
        ),
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
                    ("job_canceled", "job canceled by staff"),
                    ("withdrawal_returned", "withdrawal returned to the wallet"),
                    ("withdrawal_released", "wallet released after a payout that failed and was paid"),
                    ("refund_returned", "refund returned to the wallet"),
                    ("refund_let_go", "refund to a card let go"),
                    ("withdrawals_freed", "withdrawals let go"),
                    ("person_let_back", "person let back in"),
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
                            "job_canceled",
                            "withdrawal_returned",
                            "withdrawal_released",
                            "refund_returned",
                            "refund_let_go",
                            "withdrawals_freed",
                            "person_let_back",
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
                    models.Q(
                        ("job__isnull", False), ("kind", "job_canceled"), ("provider", ""), ("user__isnull", False)
                    ),
                    models.Q(
                        ("kind__in", ("withdrawal_returned", "withdrawal_released")),
                        ("provider", ""),
                        ("user__isnull", False),
                        ("withdrawal__isnull", False),
                    ),
                    models.Q(
                        ("kind__in", ("refund_returned", "refund_let_go")),
                        ("provider", ""),
                        ("refund__isnull", False),
                        ("user__isnull", False),
                    ),
                    models.Q(
                        ("kind__in", ("withdrawals_freed", "person_let_back")),
                        ("provider", ""),
                        ("user__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="payment_staffmove_subject_fits_kind",
            ),
        ),
    ]
