import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

from core.state_machine import EnforceTransitions

# M1, M3, M4 and W4 as before; what a chargeback holds leaves an escrow, and comes back once it is won.
WAYS_OF_ESCROW = """
CREATE OR REPLACE FUNCTION payment_apply_entries() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM added LEFT JOIN payment_ledgertransaction t ON t.id = added.transaction_id
        WHERE t.xid IS DISTINCT FROM pg_current_xact_id()::text::bigint
    ) THEN
        RAISE EXCEPTION 'Entries join only a ledger transaction of their own database transaction.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_ledgerentry_same_transaction',
            TABLE = TG_TABLE_NAME;
    END IF;
    IF EXISTS (
        SELECT FROM added
        JOIN payment_ledgertransaction t ON t.id = added.transaction_id
        JOIN payment_ledgeraccount a ON a.id = added.account_id
        WHERE a.kind = 'escrow' AND (
            a.job_id IS DISTINCT FROM t.job_id
            OR (added.amount_kobo > 0 AND t.kind NOT IN ({ways_in}))
            OR (added.amount_kobo < 0 AND t.kind NOT IN ({ways_out}))
        )
    ) THEN
        RAISE EXCEPTION 'This is no way for money into or out of an escrow.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_ledgerentry_ways_of_escrow',
            TABLE = TG_TABLE_NAME;
    END IF;
    PERFORM FROM payment_ledgeraccount WHERE id IN (SELECT account_id FROM added) ORDER BY id FOR NO KEY UPDATE;
    UPDATE payment_ledgeraccount a SET balance_kobo = a.balance_kobo + s.amount_kobo
    FROM (SELECT account_id, sum(amount_kobo)::bigint AS amount_kobo FROM added GROUP BY account_id) s
    WHERE a.id = s.account_id;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("jobs", "0011_text_query"),
        ("payment", "0005_paid_withdrawals"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Chargeback",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("provider", models.CharField(max_length=16)),
                ("provider_id", models.CharField(max_length=64)),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "Open"), ("answered", "evidence sent"), ("won", "Won"), ("lost", "Lost")],
                        default="open",
                        max_length=16,
                    ),
                ),
                ("category", models.CharField(blank=True, max_length=40)),
                ("amount_kobo", models.BigIntegerField()),
                ("currency", models.CharField(default="NGN", max_length=3)),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("evidence", models.TextField(blank=True, max_length=4000)),
                ("evidence_sent_at", models.DateTimeField(blank=True, null=True)),
                ("message", models.CharField(blank=True, max_length=300)),
                ("held_kobo", models.BigIntegerField(default=0)),
                ("escrow_held_kobo", models.BigIntegerField(default=0)),
                ("postings", models.PositiveIntegerField(default=0)),
                ("taken_kobo", models.BigIntegerField(default=0)),
                ("owed_kobo", models.BigIntegerField(default=0)),
                ("written_off_kobo", models.BigIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("checked_at", models.DateTimeField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="ledgeraccount",
            name="payment_ledgeraccount_kind_known",
        ),
        migrations.RemoveConstraint(
            model_name="ledgeraccount",
            name="payment_ledgeraccount_subject_fits_kind",
        ),
        migrations.RemoveConstraint(
            model_name="ledgeraccount",
            name="payment_ledgeraccount_not_negative",
        ),
        migrations.RemoveConstraint(
            model_name="ledgertransaction",
            name="payment_ledgertransaction_kind_known",
        ),
        migrations.AlterField(
            model_name="ledgeraccount",
            name="kind",
            field=models.CharField(
                choices=[
                    ("wallet", "Wallet"),
                    ("escrow", "Escrow"),
                    ("payouts_in_flight", "Payouts In Flight"),
                    ("refunds_in_flight", "Refunds In Flight"),
                    ("platform_fees", "Platform Fees"),
                    ("suspense", "Suspense"),
                    ("chargebacks_held", "Chargebacks Held"),
                    ("vat", "VAT"),
                    ("stamp_duty", "Stamp Duty"),
                    ("provider_balance", "Provider Balance"),
                    ("platform_bank", "Platform Bank"),
                    ("provider_fees", "Provider Fees"),
                    ("receivable", "Receivable"),
                ],
                max_length=24,
            ),
        ),
        migrations.AlterField(
            model_name="ledgertransaction",
            name="kind",
            field=models.CharField(
                choices=[
                    ("funding", "Funding"),
                    ("wallet_funding", "Wallet Funding"),
                    ("provider_fee", "Provider Fee"),
                    ("wage", "Wage"),
                    ("compensation", "Compensation"),
                    ("award", "dispute award"),
                    ("refund", "refund to the wallet"),
                    ("card_refund", "refund to card: requested"),
                    ("card_refund_processed", "refund to card: processed"),
                    ("card_refund_returned", "refund to card: back in the wallet"),
                    ("card_refund_fee", "refund to card: the provider's fee"),
                    ("withdrawal", "withdrawal: requested"),
                    ("withdrawal_paid", "withdrawal: paid"),
                    ("withdrawal_returned", "withdrawal: back in the wallet"),
                    ("transfer_fee", "Transfer Fee"),
                    ("suspense_resolved", "Suspense Resolved"),
                    ("chargeback_held", "Chargeback Held"),
                    ("chargeback_released", "Chargeback Released"),
                    ("chargeback", "chargeback: lost"),
                    ("chargeback_won", "chargeback: won after it was lost"),
                    ("debt_repaid", "Debt Repaid"),
                    ("debt_written_off", "Debt Written Off"),
                    ("tax_remitted", "tax paid to the state"),
                    ("staff_payment", "Staff Payment"),
                    ("settlement", "settlement to the bank"),
                ],
                max_length=24,
            ),
        ),
        AddConstraintNotValid(
            model_name="ledgeraccount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "wallet",
                            "escrow",
                            "payouts_in_flight",
                            "refunds_in_flight",
                            "platform_fees",
                            "suspense",
                            "chargebacks_held",
                            "vat",
                            "stamp_duty",
                            "provider_balance",
                            "platform_bank",
                            "provider_fees",
                            "receivable",
                        ],
                    )
                ),
                name="payment_ledgeraccount_kind_known",
            ),
        ),
        AddConstraintNotValid(
            model_name="ledgeraccount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("job__isnull", True),
                        ("kind__in", ["wallet", "receivable"]),
                        ("provider", ""),
                        ("user__isnull", False),
                    ),
                    models.Q(("job__isnull", False), ("kind", "escrow"), ("provider", ""), ("user__isnull", True)),
                    models.Q(
                        ("job__isnull", True),
                        ("kind", "provider_balance"),
                        ("user__isnull", True),
                        models.Q(("provider", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("kind__in", ["wallet", "receivable", "escrow", "provider_balance"]), _negated=True),
                        ("job__isnull", True),
                        ("provider", ""),
                        ("user__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="payment_ledgeraccount_subject_fits_kind",
            ),
        ),
        AddConstraintNotValid(
            model_name="ledgeraccount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("balance_kobo__gte", 0),
                    models.Q(
                        (
                            "kind__in",
                            ("wallet", "escrow", "payouts_in_flight", "refunds_in_flight", "chargebacks_held"),
                        ),
                        _negated=True,
                    ),
                    _connector="OR",
                ),
                name="payment_ledgeraccount_not_negative",
            ),
        ),
        AddConstraintNotValid(
            model_name="ledgeraccount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("balance_kobo__lte", 0), models.Q(("kind", "receivable"), _negated=True), _connector="OR"
                ),
                name="payment_ledgeraccount_owed_or_nothing",
            ),
        ),
        AddConstraintNotValid(
            model_name="ledgertransaction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "funding",
                            "wallet_funding",
                            "provider_fee",
                            "wage",
                            "compensation",
                            "award",
                            "refund",
                            "card_refund",
                            "card_refund_processed",
                            "card_refund_returned",
                            "card_refund_fee",
                            "withdrawal",
                            "withdrawal_paid",
                            "withdrawal_returned",
                            "transfer_fee",
                            "suspense_resolved",
                            "chargeback_held",
                            "chargeback_released",
                            "chargeback",
                            "chargeback_won",
                            "debt_repaid",
                            "debt_written_off",
                            "tax_remitted",
                            "staff_payment",
                            "settlement",
                        ],
                    )
                ),
                name="payment_ledgertransaction_kind_known",
            ),
        ),
        migrations.AddField(
            model_name="chargeback",
            name="attempt",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="chargebacks", to="payment.paymentattempt"
            ),
        ),
        migrations.AddField(
            model_name="chargeback",
            name="payer",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="chargebacks",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="chargeback",
            index=models.Index(
                condition=models.Q(("status__in", ("open", "answered"))),
                fields=["payer"],
                name="payment_chargeback_open_payer",
            ),
        ),
        migrations.AddIndex(
            model_name="chargeback",
            index=models.Index(
                condition=models.Q(("status__in", ("open", "answered"))),
                fields=["due_at"],
                name="payment_chargeback_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="chargeback",
            constraint=models.UniqueConstraint(fields=("provider", "provider_id"), name="payment_chargeback_once"),
        ),
        migrations.AddConstraint(
            model_name="chargeback",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["open", "answered", "won", "lost"])),
                name="payment_chargeback_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="chargeback",
            constraint=models.CheckConstraint(
                condition=models.Q(("provider_id", ""), _negated=True), name="payment_chargeback_has_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="chargeback",
            constraint=models.CheckConstraint(
                condition=models.Q(("currency", "NGN")), name="payment_chargeback_currency_naira"
            ),
        ),
        migrations.AddConstraint(
            model_name="chargeback",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount_kobo__gt", 0),
                    ("escrow_held_kobo__gte", 0),
                    ("held_kobo__gte", models.F("escrow_held_kobo")),
                    ("held_kobo__lte", models.F("amount_kobo")),
                ),
                name="payment_chargeback_held_within_amount",
            ),
        ),
        migrations.AddConstraint(
            model_name="chargeback",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("owed_kobo__gte", models.F("written_off_kobo")),
                    ("written_off_kobo__gte", 0),
                    ("taken_kobo__gte", models.F("owed_kobo")),
                    ("taken_kobo__lte", models.F("amount_kobo")),
                ),
                name="payment_chargeback_owed_within_taken",
            ),
        ),
        migrations.AddConstraint(
            model_name="chargeback",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", True), ("status__in", ("open", "answered")), ("taken_kobo", 0)),
                    models.Q(
                        models.Q(("status__in", ("open", "answered")), _negated=True),
                        ("closed_at__isnull", False),
                        ("held_kobo", 0),
                        models.Q(("taken_kobo__gt", 0), models.Q(("status", "lost"), _negated=True), _connector="OR"),
                    ),
                    _connector="OR",
                ),
                name="payment_chargeback_closed_holds_nothing",
            ),
        ),
        EnforceTransitions(
            "chargeback",
            "status",
            {"open": ["answered", "won", "lost"], "answered": ["won", "lost"], "lost": ["won"], "won": []},
        ),
        migrations.RunSQL(
            WAYS_OF_ESCROW.format(
                ways_in="'funding', 'wallet_funding', 'chargeback_released'",
                ways_out="'wage', 'compensation', 'award', 'refund', 'chargeback', 'chargeback_held'",
            ),
            WAYS_OF_ESCROW.format(
                ways_in="'funding', 'wallet_funding'",
                ways_out="'wage', 'compensation', 'award', 'refund', 'chargeback'",
            ),
        ),
    ]
