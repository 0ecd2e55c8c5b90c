"""The front: a WSGI application before Django that answers hits, because Django costs ten times what a hit does.

It answers only what needs nothing else: a GET of a cached operation with a bearer token, over TLS where that is asked
for, to a host that is allowed, and without an Origin (CORS is decided in Django, whose middleware serves hits as well).
Such a GET that is no hit goes to `core.read_handler`, which spares it the routes and what only pages need, and
everything else to Django; both with what the look-up brought, so nothing is asked twice. The front is not in use with
DEBUG on, where Debug Toolbar should see every request.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from contextlib import suppress
from time import perf_counter
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from django.conf import settings
from django.db import DatabaseError, connection
from django.http.request import split_domain_port, validate_host
from django.utils.http import parse_etags

from core.bearer import bearer_token
from core.cache.serving import admitted, asked_for, look_up
from core.cache.store import store
from core.logging import log_hit
from core.metrics import observe_request
from core.read_handler import ReadHandler, constant_headers
from core.request_id import request_id_from

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ASKED = "payshift.cached_read"
LOOKUP = "payshift.cache_lookup"


def strong(tag: str) -> str:
    """For If-None-Match, which compares weakly (RFC 9110, 13.1.2): a proxy that compresses turns "x" into W/"x"."""
    return tag.removeprefix("W/")


class CachedReadFront:
    def __init__(self, application: WSGIApplication, reads: ReadHandler | None = None) -> None:
        self.application = application
        self.reads = reads
        self.hosts: dict[str, bool] = {}
        self._has_met_database = False
        self._meeting = threading.Lock()
        self.headers = [
            ("Content-Type", "application/json"),
            ("Cache-Status", "payshift; hit"),
            ("Cache-Control", "private, no-cache"),
            ("Vary", "Authorization, origin"),
            *constant_headers(),
        ]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        started = perf_counter()
        token = bearer_token(environ.get("HTTP_AUTHORIZATION", ""))
        if (
            environ["REQUEST_METHOD"] != "GET"
            or not token
            or "HTTP_ORIGIN" in environ
            or not self.is_admissible(environ)
        ):
            return self.application(environ, start_response)
        query = environ.get("QUERY_STRING", "")
        asked = asked_for(environ["PATH_INFO"], parse_qsl(query, keep_blank_values=True) if query else [])
        if asked is None:
            return self._go_on(environ, start_response)
        if not self._has_met_database:
            self._meet_database()
        environ[ASKED] = asked
        lookup = environ[LOOKUP] = look_up(token, asked)
        actor = admitted(asked, lookup)
        if lookup is None or actor is None:
            try:
                return self._go_on(environ, start_response)
            finally:
                # For what is answered above the middleware that does the same.
                store.give_back(lookup)
        asked.read.count("hit")
        request_id = request_id_from(environ.get("HTTP_X_REQUEST_ID", ""))
        tag = lookup.entry_meta.partition(b" ")[0].decode()
        headers = [*self.headers, ("ETag", tag), ("X-Request-ID", request_id)]
        known = environ.get("HTTP_IF_NONE_MATCH")
        modified = known is None or (known.strip() != "*" and tag not in map(strong, parse_etags(known)))
        log_hit(path=environ["PATH_INFO"], code=200 if modified else 304, request_id=request_id, user_id=actor.user_id)
        observe_request(asked.read.operation, 200 if modified else 304, perf_counter() - started)
        if not modified:
            start_response("304 Not Modified", headers)
            return [b""]
        start_response("200 OK", [*headers, ("Content-Length", str(len(lookup.body)))])
        return [lookup.body]

    def _go_on(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """What the front would answer if it had the bytes."""
        if self.reads is not None and self.reads.takes(environ):
            return self.reads(environ, start_response)
        return self.application(environ, start_response)

    def _meet_database(self) -> None:
        """Before the first hit of a process: a database that was restored meanwhile voids the cache when somebody
        connects to it (`core.cache.lineage`), and hits connect to none. One that is away is met when it is back.
        """
        with self._meeting:
            if not self._has_met_database and connection.connection is None:
                with suppress(DatabaseError):
                    connection.ensure_connection()
                connection.close()
            self._has_met_database = True

    def is_admissible(self, environ: WSGIEnvironment) -> bool:
        """The checks of SecurityMiddleware and of the host, for whom Django says no itself."""
        if settings.SECURE_SSL_REDIRECT and environ.get("HTTP_X_FORWARDED_PROTO") != "https":
            return False
        host = environ.get("HTTP_HOST", "")
        allowed = self.hosts.get(host)
        if allowed is None:
            allowed = validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS)
            if len(self.hosts) < 1000:
                self.hosts[host] = allowed
        return allowed
