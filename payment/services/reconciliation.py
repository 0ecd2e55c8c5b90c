"""What never called back: payments, transfers and refunds without a verdict, and webhooks that could not be processed.

Every sweep asks the provider by the reference that is on record and ends in the same functions as the webhook. One row
that fails does not keep the others waiting: it is logged, and the next sweep meets it again.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta

import structlog
from django.db.models import F, Q

from core import clock
from payment.models import (
    OPEN_WEBHOOKS,
    PaymentAttempt,
    PaymentStatus,
    Refund,
    RefundDestination,
    RefundStatus,
    WebhookEvent,
    Withdrawal,
    WithdrawalStatus,
)
from payment.providers.base import ProviderError
from payment.services.payments import check_attempt
from payment.services.payouts import check_transfer
from payment.services.refunds import check_refunds

logger = structlog.get_logger(__name__)

# Younger ones are still being called, or their webhook is on its way.
GRACE = timedelta(minutes=2)
# Money of an attempt that was given up comes within this time or by a webhook.
LATE_MONEY = timedelta(days=3)
LATE_MONEY_EVERY = timedelta(hours=1)
# A paid transfer can come back; if its webhook is lost, only asking tells.
LATE_REVERSAL = timedelta(days=3)
LATE_REVERSAL_EVERY = timedelta(hours=6)
# A failed webhook has had its quick tries by then.
WEBHOOK_GRACE = timedelta(minutes=30)
MOST_PER_SWEEP = 200


def sweep_payments() -> int:
    """Verify open attempts, and now and then those given up of late. Returns how many were asked about."""
    now = clock.now()
    open_ones = PaymentAttempt.objects.filter(status=PaymentStatus.PENDING, created_at__lte=now - GRACE)
    late = PaymentAttempt.objects.filter(
        Q(checked_at__lte=now - LATE_MONEY_EVERY) | Q(checked_at__isnull=True),
        status__in=[PaymentStatus.FAILED, PaymentStatus.ABANDONED],
        payment__created_at__gt=now - LATE_MONEY,
    )
    longest_ago = F("checked_at").asc(nulls_first=True)
    rows = [
        *open_ones.order_by(longest_ago, "pk").values_list("provider", "reference")[:MOST_PER_SWEEP],
        *late.order_by(longest_ago, "pk").values_list("provider", "reference")[:MOST_PER_SWEEP],
    ]
    return _each(rows, lambda provider, reference: check_attempt(provider=provider, reference=reference))


def sweep_withdrawals() -> int:
    """Send what is queued, look up what was sent, and now and then what was paid of late. Returns how many."""
    from payment.tasks import send_withdrawal

    now = clock.now()
    queued = Withdrawal.objects.filter(status=WithdrawalStatus.REQUESTED, created_at__lte=now - GRACE)
    for withdrawal_id in queued.order_by("pk").values_list("pk", flat=True)[:MOST_PER_SWEEP]:
        send_withdrawal.defer(withdrawal_id=withdrawal_id)
    sent = Withdrawal.objects.filter(
        status__in=[WithdrawalStatus.SENDING, WithdrawalStatus.UNKNOWN], sent_at__lte=now - GRACE
    )
    paid = Withdrawal.objects.filter(
        Q(checked_at__lte=now - LATE_REVERSAL_EVERY) | Q(checked_at__isnull=True),
        status=WithdrawalStatus.PAID,
        finished_at__gt=now - LATE_REVERSAL,
    )
    longest_ago = F("checked_at").asc(nulls_first=True)
    rows = [
        *sent.order_by(longest_ago).values_list("provider", "reference")[:MOST_PER_SWEEP],
        *paid.order_by(longest_ago).values_list("provider", "reference")[:MOST_PER_SWEEP],
    ]
    return _each(rows, lambda provider, reference: check_transfer(provider=provider, reference=reference))


def sweep_refunds() -> int:
    """Send what is queued, look up what was sent. Returns how many."""
    from payment.tasks import send_card_refund

    of_cards = Refund.objects.filter(destination=RefundDestination.CARD, created_at__lte=clock.now() - GRACE)
    for refund_id in of_cards.filter(status=RefundStatus.REQUESTED).values_list("pk", flat=True)[:MOST_PER_SWEEP]:
        send_card_refund.defer(refund_id=refund_id)
    sent = of_cards.filter(status=RefundStatus.PROCESSING, attempt__isnull=False)
    rows = sorted(set(sent.values_list("attempt__provider", "attempt__reference")[:MOST_PER_SWEEP]))
    return _each(rows, lambda provider, reference: check_refunds(provider=provider, charge_reference=reference))


def sweep_webhooks() -> int:
    """Try the webhooks again that could not be processed, or whose job was lost. Returns how many."""
    from payment.tasks import process_webhook

    stuck = WebhookEvent.objects.filter(status__in=OPEN_WEBHOOKS, received_at__lte=clock.now() - WEBHOOK_GRACE)
    ids = list(stuck.order_by("received_at").values_list("pk", flat=True)[:MOST_PER_SWEEP])
    for event_id in ids:
        process_webhook.defer(event_id=event_id)
    return len(ids)


def _each(rows: Iterable[tuple[str, str]], check: Callable[[str, str], object]) -> int:
    asked = 0
    for provider, reference in rows:
        asked += 1
        try:
            check(provider, reference)
        except ProviderError as error:
            logger.warning("reconciliation_postponed", provider=provider, reference=reference, error=str(error))
    return asked
