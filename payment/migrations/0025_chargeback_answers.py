from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("payment", "0024_chargebacks_of_payers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="staffmove",
            name="payment_staffmove_kind_known",
        ),
        migrations.RemoveConstraint(
            model_name="staffmove",
            name="payment_staffmove_subject_fits_kind",
        ),
        migrations.AddField(
            model_name="chargeback",
            name="answer",
            field=models.CharField(
                blank=True,
                choices=[("accept", "accepted: the payer gets it back"), ("contest", "contested with evidence")],
                db_default="",
                default="",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="chargeback",
            name="answer_asked_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="chargeback",
            name="answer_kobo",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="chargeback",
            name="answer_reason",
            field=models.CharField(blank=True, db_default="", default="", max_length=150),
        ),
        migrations.AddField(
            model_name="chargeback",
            name="answer_sent_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="chargeback",
            name="reminders",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AlterField(
            model_name="chargeback",
            name="status",
            field=models.CharField(
                choices=[("open", "Open"), ("answered", "contested"), ("won", "Won"), ("lost", "Lost")],
                default="open",
                max_length=16,
            ),
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
                    ("debt_written_off", "Debt Written Off"),
                    ("tax_remitted", "VAT paid to the state"),
                ],
                max_length=24,
            ),
        ),
        AddConstraintNotValid(
            model_name="chargeback",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("answer", ""),
                        ("answer_asked_at__isnull", True),
                        ("answer_kobo", 0),
                        ("answer_sent_at__isnull", True),
                    ),
                    models.Q(
                        ("answer", "contest"),
                        ("answer_asked_at__isnull", False),
                        ("answer_kobo", 0),
                        models.Q(("evidence", ""), _negated=True),
                    ),
                    models.Q(("answer", "accept"), ("answer_asked_at__isnull", False), ("answer_kobo__gt", 0)),
                    _connector="OR",
                ),
                name="payment_chargeback_answer_complete",
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
                        ("kind__in", ("chargeback_accepted", "debt_written_off")),
                        ("provider", ""),
                        ("user__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="payment_staffmove_subject_fits_kind",
            ),
        ),
    ]
