"""From a request line to a hit: which cached operation it asks for, and whether this caller may have the entry."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from core.actor import Actor
from core.bearer import token_key
from core.cache.reads import CachedRead
from core.cache.store import Lookup, store
from core.cache.tokens import actor_of


@dataclass(frozen=True, slots=True)
class Asked:
    """A cached operation and its parameters, as the path and the query name them."""

    read: CachedRead
    params: dict[str, Any]


def asked_for(path: str, query: Sequence[tuple[str, str]]) -> Asked | None:
    """None for another operation, and for malformed parameters, which Ninja refuses with a proper problem."""
    named = dict(query)
    if len(named) < len(query):
        return None
    for read in CachedRead.registry:
        match = read.pattern.match(path)
        if match is None:
            continue
        params: dict[str, Any] = {name: int(value) for name, value in match.groupdict().items()}
        if not named:
            params |= read.defaults
        elif read.query is not None:
            try:
                params |= read.query.model_validate_strings(named).model_dump()
            except ValidationError:
                return None
        else:
            return None
        return Asked(read, params)
    return None


def look_up(token: str, asked: Asked | None) -> Lookup | None:
    """The one round trip: token, entry, and the proof that both are current. Only the token's hash goes to Redis."""
    digest = hashlib.sha256(token.encode()).digest()
    return store.read(token_key=token_key(digest), entry_key=asked.read.entry_key(asked.params) if asked else "")


def admitted(asked: Asked | None, lookup: Lookup | None) -> Actor | None:
    """The caller who may be served the entry; None where there is no hit for them, for whatever reason."""
    if asked is None or lookup is None or not lookup.body:
        return None
    actor = actor_of(lookup)
    if actor is None or not asked.read.allowed(actor, asked.params) or not asked.read.may_see(actor, lookup):
        return None
    return actor
