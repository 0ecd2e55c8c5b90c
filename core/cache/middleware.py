"""Serves a hit before Ninja is reached; where the WSGI front stands before Django, it has looked already."""

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers

from core.actor import ApiRequest
from core.bearer import bearer_token
from core.cache.front import ASKED, LOOKUP
from core.cache.reads import entity_tag, hit_response
from core.cache.serving import admitted, asked_for, look_up
from core.cache.store import store
from core.logging import log_caller


class CachedReadMiddleware:
    """Sits below request ids and CORS and above everything that only pages need."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        token = bearer_token(request.META.get("HTTP_AUTHORIZATION", ""))
        if not token or not request.path_info.startswith("/api/"):
            response = self.get_response(request)
            # Operations that are open to all.
            return conditional(request, response) if hasattr(request, "operation_id") else response
        asked = request.META.get(ASKED)
        if asked is None and request.method == "GET":
            query = [(name, value) for name, values in request.GET.lists() for value in values]
            asked = asked_for(request.path_info, query)
        lookup = request.META.get(LOOKUP) or look_up(token, asked)
        request.cache_lookup = lookup  # type: ignore[attr-defined]  # for BearerAuth and CachedRead.answer
        actor = admitted(asked, lookup)
        if asked is None or lookup is None or actor is None:
            try:
                return conditional(request, self.get_response(request))
            finally:
                # Refused before the operation got to it: by a role, by a query that is none.
                store.give_back(lookup)
        served = cast(ApiRequest, request)
        served.auth = actor
        log_caller(actor.user_id)
        request.operation_id = asked.read.operation  # type: ignore[attr-defined]  # for logs and metrics
        asked.read.count("hit")
        return hit_response(served, lookup)


def conditional(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Every other read says that it came from the database, and spares the bytes that the client already has."""
    if request.method != "GET" or response.status_code != 200 or "ETag" in response.headers:
        return response
    if not isinstance(response, HttpResponse) or response.streaming:
        return response
    tag = entity_tag(response.content)
    response.headers["ETag"] = tag
    response.headers["Cache-Status"] = "payshift; fwd=bypass"
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "private, no-cache"
        patch_vary_headers(response, ["Authorization"])
    return get_conditional_response(request, etag=tag, response=response) or response
