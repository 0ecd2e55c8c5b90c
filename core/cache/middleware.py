"""Serves a hit before Ninja: one round trip brings the token, the entry and the proof that both are current."""

import hashlib
from collections.abc import Callable
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from pydantic import ValidationError

from core.actor import ApiRequest
from core.cache.reads import CachedRead, entity_tag, hit_response
from core.cache.store import Lookup, store
from core.cache.tokens import actor_of, token_key

BEARER = "Bearer "


class CachedReadMiddleware:
    """Sits below request ids and CORS and above everything that only pages need."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        authorization = request.META.get("HTTP_AUTHORIZATION", "")
        if not authorization.startswith(BEARER) or not request.path_info.startswith("/api/"):
            return self.get_response(request)
        digest = hashlib.sha256(authorization[len(BEARER) :].encode()).digest()
        read, params = cached_read_of(request)
        lookup = store.read(token_key=token_key(digest), entry_key=read.entry_key(params) if read else "")
        cast(Any, request).cache_lookup = lookup
        if read is not None and lookup is not None and lookup.body:
            response = serve(cast(ApiRequest, request), read, params, lookup)
            if response is not None:
                return response
        return conditional(request, self.get_response(request))


def conditional(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Every other read says that it came from the database, and spares the bytes that the client already has."""
    if request.method != "GET" or response.status_code != 200 or "ETag" in response.headers:
        return response
    if not isinstance(response, HttpResponse) or response.streaming:
        return response
    tag = entity_tag(response.content)
    response.headers["ETag"] = tag
    response.headers["Cache-Status"] = "payshift; fwd=bypass"
    response.headers["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ["Authorization"])
    return get_conditional_response(request, etag=tag, response=response) or response


def cached_read_of(request: HttpRequest) -> tuple[CachedRead | None, dict[str, Any]]:
    """The cached operation that this request is for, and its parameters; none if any of them is malformed."""
    if request.method != "GET":
        return None, {}
    for read in CachedRead.registry:
        match = read.pattern.match(request.path_info)
        if match is None:
            continue
        params: dict[str, Any] = {name: int(value) for name, value in match.groupdict().items()}
        query = request.GET.dict()
        if read.query is not None:
            try:
                params |= read.query.model_validate_strings(query).model_dump()
            except ValidationError:
                return None, {}
        elif query:
            return None, {}
        return read, params
    return None, {}


def serve(request: ApiRequest, read: CachedRead, params: dict[str, Any], lookup: Lookup) -> HttpResponseBase | None:
    """The hit, if the token is good and the operation's access rule lets this caller have it."""
    actor = actor_of(lookup)
    if actor is None or not read.allowed(actor, params) or not read.may_see(actor, lookup):
        return None
    request.auth = actor
    request.operation_id = read.operation  # type: ignore[attr-defined]  # for logs and metrics, as Ninja's way sets it
    read.count("hit")
    return hit_response(request, lookup)
