"""Bearer authentication: the default of every operation. One query, none when the token's cache entry is valid.

The first use of a new pair writes that it is used (see `accounts.services.refreshing`), and a token from before a
refresh takes a second query.
"""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer

from accounts.models import Device, EarlierAccess
from accounts.services.refreshing import pair_is_used
from accounts.tokens import sha256
from core import clock
from core.actor import Actor, Role
from core.bearer import bearer_token
from core.cache.store import Lookup
from core.cache.tokens import actor_of, keep_token
from core.errors import Unauthenticated


class BearerAuth(HttpBearer):
    def __call__(self, request: HttpRequest) -> Any:
        """Raise `Unauthenticated` where Ninja would answer a bare 401."""
        token = bearer_token(request.headers.get("Authorization", ""))
        if not token:
            raise Unauthenticated
        return self.authenticate(request, token)

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        lookup: Lookup | None = getattr(request, "cache_lookup", None)
        return actor_of(lookup) or load_actor(token, lookup)


def load_actor(token: str, lookup: Lookup | None) -> Actor:
    """Whose token it is, from the database; kept in the cache under the stamp taken before.

    Raises `Unauthenticated` for an unknown, expired or revoked token and for a banned or deleted user.
    """
    digest = sha256(token)
    device, expires_at = _current(digest) or _earlier(digest) or (None, None)
    if device is None or expires_at is None:
        raise Unauthenticated("The access token is unknown, expired or revoked. Refresh it, or log in again.")
    actor = Actor(user_id=device.user_id, role=Role(device.user.role), device_id=device.pk)
    if lookup is not None:
        keep_token(
            digest,
            lookup=lookup,
            actor=actor,
            expires_at=expires_at,
            entities=[f"device:{device.pk}", f"login:{device.user_id}"],
        )
    return actor


def _current(digest: bytes) -> tuple[Device, datetime] | None:
    device = (
        Device.objects.planned()
        .select_related("user")
        .filter(
            access_sha256=digest,
            access_expires_at__gt=clock.now(),
            revoked_at__isnull=True,
            user__is_active=True,
        )
        .only("access_expires_at", "successor_seed", "user__role")
        .first()
    )
    if device is None:
        return None
    if device.successor_seed is not None:
        pair_is_used(device_id=device.pk, access_sha256=digest)
    return device, device.access_expires_at


def _earlier(digest: bytes) -> tuple[Device, datetime] | None:
    """Of a tab that has not heard of the refresh by another one."""
    earlier = (
        EarlierAccess.objects.planned()
        .select_related("device__user")
        .filter(
            sha256=digest, expires_at__gt=clock.now(), device__revoked_at__isnull=True, device__user__is_active=True
        )
        .only("expires_at", "device__user__role")
        .first()
    )
    return None if earlier is None else (earlier.device, earlier.expires_at)
