"""Devices that show notices without the app open: opted in one by one, each by its own person."""

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from accounts.exceptions import PushIsOff
from accounts.models import PushSubscription, QuietHours
from accounts.quiet_hours import Quiet
from accounts.services.locks import lock_active_user, lock_device
from core import clock
from core.actor import Actor
from core.errors import Unauthenticated
from core.web_push.encryption import BrowserKeys


@dataclass(frozen=True, slots=True)
class Subscription:
    endpoint: str
    keys: BrowserKeys


@transaction.atomic
def subscribe(*, actor: Actor, subscription: Subscription) -> None:
    """Opt the caller's device in. Doing it again changes nothing.

    An endpoint is one browser: whoever had it before loses it. Of a person's devices `PUSH_SUBSCRIPTIONS_PER_PERSON`
    may be opted in, and the one longest ago gives way. Locks the user, so that two devices count each other, and then
    the device: the one that is logged out at the same time is either refused or its subscription is deleted with it.
    Raises `PushIsOff`, and `Unauthenticated` for whoever has no device or whose device ended meanwhile.
    """
    if not settings.WEB_PUSH:
        raise PushIsOff
    lock_active_user(actor.user_id)
    device = lock_device(actor.device_id) if actor.device_id is not None else None
    if device is None or device.revoked_at is not None:
        raise Unauthenticated
    PushSubscription.objects.filter(endpoint=subscription.endpoint).exclude(device_id=device.pk).delete()
    PushSubscription.objects.update_or_create(
        device_id=device.pk,
        defaults={
            "endpoint": subscription.endpoint,
            "public_key": subscription.keys.public_key,
            "auth_secret": subscription.keys.auth,
            "created_at": clock.now(),
        },
    )
    own = PushSubscription.objects.filter(device__user_id=actor.user_id).order_by("-created_at", "-pk")
    too_many = list(own.values_list("pk", flat=True)[settings.PUSH_SUBSCRIPTIONS_PER_PERSON :])
    PushSubscription.objects.filter(pk__in=too_many).delete()


def unsubscribe(*, actor: Actor) -> None:
    """Opt the caller's device out. Doing it again changes nothing."""
    if actor.device_id is not None:
        PushSubscription.objects.filter(device_id=actor.device_id).delete()


def set_quiet_hours(*, actor: Actor, quiet: Quiet) -> None:
    """When the caller's devices show nothing. The same time twice: never."""
    values = {"start_time": quiet.start_time, "end_time": quiet.end_time, "time_zone": quiet.time_zone}
    QuietHours.objects.update_or_create(user_id=actor.user_id, defaults=values)
