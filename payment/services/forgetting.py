"""What is forgotten beside money: keys of calls that nobody repeats any more, and webhooks that have been acted on.

A webhook is believed in one thing only, the reference to ask about; what the money did is in the books. Its body names
people, so it goes once nothing under its reference is open.
"""

from django.db.models import BooleanField, F, Func

from core.models import PayshiftQuerySet
from core.retention import forget, forget_by_time
from payment.models import OPEN_WEBHOOKS, IdempotencyKey, KeyLease, WebhookEvent


def declare() -> None:
    days = "KEPT_IDEMPOTENCY_KEYS_DAYS"
    forget("idempotency keys", rows=IdempotencyKey.objects.all, made="created_at", days=days)
    # What calls that died have left.
    forget_by_time("leases of keys", rows=KeyLease.objects.all, made="until", days=days)
    forget("webhooks", rows=_webhooks, made="received_at", days="KEPT_WEBHOOKS_DAYS")


def _webhooks() -> PayshiftQuerySet[WebhookEvent]:
    """A trigger refuses the others, and each for half a year."""
    is_open = Func(F("provider"), F("reference"), function="payment_reference_is_open", output_field=BooleanField())
    return WebhookEvent.objects.exclude(status__in=OPEN_WEBHOOKS).exclude(is_open)
