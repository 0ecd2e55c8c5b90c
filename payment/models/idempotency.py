from django.conf import settings
from django.db import models
from django.db.models import Q

from core.models import PayshiftQuerySet


class IdempotencyKey(models.Model):
    """M9: what a money POST under this key was, and what it was answered.

    The row commits with the intent. Without an answer the call crossed to a provider and was cut off: `resource` says
    what a retry resumes.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="idempotency_keys", db_index=False)
    operation = models.CharField(max_length=64)
    key = models.CharField(max_length=255)
    body_hash = models.CharField(max_length=64)
    resource = models.CharField(max_length=64, blank=True)
    response_status = models.PositiveSmallIntegerField(null=True, blank=True)
    response_body = models.BinaryField(null=True, blank=True)
    created_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="payment_idempotencykey_age")]
        constraints = [
            models.UniqueConstraint(fields=["user", "operation", "key"], name="payment_idempotencykey_once"),
            models.CheckConstraint(
                condition=Q(response_status__isnull=True, response_body__isnull=True, answered_at__isnull=True)
                | Q(response_status__isnull=False, response_body__isnull=False, answered_at__isnull=False),
                name="payment_idempotencykey_answer_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.key}"
