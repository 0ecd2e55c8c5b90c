"""Forgetting what is over: codes nobody can use any more, devices whose log-in has ended."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Model, QuerySet

from accounts.models import OTP, Device
from core import clock

BATCH = 1000


def forget_what_is_over() -> int:
    """Delete codes and ended devices of more than `KEPT_CODES_DAYS` ago, in small transactions. Returns how many."""
    before = clock.now() - timedelta(days=settings.KEPT_CODES_DAYS)
    codes = OTP.objects.filter(created_at__lt=before)
    devices = Device.objects.filter(expires_at__lt=before)
    return _delete(codes) + _delete(devices)


def _delete[M: Model](rows: QuerySet[M]) -> int:
    deleted = 0
    while batch := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        deleted += rows.filter(pk__in=batch).delete()[0]
    return deleted
