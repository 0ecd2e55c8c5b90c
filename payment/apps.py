from django.apps import AppConfig

from core import grants
from core.metrics_gauges import add_source

# What a row is about and how much it is never changes after it was written; nothing of money is ever deleted.
FIXED = {
    "payment_wallet": ["id", "user_id", "account_id"],
    "payment_payment": [
        *("id", "kind", "reference", "payer_id", "recipient_id", "job_id", "assignment_id", "fee_kobo", "currency"),
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
    ],
    "payment_withdrawal": [
        *("id", "wallet_id", "reference", "amount_kobo", "currency", "provider"),
        *("bank_code", "bank_name", "account_number", "account_name"),
    ],
    "payment_chargeback": ["id", "attempt_id", "payer_id", "provider", "provider_id", "currency", "created_at"],
    "payment_dispute": ["id", "assignment_id", "client_id", "worker_id", "opened_by_id", "reason"],
    "payment_webhookevent": ["id", "provider", "dedupe_hash", "body", "event", "reference", "received_at"],
}


class PaymentConfig(AppConfig):
    name = "payment"
    verbose_name = "Money"

    def ready(self) -> None:
        # The checks and the constraints' names register themselves.
        from payment import cached, checks, exceptions, metrics  # noqa: F401

        cached.declare()
        add_source("money", metrics.read_money)

        # M2.
        grants.append_only("payment_ledgertransaction")
        grants.append_only("payment_ledgerentry")
        # M4. `created_at` stays free only because SELECT ... FOR UPDATE needs one column that may be updated.
        grants.no_direct_writes(
            "payment_ledgeraccount",
            columns=["id", "kind", "user_id", "job_id", "provider", "currency", "balance_kobo"],
        )
        for table, columns in FIXED.items():
            grants.no_direct_writes(table, columns=columns)
        grants.append_only("payment_disputestatement")
