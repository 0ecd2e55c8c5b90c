"""Access tokens in the cache: an authenticated request costs no query while its token's entry is valid."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from core import clock
from core.actor import Actor, Role
from core.bearer import token_key
from core.cache.store import Lookup, store

MAX_TTL_SECONDS = 900


def actor_of(lookup: Lookup | None) -> Actor | None:
    """The caller, when the token's entry was valid and the token has not expired by our own clock."""
    if lookup is None or not lookup.token_meta:
        return None
    actor, expires_at = _facts_of(lookup.token_meta)
    return actor if expires_at > clock.now().timestamp() else None


@lru_cache(maxsize=10_000)
def _facts_of(meta: bytes) -> tuple[Actor, float]:
    """The caller, and until when by the clock of `core.clock`."""
    user_id, device_id, expires_at, role = meta.split()
    return Actor(user_id=int(user_id), role=Role(role.decode()), device_id=int(device_id)), float(expires_at)


def keep_token(digest: bytes, *, lookup: Lookup, actor: Actor, expires_at: datetime, entities: Iterable[str]) -> None:
    """Store what the database said of a token, under the stamp taken before it was asked."""
    remaining_ms = int((expires_at - clock.now()).total_seconds() * 1000)
    store.fill(
        key=token_key(digest),
        stamp=lookup.stamp,
        ttl_ms=max(1, min(remaining_ms, MAX_TTL_SECONDS * 1000)),
        meta=f"{actor.user_id} {actor.device_id} {expires_at.timestamp()} {actor.role}".encode(),
        body=str(actor.user_id).encode(),
        entities=entities,
    )
