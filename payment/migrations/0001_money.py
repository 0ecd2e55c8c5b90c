import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("jobs", "0001_marketplace"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Dispute",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("under_review", "Under Review"),
                            ("resolved", "Resolved"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="open",
                        max_length=16,
                    ),
                ),
                ("reason", models.CharField(max_length=1000)),
                (
                    "resolution",
                    models.CharField(
                        blank=True,
                        choices=[("worker", "to the worker"), ("client", "to the client"), ("split", "Split")],
                        max_length=16,
                    ),
                ),
                ("resolution_note", models.CharField(blank=True, max_length=1000)),
                ("to_worker_kobo", models.BigIntegerField(default=0)),
                ("to_client_kobo", models.BigIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="disputes", to="jobs.shiftassignment"
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disputes_as_client",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "resolved_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "worker",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disputes_as_worker",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DisputeStatement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("body", models.CharField(max_length=4000)),
                ("created_at", models.DateTimeField()),
                (
                    "author",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "dispute",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="payment.dispute",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="IdempotencyKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("operation", models.CharField(max_length=64)),
                ("key", models.CharField(max_length=255)),
                ("body_hash", models.CharField(max_length=64)),
                ("resource", models.CharField(blank=True, max_length=64)),
                ("response_status", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("response_body", models.BinaryField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="idempotency_keys",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LedgerAccount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("wallet", "Wallet"),
                            ("escrow", "Escrow"),
                            ("payouts_in_flight", "Payouts In Flight"),
                            ("refunds_in_flight", "Refunds In Flight"),
                            ("platform_fees", "Platform Fees"),
                            ("suspense", "Suspense"),
                            ("provider_balance", "Provider Balance"),
                            ("platform_bank", "Platform Bank"),
                            ("provider_fees", "Provider Fees"),
                        ],
                        max_length=24,
                    ),
                ),
                ("provider", models.CharField(blank=True, max_length=16)),
                ("currency", models.CharField(default="NGN", max_length=3)),
                ("balance_kobo", models.BigIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                (
                    "job",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ledger_accounts",
                        to="jobs.job",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ledger_accounts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LedgerTransaction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
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
                            ("withdrawal", "withdrawal: requested"),
                            ("withdrawal_paid", "withdrawal: paid"),
                            ("withdrawal_returned", "withdrawal: back in the wallet"),
                            ("transfer_fee", "Transfer Fee"),
                            ("suspense_resolved", "Suspense Resolved"),
                            ("chargeback", "Chargeback"),
                            ("staff_payment", "Staff Payment"),
                            ("settlement", "settlement to the bank"),
                        ],
                        max_length=24,
                    ),
                ),
                ("reference", models.CharField(max_length=120)),
                ("memo", models.CharField(blank=True, max_length=200)),
                ("created_at", models.DateTimeField()),
                ("xid", models.BigIntegerField(default=0, editable=False)),
                (
                    "job",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ledger_transactions",
                        to="jobs.job",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LedgerEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount_kobo", models.BigIntegerField()),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="payment.ledgeraccount",
                    ),
                ),
                (
                    "transaction",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="payment.ledgertransaction",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "ledger entries",
            },
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("escrow_funding", "Escrow Funding"),
                            ("wage", "Wage"),
                            ("compensation", "Compensation"),
                            ("award", "dispute award"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "Pending"),
                            ("succeeded", "Succeeded"),
                            ("failed", "Failed"),
                            ("abandoned", "Abandoned"),
                        ],
                        default="pending",
                        max_length=16,
                    ),
                ),
                ("reference", models.CharField(max_length=50)),
                ("amount_kobo", models.BigIntegerField()),
                ("fee_kobo", models.BigIntegerField(default=0)),
                ("currency", models.CharField(default="NGN", max_length=3)),
                (
                    "provider",
                    models.CharField(
                        blank=True,
                        choices=[("paystack", "Paystack"), ("flutterwave", "Flutterwave"), ("wallet", "Wallet")],
                        max_length=16,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("succeeded_at", models.DateTimeField(blank=True, null=True)),
                (
                    "assignment",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="jobs.shiftassignment",
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="payments", to="jobs.job"
                    ),
                ),
                (
                    "payer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments_made",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments_received",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PaymentAttempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "provider",
                    models.CharField(
                        choices=[("paystack", "Paystack"), ("flutterwave", "Flutterwave"), ("wallet", "Wallet")],
                        max_length=16,
                    ),
                ),
                ("reference", models.CharField(max_length=50)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "Pending"),
                            ("succeeded", "Succeeded"),
                            ("failed", "Failed"),
                            ("abandoned", "Abandoned"),
                        ],
                        default="pending",
                        max_length=16,
                    ),
                ),
                ("amount_kobo", models.BigIntegerField()),
                ("authorization_url", models.URLField(blank=True, max_length=500)),
                ("created_at", models.DateTimeField()),
                ("checked_at", models.DateTimeField(blank=True, null=True)),
                ("provider_id", models.CharField(blank=True, max_length=64)),
                ("channel", models.CharField(blank=True, max_length=32)),
                ("provider_fee_kobo", models.BigIntegerField(blank=True, null=True)),
                ("captured_kobo", models.BigIntegerField(default=0)),
                (
                    "credited_to",
                    models.CharField(
                        blank=True,
                        choices=[("escrow", "Escrow"), ("wallet", "Wallet"), ("suspense", "Suspense")],
                        max_length=16,
                    ),
                ),
                ("succeeded_at", models.DateTimeField(blank=True, null=True)),
                ("message", models.CharField(blank=True, max_length=300)),
                ("refunded_kobo", models.BigIntegerField(default=0, editable=False)),
                (
                    "payment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="attempts", to="payment.payment"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Refund",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.CharField(max_length=50)),
                ("destination", models.CharField(choices=[("wallet", "Wallet"), ("card", "Card")], max_length=16)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("requested", "Requested"),
                            ("processing", "Processing"),
                            ("processed", "Processed"),
                            ("failed", "Failed"),
                        ],
                        default="requested",
                        max_length=16,
                    ),
                ),
                ("amount_kobo", models.BigIntegerField()),
                ("currency", models.CharField(default="NGN", max_length=3)),
                ("provider_id", models.CharField(blank=True, max_length=64)),
                ("message", models.CharField(blank=True, max_length=300)),
                ("created_at", models.DateTimeField()),
                ("checked_at", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "attempt",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refunds",
                        to="payment.paymentattempt",
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="refunds", to="jobs.job"
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refunds",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Wallet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField()),
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="wallet", to="payment.ledgeraccount"
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="wallet", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="WebhookEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("provider", models.CharField(max_length=16)),
                ("dedupe_hash", models.CharField(max_length=64)),
                ("body", models.BinaryField()),
                ("headers", models.JSONField(default=dict)),
                ("event", models.CharField(blank=True, max_length=64)),
                ("reference", models.CharField(blank=True, max_length=120)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("received", "Received"),
                            ("processed", "Processed"),
                            ("ignored", "Ignored"),
                            ("failed", "Failed"),
                        ],
                        default="received",
                        max_length=16,
                    ),
                ),
                ("deliveries", models.PositiveIntegerField(default=1)),
                ("tries", models.PositiveIntegerField(default=0)),
                ("error", models.CharField(blank=True, max_length=1000)),
                ("received_at", models.DateTimeField()),
                ("processed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("status__in", ("received", "failed"))),
                        fields=["received_at"],
                        name="payment_webhookevent_open",
                    ),
                    models.Index(fields=["reference"], name="payment_webhookevent_reference"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("dedupe_hash",), name="payment_webhookevent_once"),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["received", "processed", "ignored", "failed"])),
                        name="payment_webhookevent_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("processed_at__isnull", True), ("status__in", ("received", "failed"))),
                            models.Q(
                                models.Q(("status__in", ("received", "failed")), _negated=True),
                                ("processed_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="payment_webhookevent_processed_has_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Withdrawal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.CharField(max_length=50)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("requested", "Requested"),
                            ("sending", "Sending"),
                            ("unknown", "Unknown"),
                            ("paid", "Paid"),
                            ("failed", "Failed"),
                            ("reversed", "Reversed"),
                        ],
                        default="requested",
                        max_length=16,
                    ),
                ),
                ("amount_kobo", models.BigIntegerField()),
                ("currency", models.CharField(default="NGN", max_length=3)),
                ("provider", models.CharField(max_length=16)),
                ("bank_code", models.CharField(max_length=16)),
                ("bank_name", models.CharField(max_length=120)),
                ("account_number", models.CharField(max_length=10)),
                ("account_name", models.CharField(max_length=160)),
                ("provider_id", models.CharField(blank=True, max_length=64)),
                ("provider_fee_kobo", models.BigIntegerField(blank=True, null=True)),
                ("message", models.CharField(blank=True, max_length=300)),
                ("created_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("checked_at", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "wallet",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="withdrawals",
                        to="payment.wallet",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="dispute",
            index=models.Index(fields=["client", "-created_at", "-id"], name="payment_dispute_client"),
        ),
        migrations.AddIndex(
            model_name="dispute",
            index=models.Index(fields=["worker", "-created_at", "-id"], name="payment_dispute_worker"),
        ),
        migrations.AddIndex(
            model_name="dispute",
            index=models.Index(
                condition=models.Q(("status__in", ("open", "under_review"))),
                fields=["created_at"],
                name="payment_dispute_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ("open", "under_review"))),
                fields=("assignment",),
                name="payment_dispute_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["open", "under_review", "resolved", "withdrawn"])),
                name="payment_dispute_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("opened_by", models.F("client")), ("opened_by", models.F("worker")), _connector="OR"
                ),
                name="payment_dispute_opened_by_party",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("resolution__in", ["worker", "client", "split"]),
                        ("resolved_by__isnull", False),
                        ("status", "resolved"),
                        ("to_client_kobo__gte", 0),
                        ("to_worker_kobo__gte", 0),
                    ),
                    models.Q(
                        models.Q(("status", "resolved"), _negated=True),
                        ("resolution", ""),
                        ("resolved_by__isnull", True),
                        ("to_client_kobo", 0),
                        ("to_worker_kobo", 0),
                    ),
                    _connector="OR",
                ),
                name="payment_dispute_resolved_has_outcome",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", True), ("status__in", ("open", "under_review"))),
                    models.Q(
                        models.Q(("status__in", ("open", "under_review")), _negated=True), ("closed_at__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="payment_dispute_closed_has_time",
            ),
        ),
        migrations.AddIndex(
            model_name="disputestatement",
            index=models.Index(fields=["dispute", "created_at", "id"], name="payment_disputestatement_time"),
        ),
        migrations.AddConstraint(
            model_name="disputestatement",
            constraint=models.CheckConstraint(
                condition=models.Q(("body", ""), _negated=True), name="payment_disputestatement_not_empty"
            ),
        ),
        migrations.AddIndex(
            model_name="idempotencykey",
            index=models.Index(fields=["created_at"], name="payment_idempotencykey_age"),
        ),
        migrations.AddConstraint(
            model_name="idempotencykey",
            constraint=models.UniqueConstraint(fields=("user", "operation", "key"), name="payment_idempotencykey_once"),
        ),
        migrations.AddConstraint(
            model_name="idempotencykey",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("answered_at__isnull", True),
                        ("response_body__isnull", True),
                        ("response_status__isnull", True),
                    ),
                    models.Q(
                        ("answered_at__isnull", False),
                        ("response_body__isnull", False),
                        ("response_status__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="payment_idempotencykey_answer_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgeraccount",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "wallet")),
                fields=("user", "currency"),
                name="payment_ledgeraccount_one_wallet",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgeraccount",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "escrow")),
                fields=("job", "currency"),
                name="payment_ledgeraccount_one_escrow",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgeraccount",
            constraint=models.UniqueConstraint(
                condition=models.Q(("job__isnull", True), ("user__isnull", True)),
                fields=("kind", "provider", "currency"),
                name="payment_ledgeraccount_one_of_kind",
            ),
        ),
        migrations.AddConstraint(
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
                            "provider_balance",
                            "platform_bank",
                            "provider_fees",
                        ],
                    )
                ),
                name="payment_ledgeraccount_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgeraccount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("job__isnull", True), ("kind", "wallet"), ("provider", ""), ("user__isnull", False)),
                    models.Q(("job__isnull", False), ("kind", "escrow"), ("provider", ""), ("user__isnull", True)),
                    models.Q(
                        ("job__isnull", True),
                        ("kind", "provider_balance"),
                        ("user__isnull", True),
                        models.Q(("provider", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("kind__in", ["wallet", "escrow", "provider_balance"]), _negated=True),
                        ("job__isnull", True),
                        ("provider", ""),
                        ("user__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="payment_ledgeraccount_subject_fits_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgeraccount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("balance_kobo__gte", 0),
                    models.Q(
                        ("kind__in", ("wallet", "escrow", "payouts_in_flight", "refunds_in_flight")), _negated=True
                    ),
                    _connector="OR",
                ),
                name="payment_ledgeraccount_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgeraccount",
            constraint=models.CheckConstraint(
                condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="payment_ledgeraccount_currency_form"
            ),
        ),
        migrations.AddIndex(
            model_name="ledgertransaction",
            index=models.Index(
                condition=models.Q(("job__isnull", False)), fields=["job", "id"], name="payment_ledgertx_job"
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgertransaction",
            constraint=models.UniqueConstraint(fields=("kind", "reference"), name="payment_ledgertransaction_once"),
        ),
        migrations.AddConstraint(
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
                            "withdrawal",
                            "withdrawal_paid",
                            "withdrawal_returned",
                            "transfer_fee",
                            "suspense_resolved",
                            "chargeback",
                            "staff_payment",
                            "settlement",
                        ],
                    )
                ),
                name="payment_ledgertransaction_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgertransaction",
            constraint=models.CheckConstraint(
                condition=models.Q(("reference", ""), _negated=True), name="payment_ledgertransaction_has_reference"
            ),
        ),
        migrations.AddIndex(
            model_name="ledgerentry",
            index=models.Index(fields=["account", "-id"], name="payment_ledgerentry_account"),
        ),
        migrations.AddConstraint(
            model_name="ledgerentry",
            constraint=models.UniqueConstraint(fields=("transaction", "account"), name="payment_ledgerentry_once"),
        ),
        migrations.AddConstraint(
            model_name="ledgerentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_kobo", 0), _negated=True), name="payment_ledgerentry_not_zero"
            ),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(fields=["status", "created_at"], name="payment_payment_status"),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(fields=["created_at"], name="payment_payment_created_at"),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(fields=["payer", "-created_at", "-id"], name="payment_payment_payer"),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(fields=["recipient", "-created_at", "-id"], name="payment_payment_recipient"),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.UniqueConstraint(fields=("reference",), name="payment_payment_reference_unique"),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "escrow_funding"), ("status", "pending")),
                fields=("job",),
                name="payment_payment_one_pending_funding",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("assignment__isnull", False)),
                fields=("assignment", "kind"),
                name="payment_payment_once_per_assignment",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["escrow_funding", "wage", "compensation", "award"])),
                name="payment_payment_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["pending", "succeeded", "failed", "abandoned"])),
                name="payment_payment_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("assignment__isnull", True),
                        ("kind", "escrow_funding"),
                        ("provider__in", ["paystack", "flutterwave", "wallet"]),
                        ("recipient__isnull", True),
                    ),
                    models.Q(
                        ("assignment__isnull", False),
                        ("kind__in", ["wage", "compensation", "award"]),
                        ("provider", ""),
                        ("recipient__isnull", False),
                        ("status", "succeeded"),
                    ),
                    _connector="OR",
                ),
                name="payment_payment_parties_fit_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "succeeded"), ("succeeded_at__isnull", False)),
                    models.Q(("succeeded_at__isnull", True), models.Q(("status", "succeeded"), _negated=True)),
                    _connector="OR",
                ),
                name="payment_payment_succeeded_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount_kobo__gt", 0),
                    models.Q(("fee_kobo", 0), models.Q(("fee_kobo__gt", 0), ("kind", "wage")), _connector="OR"),
                ),
                name="payment_payment_amount_positive",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(("currency", "NGN")), name="payment_payment_currency_naira"
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(("reference__regex", "^[a-z0-9-]{16,50}$")), name="payment_payment_reference_form"
            ),
        ),
        migrations.AddIndex(
            model_name="paymentattempt",
            index=models.Index(
                condition=models.Q(("status", "pending")), fields=["created_at"], name="payment_attempt_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentattempt",
            constraint=models.UniqueConstraint(
                fields=("provider", "reference"), name="payment_attempt_reference_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentattempt",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "pending")),
                fields=("payment", "provider"),
                name="payment_attempt_one_live",
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentattempt",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["pending", "succeeded", "failed", "abandoned"])),
                name="payment_attempt_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentattempt",
            constraint=models.CheckConstraint(
                condition=models.Q(("provider__in", ["paystack", "flutterwave"])), name="payment_attempt_provider_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentattempt",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_kobo__gt", 0), ("captured_kobo__gte", 0), ("refunded_kobo__gte", 0)),
                name="payment_attempt_amounts_positive",
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentattempt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("captured_kobo__gt", 0),
                        ("credited_to__in", ["escrow", "wallet", "suspense"]),
                        ("status", "succeeded"),
                        ("succeeded_at__isnull", False),
                    ),
                    models.Q(
                        ("captured_kobo", 0),
                        ("credited_to", ""),
                        ("succeeded_at__isnull", True),
                        models.Q(("status", "succeeded"), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="payment_attempt_succeeded_is_credited",
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentattempt",
            constraint=models.CheckConstraint(
                condition=models.Q(("refunded_kobo__lte", models.F("captured_kobo"))),
                name="payment_attempt_refunded_within_captured",
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentattempt",
            constraint=models.CheckConstraint(
                condition=models.Q(("reference__regex", "^[a-z0-9-]{16,50}$")), name="payment_attempt_reference_form"
            ),
        ),
        migrations.AddIndex(
            model_name="refund",
            index=models.Index(fields=["recipient", "-created_at", "-id"], name="payment_refund_recipient"),
        ),
        migrations.AddIndex(
            model_name="refund",
            index=models.Index(
                condition=models.Q(("attempt__isnull", False)), fields=["attempt"], name="payment_refund_attempt"
            ),
        ),
        migrations.AddIndex(
            model_name="refund",
            index=models.Index(
                condition=models.Q(("status__in", ("requested", "processing"))),
                fields=["created_at"],
                name="payment_refund_in_flight",
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.UniqueConstraint(fields=("reference",), name="payment_refund_reference_unique"),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["requested", "processing", "processed", "failed"])),
                name="payment_refund_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("attempt__isnull", True), ("destination", "wallet"), ("status", "processed")),
                    models.Q(("attempt__isnull", False), ("destination", "card")),
                    _connector="OR",
                ),
                name="payment_refund_card_has_attempt",
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("finished_at__isnull", True), ("status__in", ("requested", "processing"))),
                    models.Q(
                        models.Q(("status__in", ("requested", "processing")), _negated=True),
                        ("finished_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="payment_refund_finished_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_kobo__gt", 0)), name="payment_refund_amount_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(("currency", "NGN")), name="payment_refund_currency_naira"
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(("reference__regex", "^[a-z0-9-]{16,50}$")), name="payment_refund_reference_form"
            ),
        ),
        migrations.AddIndex(
            model_name="withdrawal",
            index=models.Index(fields=["wallet", "-created_at", "-id"], name="payment_withdrawal_wallet"),
        ),
        migrations.AddIndex(
            model_name="withdrawal",
            index=models.Index(
                condition=models.Q(("status__in", ("requested", "sending", "unknown"))),
                fields=["created_at"],
                name="payment_withdrawal_in_flight",
            ),
        ),
        migrations.AddConstraint(
            model_name="withdrawal",
            constraint=models.UniqueConstraint(fields=("reference",), name="payment_withdrawal_reference_unique"),
        ),
        migrations.AddConstraint(
            model_name="withdrawal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ("requested", "sending", "unknown"))),
                fields=("wallet",),
                name="payment_withdrawal_one_in_flight",
            ),
        ),
        migrations.AddConstraint(
            model_name="withdrawal",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["requested", "sending", "unknown", "paid", "failed", "reversed"])),
                name="payment_withdrawal_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="withdrawal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("finished_at__isnull", True), ("status__in", ("requested", "sending", "unknown"))),
                    models.Q(
                        models.Q(("status__in", ("requested", "sending", "unknown")), _negated=True),
                        ("finished_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="payment_withdrawal_finished_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="withdrawal",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_kobo__gt", 0)), name="payment_withdrawal_amount_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="withdrawal",
            constraint=models.CheckConstraint(
                condition=models.Q(("currency", "NGN")), name="payment_withdrawal_currency_naira"
            ),
        ),
        migrations.AddConstraint(
            model_name="withdrawal",
            constraint=models.CheckConstraint(
                condition=models.Q(("account_number__regex", "^[0-9]{10}$")),
                name="payment_withdrawal_account_ten_digits",
            ),
        ),
        migrations.AddConstraint(
            model_name="withdrawal",
            constraint=models.CheckConstraint(
                condition=models.Q(("reference__regex", "^[a-z0-9-]{16,50}$")), name="payment_withdrawal_reference_form"
            ),
        ),
    ]
