"""Cached reads: declared once, answered from bytes, filled only when provably current.

A `CachedRead` names an operation, its path, its time to live and the key of what it shows. The operation calls
`answer(...)` with a builder; `core.cache.middleware` serves hits before Ninja is reached. The key never holds the URL
and the bytes never hold the caller's own data, except under `{viewer}`, where the key names the caller.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.utils.cache import get_conditional_response
from pydantic import BaseModel

from core.actor import Actor, ApiRequest
from core.cache.entries import Entries
from core.cache.store import Lookup, store


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer and the entities it shows. `only_for`: the bytes may be served to this user alone (None: to all)."""

    content: BaseModel | bytes
    entities: frozenset[str]
    only_for: int | None = None


type Params = Mapping[str, Any]


def anyone(actor: Actor, params: Params) -> bool:
    """The access rule of an operation that every logged-in user may call."""
    return True


class CachedRead(Entries):
    """One cached operation.

    `key` is a pattern over the path parameters, the fields of `query` and `{viewer}` (the caller's id). The form of
    `shows`, the answer's schema, is part of it: two releases that run side by side are not served each other's bytes.
    `allowed` decides from the token and the parameters alone whether a hit may be served; who is refused here takes
    the long way and gets the proper error from the selector.
    """

    registry: list["CachedRead"] = []

    def __init__(
        self,
        *,
        operation: str,
        path: str,
        ttl_seconds: int,
        key: str,
        shows: type[BaseModel],
        query: type[BaseModel] | None = None,
        allowed: Callable[[Actor, Params], bool] = anyone,
    ) -> None:
        super().__init__(name=operation, ttl_seconds=ttl_seconds)
        self.operation = operation
        self.path = path
        self.key = key
        self._prefix = f"{operation}.{form_of(shows)}:"
        self.query = query
        # Validated once: most requests have no query.
        self.defaults = query.model_validate_strings({}).model_dump() if query is not None else {}
        self.allowed = allowed
        self.pattern = re.compile("^/api" + re.sub(r"\{int:(\w+)\}", r"(?P<\1>[0-9]{1,18})", path) + r"\Z")
        CachedRead.registry.append(self)

    def entry_key(self, params: Params) -> str:
        """The key of one entry; `{viewer}` stays for Redis to fill in, since only the token says who it is."""
        return self._prefix + self.key.format_map({"viewer": "{viewer}", **params})

    def answer(self, request: ApiRequest, *, build: Callable[[], Shown], params: Params | None = None) -> HttpResponse:
        """The cached entry, or what `build` makes of the database, stored when that is provably current.

        `build` runs after the stamp is taken, so it must do all its reading inside. It may raise: nothing is stored.
        """
        key = self.entry_key(params or {}).replace("{viewer}", str(request.auth.user_id))
        lookup: Lookup | None = getattr(request, "cache_lookup", None)
        if lookup is None or lookup.entry_key != key:
            lookup = store.read(entry_key=key)
        lookup = self.await_leader(key, lookup)
        if lookup is not None and lookup.body and self.may_see(request.auth, lookup):
            self.count("hit")
            return hit_response(request, lookup)
        with self.leading(lookup):
            shown = build()
            content = shown.content
            body = content if isinstance(content, bytes) else content.model_dump_json(by_alias=True).encode()
            meta = describe(body, shown.only_for)
            if lookup is None:
                self.count("bypass")
                return bytes_response(request, body, meta, "payshift; fwd=bypass")
            stored = self.keep(key, lookup, meta=meta, body=body, entities=shown.entities)
        return bytes_response(request, body, meta, f"payshift; fwd=miss{'; stored' if stored else ''}")

    @staticmethod
    def may_see(actor: Actor, lookup: Lookup) -> bool:
        only_for = lookup.entry_meta.partition(b" ")[2]
        return not only_for or int(only_for) == actor.user_id


def form_of(schema: type[BaseModel]) -> str:
    return hashlib.blake2b(
        json.dumps(schema.model_json_schema(mode="serialization"), sort_keys=True).encode(), digest_size=4
    ).hexdigest()


def describe(body: bytes, only_for: int | None) -> bytes:
    """An entry's meta: its entity tag, then whom it is for (empty: for all)."""
    return f"{entity_tag(body)} {'' if only_for is None else only_for}".encode()


def entity_tag(body: bytes) -> str:
    return f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'


def hit_response(request: ApiRequest, lookup: Lookup) -> HttpResponse:
    return bytes_response(request, lookup.body, lookup.entry_meta, "payshift; hit")


def bytes_response(request: ApiRequest, body: bytes, meta: bytes, cache_status: str) -> HttpResponse:
    tag = meta.partition(b" ")[0].decode()
    response = HttpResponse(body, content_type="application/json")
    response.headers["ETag"] = tag
    if "HTTP_IF_NONE_MATCH" in request.META:
        response = get_conditional_response(request, etag=tag, response=response) or response
    response.headers["Cache-Status"] = cache_status
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Authorization"
    return response
