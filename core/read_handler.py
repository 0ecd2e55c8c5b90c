"""Reads of the API without Django's routes and most of its middleware, which cost a fifth of such a request.

An operation is declared once, with Ninja: its path, its query, who may ask and what answers. A GET of it runs here in
Django's own request cycle, with those of its middleware that such a request needs (settings.READ_MIDDLEWARE); what the
others would add to the answer is the same for each, and added here. Only what the front (`core.cache.front`) lets
through comes here, and of that, whatever is unusual goes on to Django all the same. A test holds the answers of both
ways against each other.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.csp import build_policy
from django.utils.module_loading import import_string

from core.problems import API_PREFIX

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from django.http.response import HttpResponseBase
    from django.urls.resolvers import RoutePattern
    from ninja.operation import Operation

    from core.api import PayshiftAPI

FOUND = "payshift.read"


def constant_headers() -> list[tuple[str, str]]:
    """What Django's middleware adds to each answer below /api/ that goes over TLS, where that is asked for."""
    headers = [
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", settings.X_FRAME_OPTIONS),
        ("Referrer-Policy", settings.SECURE_REFERRER_POLICY),
        ("Cross-Origin-Opener-Policy", settings.SECURE_CROSS_ORIGIN_OPENER_POLICY),
        ("Content-Security-Policy", build_policy(settings.SECURE_CSP)),
    ]
    if settings.SECURE_HSTS_SECONDS:
        lasting = f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains; preload"
        headers.append(("Strict-Transport-Security", lasting))
    return headers


class ReadHandler(WSGIHandler):
    def __init__(self, api: PayshiftAPI) -> None:
        self._headers = constant_headers()
        self._plain: dict[str, Operation] = {}
        # By the first part of their path: few are tried for a request.
        self._patterns: defaultdict[str, list[tuple[RoutePattern, Operation]]] = defaultdict(list)
        for pattern, operation in api.routes():
            if "GET" not in operation.methods:
                continue
            route = str(pattern)
            if pattern.converters:
                self._patterns[route.partition("/")[0]].append((pattern, operation))
            else:
                self._plain[route] = operation
        super().__init__()

    def load_middleware(self, is_async: bool = False) -> None:
        handler = convert_exception_to_response(run)
        for name in reversed(settings.READ_MIDDLEWARE):
            handler = convert_exception_to_response(import_string(name)(handler))
        self._middleware_chain = handler

    def takes(self, environ: WSGIEnvironment) -> bool:
        """Whether this GET is for an operation and has nothing unusual; the operation is then kept in `environ`."""
        path: str = environ["PATH_INFO"]
        if (
            not path.startswith(API_PREFIX)
            or not path.isascii()
            or not path.isprintable()
            or "%00" in environ.get("QUERY_STRING", "")
            or environ.get("CONTENT_LENGTH") not in {None, "", "0"}
            or "HTTP_TRANSFER_ENCODING" in environ
            or environ.get("SCRIPT_NAME")
        ):
            return False
        environ[FOUND] = found = self._find(path.removeprefix(API_PREFIX))
        return found is not None

    def _find(self, path: str) -> tuple[Operation, dict[str, Any]] | None:
        """The operation, and what its path names."""
        if (operation := self._plain.get(path)) is not None:
            return operation, {}
        for pattern, operation in self._patterns.get(path.partition("/")[0], ()):
            if match := pattern.match(path):
                return operation, match[2]
        return None

    def get_response(self, request: HttpRequest) -> HttpResponseBase:
        response = super().get_response(request)
        for name, value in self._headers:
            response.headers.setdefault(name, value)
        # Its own answer depends on none, but another one is given to who names an origin.
        patch_vary_headers(response, ("origin",))
        if isinstance(response, HttpResponse):
            response.headers.setdefault("Content-Length", str(len(response.content)))
        return response


def run(request: HttpRequest) -> HttpResponseBase:
    """The operation with all that Ninja does for it: who asks, what the query says, and problems for exceptions."""
    operation, values = request.META[FOUND]
    response: HttpResponseBase = operation.run(request, **values)
    return response
