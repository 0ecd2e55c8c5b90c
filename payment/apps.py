from django.apps import AppConfig

from core import grants
from core.metrics_gauges import add_source


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
        # Kept by a trigger from the refunds.
        grants.no_direct_writes("payment_paymentattempt", columns=["refunded_kobo"])
