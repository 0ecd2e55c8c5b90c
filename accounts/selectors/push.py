"""Reading who is told on their devices, and when not."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from accounts.models import PushSubscription, QuietHours
from accounts.quiet_hours import Quiet
from core.actor import Actor
from core.querysets import PayshiftQuerySet
from core.web_push.vapid import public_key


@dataclass(frozen=True, slots=True)
class PushState:
    """`public_key` is None where the operator has not switched push on. `endpoint_sha256`: of the opted-in browser's
    endpoint, in hexadecimal; whoever knows an endpoint can write to it, so it is not told, and a browser knows its own.
    """

    public_key: str | None
    is_on: bool
    endpoint_sha256: str | None
    quiet_hours: Quiet


def push_of(actor: Actor) -> PushState:
    """Of the caller's device. Two queries."""
    endpoint = None if actor.device_id is None else endpoint_of(actor.device_id)
    return PushState(
        public_key=public_key() if settings.WEB_PUSH else None,
        is_on=endpoint is not None,
        endpoint_sha256=hashlib.sha256(endpoint.encode()).hexdigest() if endpoint is not None else None,
        quiet_hours=quiet_hours_of(actor.user_id),
    )


def endpoint_of(device_id: int) -> str | None:
    """One query."""
    return PushSubscription.objects.filter(device_id=device_id).values_list("endpoint", flat=True).first()


def quiet_hours_of(user_id: int) -> Quiet:
    """One query."""
    row = QuietHours.objects.planned().filter(user_id=user_id).first()
    if row is None:
        return Quiet(settings.PUSH_QUIET_FROM, settings.PUSH_QUIET_UNTIL, settings.DEFAULT_JOB_TIME_ZONE)
    return Quiet(row.start_time, row.end_time, row.time_zone)


def live_subscriptions_of(user_id: int, now: datetime) -> PayshiftQuerySet[PushSubscription]:
    """Of devices whose log-in holds; a trigger deletes those that were logged out."""
    live = PushSubscription.objects.planned().filter(device__user_id=user_id, device__refresh_expires_at__gt=now)
    return live.order_by("pk")
