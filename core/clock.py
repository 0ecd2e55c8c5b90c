"""The only source of time in rules. In development its offset can be moved, so that two working days pass in seconds.

The offset lives in PostgreSQL, because web server and worker must agree; every request and every job reads it once, at
its start. In production (TIME_TRAVEL off) it is neither read nor writable, and a system check refuses the setting.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F

from core.models import ClockOffset

_offset: timedelta | None = None


def now() -> datetime:
    """The present moment, in UTC."""
    real = datetime.now(UTC)
    if not settings.TIME_TRAVEL:
        return real
    return real + (_offset if _offset is not None else refresh())


def refresh() -> timedelta:
    """Read the offset that other processes may have moved (one query). Called at the start of a request or job."""
    global _offset
    row = ClockOffset.objects.filter(pk=ClockOffset.SINGLE_ID).values_list("offset", flat=True).first()
    _offset = row or timedelta()
    return _offset


def advance(by: timedelta) -> datetime:
    """Move the clock of every process and return the new time. Parallel moves add up. Development only."""
    _require_time_travel()
    with transaction.atomic():
        ClockOffset.objects.get_or_create(pk=ClockOffset.SINGLE_ID, defaults={"offset": timedelta()})
        ClockOffset.objects.filter(pk=ClockOffset.SINGLE_ID).update(offset=F("offset") + by)
    refresh()
    return now()


def reset() -> None:
    """Back to the real time. Development only."""
    global _offset
    _require_time_travel()
    ClockOffset.objects.all().delete()
    _offset = timedelta()


@contextmanager
def pretend(moment: datetime) -> Iterator[None]:
    """For this process alone it is `moment`, and goes on from there: for building a history. Development only."""
    global _offset
    _require_time_travel()
    before = _offset
    _offset = moment - datetime.now(UTC)
    try:
        yield
    finally:
        _offset = before


def _require_time_travel() -> None:
    if not settings.TIME_TRAVEL:
        raise RuntimeError("The clock can only be moved where TIME_TRAVEL is on.")
