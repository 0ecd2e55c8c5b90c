"""Forgetting what is over: codes nobody can use any more, devices whose log-in has ended."""

from datetime import timedelta

from django.db.models import Model, QuerySet

from accounts.models import OTP, Device
from core import clock

# Long enough for staff to see what happened when somebody complains.
KEPT = timedelta(days=30)
BATCH = 1000


def forget_what_is_over() -> int:
    """Delete codes and ended devices of more than thirty days ago, in small transactions. Returns how many."""
    before = clock.now() - KEPT
    codes = OTP.objects.filter(created_at__lt=before)
    devices = Device.objects.filter(expires_at__lt=before)
    return _delete(codes) + _delete(devices)


def _delete[M: Model](rows: QuerySet[M]) -> int:
    deleted = 0
    while batch := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        deleted += rows.filter(pk__in=batch).delete()[0]
    return deleted
