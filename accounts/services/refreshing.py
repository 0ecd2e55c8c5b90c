"""Staying logged in: a refresh token is traded for a new pair, on networks that lose answers and in browsers with tabs.

P3: a refresh token has exactly one winner. Whoever finds the current one under the lock of its device makes the next
pair; everybody else is given that very pair, or is refused. The states of a device, and what each token gets in them:

    in use   the present pair was used (or opened by a log-in)   current: a new pair, the device is *handed out*
                                                                 the one before: 409 for ten seconds, then theft
    handed   the present pair went out, nobody has used it yet   current: it arrived; a new pair, *handed out*
    out                                                          the one before: the same pair again
    ended    revoked, or over after 90 days                      any: 401

Older ones are theft in every state: the device is ended and its owner told. The pair follows from the token before it
and a random seed of the device, so that an answer lost at whatever point, and 64 uses at once, end with one and the
same pair. The seed goes when a token of the pair is used: from then on nobody can have the pair again.
"""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from accounts.exceptions import InvalidRefreshToken, TokenRotated
from accounts.models import Device, EarlierAccess, NotificationKind
from accounts.services.locks import lock_device
from accounts.services.notifications import notify
from accounts.services.sessions import Tokens, tokens_of
from accounts.tokens import RefreshClaim, read_refresh_token, sha256, successors
from core import clock
from core.logging import log_caller

# A second use that was on its way when the first one's answer was used already is no thief's.
ROTATION_GRACE = timedelta(seconds=10)
# Tabs that refresh without telling each other; the oldest of more is asked to refresh.
EARLIER_KEPT = 8


def refresh(*, refresh_token: str) -> Tokens:
    """Trade a refresh token for a new pair; the same pair again while nobody has used it.

    Locks the device. Raises `InvalidRefreshToken`; `TokenRotated` for ten seconds after the pair went out, if it is in
    use. Any later use of an old token means that two people hold it: the device is ended and its owner told, which
    commits although the request is refused.
    """
    claim = read_refresh_token(refresh_token)
    if claim is None:
        raise InvalidRefreshToken
    now = clock.now()
    with transaction.atomic():
        device = lock_device(claim.device_id)
        if device is None or device.revoked_at is not None or device.refresh_expires_at <= now:
            raise InvalidRefreshToken
        if bytes(device.refresh_sha256) == sha256(refresh_token):
            log_caller(device.user_id)
            return _rotate(device, refresh_token, now)
        if (again := _same_pair(device, refresh_token, claim, now)) is not None:
            log_caller(device.user_id)
            return again
        if claim.generation >= device.generation:
            raise InvalidRefreshToken
        if claim.generation == device.generation - 1 and now < device.rotated_at + ROTATION_GRACE:
            raise TokenRotated
        _end_stolen(device, now)
    raise InvalidRefreshToken


@transaction.atomic
def pair_is_used(*, device_id: int, access_sha256: bytes) -> None:
    """The first use of an access token: its pair has arrived, and the refresh token before it is void from now on."""
    fresh = Device.objects.filter(pk=device_id, access_sha256=access_sha256, successor_seed__isnull=False)
    fresh.update(successor_seed=None)


def _rotate(device: Device, refresh_token: str, now: datetime) -> Tokens:
    _keep_earlier_access(device, now)
    seed = secrets.token_bytes(32)
    device.generation += 1
    pair = next(successors(refresh_token, device_id=device.pk, generation=device.generation, seed=seed))
    device.successor_seed = seed
    device.access_sha256, device.refresh_sha256 = sha256(pair.access), sha256(pair.refresh)
    # Neither token outlives the device.
    device.access_expires_at = min(now + settings.ACCESS_TOKEN_LIFETIME, device.expires_at)
    device.refresh_expires_at = min(now + settings.REFRESH_TOKEN_LIFETIME, device.expires_at)
    device.rotated_at = device.last_used_at = now
    device.save(
        update_fields=[
            "generation",
            "successor_seed",
            "access_sha256",
            "access_expires_at",
            "refresh_sha256",
            "refresh_expires_at",
            "rotated_at",
            "last_used_at",
        ]
    )
    return tokens_of(device, pair.access, pair.refresh)


def _same_pair(device: Device, refresh_token: str, claim: RefreshClaim, now: datetime) -> Tokens | None:
    """The pair that was made for this token, if nobody has used it yet. That it fits proves that the token is the one
    before it."""
    if device.successor_seed is None or claim.generation != device.generation - 1:
        return None
    made = successors(
        refresh_token, device_id=device.pk, generation=device.generation, seed=bytes(device.successor_seed)
    )
    pair = next((pair for pair in made if sha256(pair.refresh) == bytes(device.refresh_sha256)), None)
    if pair is None:
        return None
    if now >= device.rotated_at + ROTATION_GRACE:
        # An answer lost long ago: its access token would have little time left. Parallel uses write nothing.
        device.rotated_at = device.last_used_at = now
        device.access_expires_at = min(now + settings.ACCESS_TOKEN_LIFETIME, device.expires_at)
        device.save(update_fields=["rotated_at", "last_used_at", "access_expires_at"])
    return tokens_of(device, pair.access, pair.refresh)


def _keep_earlier_access(device: Device, now: datetime) -> None:
    """The access token that another tab may hold stays good until it would have ended anyway."""
    earlier = EarlierAccess.objects.filter(device=device)
    earlier.filter(expires_at__lte=now).delete()
    if device.access_expires_at <= now:
        return
    oldest_kept = earlier.order_by("-pk").values_list("pk", flat=True)[EARLIER_KEPT - 1 : EARLIER_KEPT].first()
    if oldest_kept is not None:
        earlier.filter(pk__lte=oldest_kept).delete()
    EarlierAccess.objects.create(device=device, sha256=bytes(device.access_sha256), expires_at=device.access_expires_at)


def _end_stolen(device: Device, now: datetime) -> None:
    device.revoked_at = now
    device.save(update_fields=["revoked_at"])
    notify(
        user_id=device.user_id,
        kind=NotificationKind.DEVICE_REVOKED,
        params={"device": device.name or "a device"},
        dedupe_key=f"device-revoked:{device.pk}",
    )
