"""VAT within fees, and its way to the state by the word of two people."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import F, Q

TWO_PEOPLE = """
DROP TRIGGER payment_ledgertransaction_two_people ON payment_ledgertransaction;
CREATE TRIGGER payment_ledgertransaction_two_people BEFORE INSERT ON payment_ledgertransaction
FOR EACH ROW WHEN (NEW.kind IN ({kinds})) EXECUTE FUNCTION payment_require_two_people();
"""
BEFORE = (
    "'staff_payment', 'suspense_resolved', 'settlement', 'provider_topup', 'bank_charge', 'provider_adjustment',"
    " 'chargeback_fee'"
)
KINDS = [
    ("staff_payment", "payment from the platform"),
    ("suspense_resolved", "Suspense Resolved"),
    ("settlement", "settlement: provider to bank"),
    ("provider_topup", "top-up: bank to provider"),
    ("bank_charge", "Bank Charge"),
    ("provider_adjustment", "Provider Adjustment"),
    ("chargeback_fee", "Chargeback Fee"),
    ("chargeback", "chargeback lost"),
    ("debt_written_off", "Debt Written Off"),
    ("tax_remitted", "VAT paid to the state"),
]
AT_A_PROVIDER = ("settlement", "provider_topup", "provider_adjustment", "chargeback_fee")
SUBJECT = (
    Q(kind="staff_payment", user__isnull=False, provider="")
    | Q(kind="suspense_resolved", came__isnull=False, user__isnull=False, provider="")
    | (Q(kind="suspense_resolved", came__isnull=False, user__isnull=True) & ~Q(provider=""))
    | (Q(kind__in=AT_A_PROVIDER, user__isnull=True) & ~Q(provider=""))
    | Q(kind__in=("bank_charge", "tax_remitted"), user__isnull=True, provider="")
    | Q(kind="chargeback", attempt__isnull=False, chargeback__isnull=True, user__isnull=True, provider="")
    | Q(kind="chargeback", attempt__isnull=True, chargeback__isnull=False, user__isnull=True, provider="")
    | Q(kind="debt_written_off", chargeback__isnull=False, user__isnull=True, provider="")
)


class Migration(migrations.Migration):
    dependencies = [("payment", "0019_fee_without_wage_validated")]
    operations = [
        migrations.AddField("payment", "vat_kobo", models.BigIntegerField(db_default=0, default=0)),
        migrations.AddField(
            "payment",
            "vat_bps",
            models.PositiveSmallIntegerField("VAT in hundredths of a per cent", db_default=0, default=0),
        ),
        AddConstraintNotValid(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=Q(
                    vat_kobo=(F("fee_kobo") * F("vat_bps") * 2 + F("vat_bps") + 10_000) / (F("vat_bps") * 2 + 20_000)
                ),
                name="payment_payment_vat_of_fee",
            ),
        ),
        # Few rows: staff wrote them.
        migrations.AlterField("staffmove", "kind", models.CharField(choices=KINDS, max_length=24)),
        migrations.RemoveConstraint("staffmove", "payment_staffmove_kind_known"),
        migrations.RemoveConstraint("staffmove", "payment_staffmove_subject_fits_kind"),
        migrations.AddConstraint(
            "staffmove",
            models.CheckConstraint(
                condition=Q(kind__in=[kind for kind, _ in KINDS]), name="payment_staffmove_kind_known"
            ),
        ),
        migrations.AddConstraint(
            "staffmove", models.CheckConstraint(condition=SUBJECT, name="payment_staffmove_subject_fits_kind")
        ),
        migrations.RunSQL(TWO_PEOPLE.format(kinds=f"{BEFORE}, 'tax_remitted'"), TWO_PEOPLE.format(kinds=BEFORE)),
    ]
