"""Bearer authentication: the default of every operation. One query, none when the token's cache entry is valid.

The first use of a new pair writes that it is used (see `accounts.services.refreshing`) and asks once more, and a token
from before a refresh takes a second query.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja.security import HttpBearer

from accounts.models import Device, EarlierAccess
from accounts.services.refreshing import pair_is_used
from accounts.tokens import sha256
from core import clock
from core.actor import Actor, Role
from core.bearer import bearer_token, token_key
from core.cache.store import Lookup, store
from core.cache.tokens import actor_of, keep_token
from core.errors import Unauthenticated
from core.listings import Given, Prepared
from core.logging import log_caller


class BearerAuth(HttpBearer):
    def __call__(self, request: HttpRequest) -> Any:
        """Raise `Unauthenticated` where Ninja would answer a bare 401."""
        token = bearer_token(request.META.get("HTTP_AUTHORIZATION", ""))
        if not token:
            raise Unauthenticated
        return self.authenticate(request, token)

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        lookup: Lookup | None = getattr(request, "cache_lookup", None)
        actor = actor_of(lookup) or load_actor(token, lookup)
        log_caller(actor.user_id)
        return actor


def load_actor(token: str, lookup: Lookup | None) -> Actor:
    """Whose token it is, from the database; kept in the cache under the stamp taken before.

    Raises `Unauthenticated` for an unknown, expired or revoked token and for a banned or deleted user.
    """
    digest = sha256(token)
    known = _known(digest)
    if known is not None and known.unheard_of is not None:
        pair_is_used(device_id=known.unheard_of, access_sha256=digest)
        if lookup is not None:
            # That write voided what was looked up before it. Asked again, the token is kept from its first use on, and
            # whoever comes next finds it: the stream of hints, which knows tokens from the cache alone.
            lookup, known = store.read(token_key=token_key(digest)), _known(digest)
    if known is None:
        raise Unauthenticated("The access token is unknown, expired or revoked. Refresh it, or log in again.")
    actor = known.actor
    if lookup is not None:
        keep_token(
            digest,
            lookup=lookup,
            actor=actor,
            expires_at=known.expires_at,
            entities=[f"device:{actor.device_id}", f"login:{actor.user_id}"],
        )
    return actor


@dataclass(frozen=True, slots=True)
class Known:
    """`unheard_of`: the device whose pair went out, where this is the first that is heard of it."""

    actor: Actor
    expires_at: datetime
    unheard_of: int | None = None


def _devices(given: Given) -> QuerySet[Device]:
    """`given`: `sha256` of an access token, and `now`."""
    return Device.objects.filter(
        access_sha256=given["sha256"],
        access_expires_at__gt=given["now"],
        revoked_at__isnull=True,
        user__is_active=True,
    )


# Asked at each request that the cache does not answer for.
DEVICE = Prepared(
    _devices, ("pk", "user_id", "user__role", "access_expires_at", "successor_seed"), given=("sha256", "now")
)


def _known(digest: bytes) -> Known | None:
    return _current(digest) or _earlier(digest)


def _current(digest: bytes) -> Known | None:
    rows = DEVICE.rows(sha256=digest, now=clock.now())
    if not rows:
        return None
    device_id, user_id, role, expires_at, successor_seed = rows[0]
    actor = Actor(user_id=user_id, role=Role(role), device_id=device_id)
    return Known(actor, expires_at, unheard_of=None if successor_seed is None else device_id)


def _earlier(digest: bytes) -> Known | None:
    """Of a tab that has not heard of the refresh by another one."""
    earlier = EarlierAccess.objects.filter(
        sha256=digest, expires_at__gt=clock.now(), device__revoked_at__isnull=True, device__user__is_active=True
    )
    found = earlier.values_list("device_id", "device__user_id", "device__user__role", "expires_at").first()
    if found is None:
        return None
    device_id, user_id, role, expires_at = found
    return Known(Actor(user_id=user_id, role=Role(role), device_id=device_id), expires_at)
