"""What is forgotten beside money; and what the database keeps as evidence for its time, whoever asks."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from core import clock, retention
from payment.models import IdempotencyKey, KeyLease, WebhookEvent, WebhookStatus
from payment.services.key_leases import take_lease
from tests.factories.payment import (
    ChargebackFactory,
    IdempotencyKeyFactory,
    PaymentAttemptFactory,
    RefundFactory,
    WebhookEventFactory,
    WithdrawalFactory,
)
from tests.support.books import constraint_name

pytestmark = pytest.mark.django_db


def told(*, days_ago: int, status: str = WebhookStatus.PROCESSED, **more: Any) -> WebhookEvent:
    received_at = clock.now() - timedelta(days=days_ago)
    processed_at = None if status in {"received", "failed"} else received_at
    event: WebhookEvent = WebhookEventFactory.create(
        received_at=received_at, status=status, processed_at=processed_at, **more
    )
    return event


def test_keys_and_leases_of_dead_calls_go_after_a_week() -> None:
    for days in (6, 8):
        IdempotencyKeyFactory.create(key=f"of {days} days ago", created_at=clock.now() - timedelta(days=days))
        lease = take_lease(f"of {days} days ago")
        KeyLease.objects.filter(pk=lease.name).update(until=clock.now() - timedelta(days=days))

    assert [retention.carry_out(name) for name in ("idempotency keys", "leases of keys")] == [1, 1]

    assert IdempotencyKey.objects.get().key == "of 6 days ago"
    assert KeyLease.objects.count() == 1


@pytest.mark.parametrize("status", WebhookStatus)
def test_webhooks_go_after_their_days_once_they_were_acted_on(status: WebhookStatus) -> None:
    told(days_ago=401, status=status)
    young = told(days_ago=399, status=status)

    assert retention.carry_out("webhooks") == (status in {"processed", "ignored"})

    assert WebhookEvent.objects.filter(pk=young.pk).exists()


def pending() -> str:
    return str(PaymentAttemptFactory.create().reference)


def going_back_to_the_card() -> str:
    attempt = PaymentAttemptFactory.create(succeeded=True)
    RefundFactory.create(attempt=attempt, amount_kobo=1_000)
    return str(attempt.reference)


def charged_back() -> str:
    attempt = PaymentAttemptFactory.create(succeeded=True)
    ChargebackFactory.create(attempt=attempt)
    return str(attempt.reference)


def on_its_way_to_a_bank() -> str:
    return str(WithdrawalFactory.create().reference)


@pytest.mark.parametrize("open_money", [pending, going_back_to_the_card, charged_back, on_its_way_to_a_bank])
def test_webhook_stays_while_money_under_its_reference_is_open(open_money: Callable[[], str]) -> None:
    event = told(days_ago=4000, reference=open_money())

    assert retention.carry_out("webhooks") == 0

    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        event.delete()
    assert constraint_name(refused) == "payment_webhookevent_kept"


def settled() -> str:
    return str(PaymentAttemptFactory.create(succeeded=True).reference)


def paid_out() -> str:
    return str(WithdrawalFactory.create(status="paid").reference)


@pytest.mark.parametrize("over", [settled, paid_out])
def test_webhook_goes_when_the_money_of_its_reference_is_settled(over: Callable[[], str]) -> None:
    told(days_ago=401, reference=over())

    assert retention.carry_out("webhooks") == 1


@pytest.mark.parametrize(("status", "days_ago"), [("processed", 179), ("ignored", 179), ("failed", 4000)])
def test_webhook_is_refused_to_go_before_half_a_year_or_before_it_was_acted_on(status: str, days_ago: int) -> None:
    event = told(days_ago=days_ago, status=status)

    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        event.delete()

    assert constraint_name(refused) == "payment_webhookevent_kept"


def test_age_and_body_of_a_webhook_are_nothing_that_the_application_writes() -> None:
    event = told(days_ago=1)

    for column in ({"received_at": clock.now() - timedelta(days=4000)}, {"body": b""}):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            WebhookEvent.objects.filter(pk=event.pk).update(**column)
