from django.db import models

from core.models import PayshiftQuerySet
from payment.sandbox.models.provider import Provider


class Fault(models.Model):
    """Something that goes wrong in the next `remaining` calls of one operation."""

    class Kind(models.TextChoices):
        DROP_REQUEST = "drop_request"
        DROP_ANSWER = "drop_answer"
        ERROR_BEFORE = "error_5xx_before"
        ERROR_AFTER = "error_5xx_after_effect"
        RATE_LIMITED = "rate_limited"
        DELAY = "delay"
        ANSWER_BEFORE = "answer_before"
        ANSWER_AFTER = "answer_after_effect"
        WRONG_AMOUNT = "wrong_amount"
        WRONG_CURRENCY = "wrong_currency"
        WRONG_DOMAIN = "wrong_domain"
        DUPLICATE_WEBHOOK = "duplicate_webhook"
        REORDER_WEBHOOKS = "reorder_webhooks"
        TAMPER_WEBHOOK = "tamper_webhook"
        DROP_WEBHOOK = "drop_webhook"
        LATE_REVERSAL = "late_reversal"
        TRANSFER_FAILS = "transfer_fails"
        TRANSFER_OTP = "transfer_otp"
        TRANSFER_BLOCKED = "transfer_blocked"
        REPLAY_TRANSFER = "replay_transfer"
        REFUND_FAILS = "refund_fails"
        REFUND_NEEDS_ATTENTION = "refund_needs_attention"

    provider = models.CharField(max_length=20, choices=Provider.choices)
    operation = models.CharField(max_length=40)
    kind = models.CharField(max_length=40, choices=Kind.choices)
    # Seconds of a delay, kobo of a wrong amount, letters of a wrong currency, status and body of another answer.
    value = models.TextField(blank=True)
    remaining = models.PositiveIntegerField(default=1)

    objects = PayshiftQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.kind} on {self.provider} {self.operation}, {self.remaining} left"


class Behaviour(models.Model):
    """How the gateway behaves now. No row, or an empty field, means what the environment says."""

    SINGLE_ID = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=SINGLE_ID)
    webhooks = models.CharField(max_length=10, blank=True)
    settling = models.CharField(max_length=10, blank=True)
    settle_seconds = models.FloatField(null=True)
    # Where webhooks go instead of PUBLIC_URL: the live server of a test has a port of its own.
    webhook_base_url = models.CharField(max_length=200, blank=True)
    # The random plan: decision number n of a seed is always the same.
    plan_seed = models.BigIntegerField(null=True)
    plan_rate = models.FloatField(default=0)
    plan_kinds = models.JSONField(default=list)
    plan_decisions = models.BigIntegerField(default=0)

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="sandbox_behaviour_single_row"),
        ]

    def __str__(self) -> str:
        return f"webhooks {self.webhooks or 'as set'}, settling {self.settling or 'as set'}"
