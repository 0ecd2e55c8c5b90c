from django.db import migrations

from core.state_machine import EnforceTransitions

PAYMENT = {
    "pending": ["succeeded", "failed", "abandoned"],
    "failed": ["succeeded"],
    "abandoned": ["succeeded"],
    "succeeded": [],
}


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial"), ("payment", "0003_refunded_sums")]
    operations = [
        EnforceTransitions("payment", "status", PAYMENT),
        EnforceTransitions("paymentattempt", "status", PAYMENT),
        EnforceTransitions(
            "refund",
            "status",
            {"requested": ["processing"], "processing": ["processed", "failed"], "processed": [], "failed": []},
        ),
        EnforceTransitions(
            "withdrawal",
            "status",
            {
                "requested": ["sending"],
                "sending": ["unknown", "paid", "failed"],
                "unknown": ["sending"],
                "paid": ["reversed"],
                "failed": [],
                "reversed": [],
            },
        ),
        EnforceTransitions(
            "dispute",
            "status",
            {
                "open": ["under_review", "withdrawn"],
                "under_review": ["resolved", "withdrawn"],
                "resolved": [],
                "withdrawn": [],
            },
        ),
        EnforceTransitions(
            "webhookevent",
            "status",
            {
                "received": ["processed", "ignored", "failed"],
                "failed": ["received", "processed", "ignored"],
                "processed": [],
                "ignored": [],
            },
        ),
    ]
