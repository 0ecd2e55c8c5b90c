"""Chargebacks that nobody answered: staff are told twice before the provider accepts them in our name."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from core import clock
from payment.models import Chargeback, ChargebackStatus
from payment.services.alerts import alert_staff
from payment.services.locks import lock_chargeback


def remind_of_deadlines() -> int:
    """Tell staff of each whose time runs out. Returns how many were looked at."""
    now = clock.now()
    first, _ = _marks()
    unanswered = Chargeback.objects.filter(
        status=ChargebackStatus.OPEN, answer_sent_at__isnull=True, due_at__gt=now, due_at__lte=now + first
    )
    found = list(unanswered.order_by("due_at", "pk").values_list("pk", flat=True))
    for chargeback_id in found:
        _remind(chargeback_id, now)
    return len(found)


@transaction.atomic
def _remind(chargeback_id: int, now: datetime) -> None:
    """Once at each mark that is passed; the row remembers, so that a second worker tells nothing. Locks it."""
    chargeback = lock_chargeback(chargeback_id)
    if chargeback.status != ChargebackStatus.OPEN or chargeback.answer_sent_at or chargeback.due_at is None:
        return
    passed = sum(chargeback.due_at - now <= mark for mark in _marks())
    if chargeback.reminders >= passed:
        return
    chargeback.reminders = passed
    chargeback.save(update_fields=["reminders"])
    alert_staff(
        "chargeback_due",
        provider=chargeback.provider,
        chargeback_id=chargeback.number,
        amount_kobo=chargeback.amount_kobo,
        due_at=chargeback.due_at.isoformat(),
        answer=f"{chargeback.answer}, not sent yet" if chargeback.answer else "none",
    )


def _marks() -> tuple[timedelta, timedelta]:
    first = timedelta(hours=settings.CHARGEBACK_REMINDER_HOURS)
    return first, first / 4
