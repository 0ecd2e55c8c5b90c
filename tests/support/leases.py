"""Leases on idempotency keys whose holder is dead or very slow."""

from datetime import timedelta

from django.db.models.functions import Now

from payment.models import KeyLease


def lapse_leases() -> None:
    """As if the holders' time had passed: it is the database's clock that they go by."""
    KeyLease.objects.update(until=Now() - timedelta(seconds=1))
