"""What never called back: payments, transfers and refunds without a verdict, and webhooks that could not be processed.

Every sweep asks the provider by the reference that is on record and ends in the same functions as the webhook. How one
row that fails, or a provider that hangs, is kept from stopping the others is `payment.services.sweeping`.
"""

from datetime import timedelta

from django.db.models import QuerySet

from core import clock
from payment.models import (
    GIVEN_UP,
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
from payment.services.payments import check_attempt
from payment.services.payouts import check_transfer
from payment.services.refunds import check_refunds
from payment.services.sweeping import LONGEST_AGO, MOST_PER_SWEEP, Row, ask_each, due, take_turns

# Younger ones are still being called, or their webhook is on its way.
GRACE = timedelta(minutes=2)
# As long as a provider may yet settle a payment that was given up, or send back a transfer that was paid.
LATE = timedelta(days=14)
# However old, an open row is asked about so often at least.
OPEN_EVERY = timedelta(hours=1)
LATE_EVERY = timedelta(days=1)
# A failed webhook has had its quick tries by then.
WEBHOOK_GRACE = timedelta(minutes=30)


def sweep_payments() -> int:
    """Verify open attempts, and ever less often those given up of late. Returns how many were asked about."""
    now = clock.now()
    open_ones = PaymentAttempt.objects.filter(
        due(now=now, since="created_at", at_least_every=OPEN_EVERY),
        status=PaymentStatus.PENDING,
        created_at__lte=now - GRACE,
    )
    late = PaymentAttempt.objects.filter(
        due(now=now, since="created_at", at_least_every=LATE_EVERY),
        status__in=GIVEN_UP,
        # The attempt's own age: a payment of weeks ago may have been tried again yesterday.
        created_at__gt=now - LATE,
    )
    rows = [*_rows(open_ones), *_rows(late)]
    return ask_each(rows, lambda provider, reference: check_attempt(provider=provider, reference=reference))


def sweep_withdrawals() -> int:
    """Send what is queued, look up what was sent, and ever less often what was paid of late. Returns how many."""
    from payment.tasks import send_withdrawal

    now = clock.now()
    queued = Withdrawal.objects.filter(status=WithdrawalStatus.REQUESTED, created_at__lte=now - GRACE)
    for withdrawal_id in take_turns(queued):
        send_withdrawal.defer(withdrawal_id=withdrawal_id)
    in_flight = [WithdrawalStatus.SENDING, WithdrawalStatus.UNKNOWN]
    sent = Withdrawal.objects.filter(
        due(now=now, since="created_at", at_least_every=OPEN_EVERY), status__in=in_flight, sent_at__lte=now - GRACE
    )
    paid = Withdrawal.objects.filter(
        due(now=now, since="finished_at", at_least_every=LATE_EVERY),
        status=WithdrawalStatus.PAID,
        finished_at__gt=now - LATE,
    )
    rows = [*_rows(sent), *_rows(paid)]
    return ask_each(rows, lambda provider, reference: check_transfer(provider=provider, reference=reference))


def sweep_refunds() -> int:
    """Send what is queued, look up what was sent. Returns how many payments were asked about."""
    from payment.tasks import send_card_refund

    now = clock.now()
    of_cards = Refund.objects.filter(destination=RefundDestination.CARD, created_at__lte=now - GRACE)
    for refund_id in take_turns(of_cards.filter(status=RefundStatus.REQUESTED)):
        send_card_refund.defer(refund_id=refund_id)
    sent = of_cards.filter(
        due(now=now, since="created_at", at_least_every=OPEN_EVERY),
        status=RefundStatus.PROCESSING,
        attempt__isnull=False,
    )
    found = sent.order_by(LONGEST_AGO, "pk").values_list("pk", "attempt__provider", "attempt__reference")
    # One question per payment tells of all its refunds.
    by_payment = {(provider, ref): Row(Refund, pk, provider, ref) for pk, provider, ref in found[:MOST_PER_SWEEP]}
    return ask_each(
        by_payment.values(),
        lambda provider, reference: check_refunds(provider=provider, charge_reference=reference),
    )


def _rows(queryset: QuerySet[PaymentAttempt] | QuerySet[Withdrawal]) -> list[Row]:
    """Those that were not asked about for longest."""
    found = queryset.order_by(LONGEST_AGO, "pk").values_list("pk", "provider", "reference")[:MOST_PER_SWEEP]
    return [Row(queryset.model, pk, provider, reference) for pk, provider, reference in found]


def sweep_webhooks() -> int:
    """Try the webhooks again that could not be processed, ever less often, or whose job was lost. Returns how many."""
    from payment.tasks import process_webhook

    now = clock.now()
    stuck = WebhookEvent.objects.filter(
        due(now=now, since="received_at", at_least_every=OPEN_EVERY),
        status__in=OPEN_WEBHOOKS,
        received_at__lte=now - WEBHOOK_GRACE,
    )
    ids = take_turns(stuck)
    for event_id in ids:
        process_webhook.defer(event_id=event_id)
    return len(ids)
