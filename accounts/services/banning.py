"""Keeping a person out, and letting them back in. Staff do it in admin."""

from collections.abc import Collection

from django.db import transaction

from accounts.models import CustomUser, Device
from accounts.ports import OBLIGATIONS
from accounts.services.locks import lock_user
from accounts.services.sessions import revoke_devices
from core import clock
from core.errors import Forbidden


@transaction.atomic
def ban_user(*, user_id: int, staff_id: int) -> CustomUser:
    """Close the account to its owner: every token is refused from the next request on. Money stays as it is.

    Work that has not begun ends, by a job after the commit: others must not wait for somebody who cannot come back.

    Locks the user. Raises `NotFound`, and `Forbidden` for one's own account. Banning twice changes nothing.
    """
    if user_id == staff_id:
        raise Forbidden("You cannot ban yourself.")
    user = lock_user(user_id)
    if user.banned_at is None:
        user.banned_at = clock.now()
        user.is_active = False
        user.save(update_fields=["banned_at", "is_active"])
        revoke_devices(user_id=user_id)
        OBLIGATIONS.get().end_later(user_id=user_id, by_user_id=staff_id)
    return user


@transaction.atomic
def unban_user(*, user_id: int) -> CustomUser:
    """Open a banned account again; its owner logs in anew. One that is not banned stays as it is. Locks the user."""
    user = lock_user(user_id)
    if user.banned_at is not None:
        user.banned_at = None
        user.is_active = True
        user.save(update_fields=["banned_at", "is_active"])
    return user


@transaction.atomic
def end_devices(*, device_ids: Collection[int]) -> int:
    """Log out on these devices, whoever's they are. Returns how many were logged in."""
    return Device.objects.filter(pk__in=device_ids, revoked_at__isnull=True).update(revoked_at=clock.now())
