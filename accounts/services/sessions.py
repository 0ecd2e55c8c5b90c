"""Logging in and out: one device row for each place, two opaque tokens each. `refreshing` keeps a device logged in."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.exceptions import BadCredentials, Banned, EmailNotVerified
from accounts.models import CustomUser, Device, EarlierAccess, NotificationKind
from accounts.services.locks import lock_user
from accounts.services.notifications import notify
from accounts.services.origins import count_log_in, forgive_log_in, origin_of
from accounts.services.second_factor import require_second_factor
from accounts.tokens import new_access_token, new_refresh_token, sha256
from core import clock
from core.actor import Actor
from core.errors import NotFound
from core.logging import log_caller


@dataclass(frozen=True, slots=True)
class Tokens:
    user_id: int
    device_id: int
    access_token: str
    access_expires_at: datetime
    refresh_token: str
    refresh_expires_at: datetime


def log_in(
    *, email: str, password: str, device_name: str, address: str, second_factor_code: str | None = None
) -> Tokens:
    """Check the password and open a device; tells the owner about it.

    Raises `TooManyRequests`, `BadCredentials` (same answer and same work for an unknown e-mail), and with the right
    password `Banned`, `EmailNotVerified`, and for whoever has a second factor `SecondFactorRequired`,
    `InvalidSecondFactor` or `SecondFactorLocked`.
    """
    count_log_in(email=email, address=address)
    user = CustomUser.objects.planned().with_email(email).first()
    if user is None:
        make_password(password)
        raise BadCredentials
    if not user.check_password(password):
        raise BadCredentials
    log_caller(user.pk)
    if not user.is_active:
        raise Banned
    if user.email_verified_at is None:
        raise EmailNotVerified
    require_second_factor(user_id=user.pk, code=second_factor_code)
    forgive_log_in(email=email, address=address)
    return open_device(user=user, name=device_name, address=address)


@transaction.atomic
def open_device(*, user: CustomUser, name: str, address: str = "") -> Tokens:
    """A new device with its first pair of tokens.

    Locks the user. Raises `Banned`, and `BadCredentials` when the password changed since it was compared: hashing takes
    a while, and who changes it ends only the devices that there are by then.
    """
    now = clock.now()
    current = lock_user(user.pk)
    if not current.is_active:
        raise Banned
    if current.password != user.password:
        raise BadCredentials
    expires_at = now + settings.DEVICE_LIFETIME
    access = new_access_token()
    device = Device.objects.create(
        user=user,
        name=name,
        created_at=now,
        last_used_at=now,
        rotated_at=now,
        expires_at=expires_at,
        origin=origin_of(address) if address else None,
        access_sha256=sha256(access),
        access_expires_at=now + settings.ACCESS_TOKEN_LIFETIME,
        # The refresh token names the device, whose id is known only now.
        refresh_sha256=sha256(f"unissued:{access}"),
        refresh_expires_at=min(now + settings.REFRESH_TOKEN_LIFETIME, expires_at),
    )
    refresh = new_refresh_token(device_id=device.pk, generation=0)
    device.refresh_sha256 = sha256(refresh)
    device.save(update_fields=["refresh_sha256"])
    notify(
        user_id=user.pk,
        kind=NotificationKind.NEW_DEVICE,
        params={"device": name or "a new device"},
        dedupe_key=f"device:{device.pk}",
    )
    return tokens_of(device, access, refresh)


def log_out(*, actor: Actor) -> None:
    """End this device; its tokens are refused from the next request on."""
    if actor.device_id is not None:
        Device.objects.filter(pk=actor.device_id, revoked_at__isnull=True).update(revoked_at=clock.now())


def revoke_devices(*, user_id: int, except_device_id: int | None = None) -> int:
    """End all devices of a person, but for one if named. Returns how many."""
    devices = Device.objects.filter(user_id=user_id, revoked_at__isnull=True)
    if except_device_id is not None:
        devices = devices.exclude(pk=except_device_id)
    return devices.update(revoked_at=clock.now())


def end_earlier_access(*, user_id: int) -> None:
    """Access tokens from before a refresh end: what the person changed must hold for every tab at once."""
    EarlierAccess.objects.filter(device__user_id=user_id).delete()


def revoke_device(*, actor: Actor, device_id: int) -> None:
    """End one of the caller's devices. Raises `NotFound`, also for one that is ended already."""
    devices = Device.objects.filter(pk=device_id, user_id=actor.user_id, revoked_at__isnull=True)
    if not devices.update(revoked_at=clock.now()):
        raise NotFound("You have no such device.")


def tokens_of(device: Device, access: str, refresh: str) -> Tokens:
    return Tokens(
        user_id=device.user_id,
        device_id=device.pk,
        access_token=access,
        access_expires_at=device.access_expires_at,
        refresh_token=refresh,
        refresh_expires_at=device.refresh_expires_at,
    )
