from django.conf import settings
from django.db import migrations, models
from django.db.models import PROTECT
from psycopg import sql

# Any number of calls give one receipt, to what was paid alone: the application's role may call it and gains nothing.
GIVE_RECEIPT = """
CREATE FUNCTION payment_give_receipt(paid_payment bigint, paid_withdrawal bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    words record;
    moved_at timestamptz;
    bearer bigint;
    counted record;
BEGIN
    IF EXISTS (SELECT FROM payment_receipt WHERE payment_id = paid_payment OR withdrawal_id = paid_withdrawal) THEN
        RETURN;
    END IF;
    IF paid_payment IS NOT NULL THEN
        SELECT succeeded_at INTO moved_at FROM payment_payment WHERE id = paid_payment AND status = 'succeeded';
    ELSE
        -- When it came back, `finished_at` is of that.
        SELECT coalesce(t.created_at, w.finished_at) INTO moved_at
        FROM payment_withdrawal w
        LEFT JOIN payment_ledgertransaction t ON t.kind = 'withdrawal_paid' AND t.reference = w.reference
        WHERE w.id = paid_withdrawal AND w.status IN ('paid', 'reversed');
    END IF;
    IF moved_at IS NULL THEN
        RETURN;
    END IF;
    SELECT * INTO words FROM payment_issuer();
    INSERT INTO payment_receiptissuer (letters, name, address, tax_number, vat_number, since)
    SELECT words.letters, words.name, words.address, words.tax_number, words.vat_number, clock_timestamp()
    WHERE NOT EXISTS (
        SELECT FROM payment_receiptissuer i
        WHERE (i.letters, i.name, i.address, i.tax_number, i.vat_number)
            = (words.letters, words.name, words.address, words.tax_number, words.vat_number)
    )
    ON CONFLICT DO NOTHING;
    SELECT id INTO bearer FROM payment_receiptissuer i
    WHERE (i.letters, i.name, i.address, i.tax_number, i.vat_number)
        = (words.letters, words.name, words.address, words.tax_number, words.vat_number);
    INSERT INTO payment_receiptseries AS s (letters, year, last_number)
    VALUES (words.letters, extract(year FROM moved_at AT TIME ZONE 'Africa/Lagos'), 1)
    ON CONFLICT (letters, year) DO UPDATE SET last_number = s.last_number + 1
    RETURNING s.id, s.last_number INTO counted;
    INSERT INTO payment_receipt (series_id, number, issuer_id, payment_id, withdrawal_id, paid_at, issued_at)
    VALUES (counted.id, counted.last_number, bearer, paid_payment, paid_withdrawal, moved_at, clock_timestamp());
END $$;
"""
# Deferred: the series' row is the last that a transaction locks, and only while it commits.
ISSUE = """
CREATE FUNCTION payment_issue_receipt() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_TABLE_NAME = 'payment_payment' THEN
        PERFORM payment_give_receipt(NEW.id, NULL);
    ELSE
        PERFORM payment_give_receipt(NULL, NEW.id);
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER payment_payment_receipt AFTER INSERT OR UPDATE OF status ON payment_payment
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.status = 'succeeded') EXECUTE FUNCTION payment_issue_receipt();
CREATE CONSTRAINT TRIGGER payment_withdrawal_receipt AFTER INSERT OR UPDATE OF status ON payment_withdrawal
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
WHEN (NEW.status IN ('paid', 'reversed'))
EXECUTE FUNCTION payment_issue_receipt();
"""
ISSUE_NO_MORE = """
DROP TRIGGER payment_withdrawal_receipt ON payment_withdrawal;
DROP TRIGGER payment_payment_receipt ON payment_payment;
DROP FUNCTION payment_issue_receipt();
DROP FUNCTION payment_give_receipt(bigint, bigint);
"""
# Its words come from the settings, at the end of each `migrate` and here for the receipts of what was paid before.
ISSUER = """
CREATE OR REPLACE FUNCTION payment_issuer(
    OUT letters text, OUT name text, OUT address text, OUT tax_number text, OUT vat_number text
) LANGUAGE sql STABLE AS {body}
"""
NO_WORDS = ISSUER.format(body="$$ SELECT 'PS', 'Payshift', '', '', '' $$")


def set_words(apps: object, editor: object) -> None:
    names = ("RECEIPT_LETTERS", "ISSUER_NAME", "ISSUER_ADDRESS", "TAX_NUMBER", "VAT_NUMBER")
    letters, name, *rest = (str(getattr(settings, each)).strip() for each in names)
    words = (letters, name or settings.BRAND_NAME, *rest)
    with editor.connection.cursor() as cursor:  # type: ignore[attr-defined]
        body = sql.SQL("SELECT {}").format(sql.SQL(", ").join(sql.Literal(word) for word in words))
        cursor.execute(sql.SQL(ISSUER).format(body=sql.Literal(body.as_string(cursor.connection))))


def of_one() -> models.Q:
    return models.Q(payment__isnull=False, withdrawal__isnull=True) | models.Q(
        payment__isnull=True, withdrawal__isnull=False
    )


class Migration(migrations.Migration):
    dependencies = [("payment", "0036_webhooks_kept")]

    operations = [
        migrations.CreateModel(
            name="ReceiptIssuer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("letters", models.CharField(max_length=8)),
                ("name", models.CharField(max_length=120)),
                ("address", models.CharField(blank=True, max_length=300)),
                ("tax_number", models.CharField(blank=True, max_length=40)),
                ("vat_number", models.CharField(blank=True, max_length=40, verbose_name="VAT number")),
                ("since", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["letters", "name", "address", "tax_number", "vat_number"],
                        name="payment_receiptissuer_once",
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="ReceiptSeries",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("letters", models.CharField(max_length=8)),
                ("year", models.PositiveSmallIntegerField()),
                ("last_number", models.PositiveIntegerField()),
            ],
            options={
                "verbose_name_plural": "receipt series",
                "constraints": [
                    models.UniqueConstraint(fields=["letters", "year"], name="payment_receiptseries_once"),
                    models.CheckConstraint(condition=models.Q(last_number__gt=0), name="payment_receiptseries_begun"),
                    models.CheckConstraint(
                        condition=models.Q(letters__regex=r"^[A-Z]{1,8}$"), name="payment_receiptseries_letters"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("paid_at", models.DateTimeField()),
                ("issued_at", models.DateTimeField()),
                (
                    "issuer",
                    models.ForeignKey(
                        db_index=False, on_delete=PROTECT, related_name="receipts", to="payment.receiptissuer"
                    ),
                ),
                (
                    "payment",
                    models.OneToOneField(
                        blank=True, null=True, on_delete=PROTECT, related_name="receipt", to="payment.payment"
                    ),
                ),
                (
                    "series",
                    models.ForeignKey(
                        db_index=False, on_delete=PROTECT, related_name="receipts", to="payment.receiptseries"
                    ),
                ),
                (
                    "withdrawal",
                    models.OneToOneField(
                        blank=True, null=True, on_delete=PROTECT, related_name="receipt", to="payment.withdrawal"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["series", "number"], name="payment_receipt_number_once"),
                    models.CheckConstraint(condition=models.Q(number__gt=0), name="payment_receipt_number_positive"),
                    models.CheckConstraint(condition=of_one(), name="payment_receipt_of_one"),
                ]
            },
        ),
        migrations.RunSQL(NO_WORDS, "DROP FUNCTION payment_issuer()"),
        migrations.RunPython(set_words, migrations.RunPython.noop),
        migrations.RunSQL(GIVE_RECEIPT + ISSUE, ISSUE_NO_MORE),
    ]
