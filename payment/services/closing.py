"""Closing a month of the books: from then on the database refuses a posting that is dated into it.

A posting carries the time at which it is made, and a transaction ends within seconds: an hour after the month nothing
can be on its way into it any more, so closing and posting cannot race.
"""

from datetime import date, timedelta

from django.db import transaction

from core import clock
from core.errors import InvalidState
from core.self_checks import last_check
from payment.models import ClosedMonth
from payment.services.ledger_check import BOOKS
from payment.services.periods import next_month, start_of_day

GRACE = timedelta(hours=1)


@transaction.atomic
def close_month(*, month: date, staff_id: int | None) -> ClosedMonth:
    """Close the month of this day, for good. Raises `InvalidState`.

    Not before an hour after its end, not twice, and not while the last check of the books, made since the month's end,
    found a difference or is missing.
    """
    month = month.replace(day=1)
    over_at = start_of_day(next_month(month)) + GRACE
    if clock.now() < over_at:
        raise InvalidState(f"{month:%Y-%m} can be closed from {over_at:%Y-%m-%d %H:%M} on, Lagos time.")
    check = last_check(BOOKS)
    if check is None or check.checked_at < over_at - GRACE or check.differences:
        raise InvalidState("The books must have been checked since the month's end, and be right.")
    closed, is_new = ClosedMonth.objects.get_or_create(
        month=month, defaults={"closed_by_id": staff_id, "closed_at": clock.now()}
    )
    if not is_new:
        raise InvalidState(f"{month:%Y-%m} is closed.")
    return closed
