from django.apps import AppConfig
from django.conf import settings
from django.db import connections
from django.db.models.signals import post_migrate

from core import grants
from core.metrics_gauges import add_source

# What a row is about, how much it is and when it was made never changes; nothing of money is ever deleted.
FIXED = {
    "payment_wallet": ["id", "user_id", "account_id", "created_at"],
    "payment_payment": [
        *("id", "kind", "reference", "payer_id", "recipient_id", "job_id", "assignment_id", "fee_kobo", "currency"),
        *("vat_kobo", "vat_bps", "created_at"),
    ],
    # `refunded_kobo` is kept by a trigger from the refunds.
    "payment_paymentattempt": [
        "id",
        "payment_id",
        "provider",
        "reference",
        "amount_kobo",
        "created_at",
        "refunded_kobo",
    ],
    "payment_refund": [
        *("id", "reference", "destination", "recipient_id", "job_id", "attempt_id", "amount_kobo", "currency"),
        *("fee_kobo", "origin_id", "created_at"),
    ],
    "payment_withdrawal": [
        *("id", "wallet_id", "reference", "amount_kobo", "currency", "provider"),
        *("bank_code", "bank_name", "account_number", "account_name", "created_at"),
    ],
    "payment_chargeback": ["id", "attempt_id", "payer_id", "provider", "provider_id", "currency", "created_at"],
    "payment_virtualaccount": ["id", "user_id", "provider", "created_at"],
    "payment_dispute": ["id", "assignment_id", "client_id", "worker_id", "opened_by_id", "reason", "created_at"],
    "payment_staffmove": [
        *("id", "kind", "reference", "amount_kobo", "user_id", "provider", "came_id", "attempt_id", "chargeback_id"),
        *("job_id", "withdrawal_id", "refund_id"),
        *("reason", "proposed_by_id", "proposed_at"),
    ],
    "payment_staffalone": ["id", "staff_id"],
    "payment_providerdifference": ["id", "provider", "subject", "reference", "found_at"],
    "payment_settlement": ["id", "provider", "provider_id", "currency", "created_at"],
    "payment_settlementline": ["id", "settlement_id", "provider_id"],
    "payment_webhookevent": [
        *("id", "provider", "dedupe_hash", "body", "headers", "event", "reference", "received_at"),
    ],
    "payment_idempotencykey": ["id", "user_id", "operation", "key", "body_hash", "created_at"],
    "payment_keylease": ["name"],
}

# A trigger keeps webhooks as long as they are evidence.
FORGOTTEN = {"payment_webhookevent", "payment_idempotencykey", "payment_keylease"}


def set_platform_float(*, using: str, **_: object) -> None:
    """`migrate` gives the database the operator's number, as the owner: the application's role cannot raise it."""
    kobo = int(settings.PLATFORM_FLOAT_KOBO)
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT to_regprocedure('payment_platform_float()')")
        if cursor.fetchone()[0] is not None:
            cursor.execute(
                "CREATE OR REPLACE FUNCTION payment_platform_float() RETURNS bigint LANGUAGE sql STABLE"
                f" AS 'SELECT {kobo}::bigint'"
            )


class PaymentConfig(AppConfig):
    name = "payment"
    verbose_name = "Money"

    def ready(self) -> None:
        # The checks and the constraints' names register themselves.
        from payment import cached, checks, exceptions, metrics  # noqa: F401
        from payment.services import forgetting
        from payment.services.receipt_numbers import set_issuer

        cached.declare()
        forgetting.declare()
        post_migrate.connect(set_platform_float, sender=self)
        post_migrate.connect(set_issuer, sender=self)
        add_source("money", metrics.read_money)

        # M2.
        grants.append_only("payment_ledgertransaction")
        grants.append_only("payment_ledgerentry")
        # M4. `created_at` stays free only because SELECT ... FOR UPDATE needs one column that may be updated.
        grants.no_direct_writes(
            "payment_ledgeraccount",
            columns=["id", "kind", "user_id", "job_id", "provider", "currency", "balance_kobo"],
        )
        grants.no_direct_writes("payment_ledgerpending")
        for table, columns in FIXED.items():
            grants.no_direct_writes(table, columns=columns, may_delete=table in FORGOTTEN)
        grants.append_only("payment_disputestatement")
        grants.append_only("payment_deposit")
        # A month stays closed, an anchor stays where it was dropped.
        grants.append_only("payment_closedmonth")
        grants.append_only("payment_ledgeranchor")
        # Numbers are given by the database alone.
        for table in ("payment_receipt", "payment_receiptseries", "payment_receiptissuer"):
            grants.no_direct_writes(table)
