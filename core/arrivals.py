"""Outermost in a web process: how long requests waited for a thread, how many threads are busy, and a proxy's mistake.

The proxy in front says when it passed a request on (`X-Request-Start: t=<milliseconds>`); only a proxy that is
counted in NUM_PROXIES is believed, since a client can send any header. Both clocks must agree: on one machine they do,
elsewhere NTP sees to it.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

import structlog
from django.conf import settings

from core.metrics import BUSY_THREADS, QUEUED_SECONDS, THREADS
from core.seldom import Seldom

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# Milliseconds as Caddy writes them, or seconds with a fraction as nginx does ($msec).
STARTED_AT = re.compile(r"t=(?:(?P<ms>\d{13})|(?P<seconds>\d{10}\.\d{3}))", re.ASCII)
# A clock that is wrong by hours must not look like a queue.
LONGEST_SECONDS = 120.0
NO_SCHEME = "proxy_does_not_say_how_it_was_reached"

logger = structlog.get_logger(__name__)


class Arrivals:
    def __init__(self, application: WSGIApplication) -> None:
        self.application = application
        self.believes = settings.NINJA_NUM_PROXIES > 0
        if threads := os.environ.get("GRANIAN_BLOCKING_THREADS"):
            THREADS.set(int(threads))
        self._exempt = re.compile("|".join(settings.SECURE_REDIRECT_EXEMPT))
        self._seldom = Seldom()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if self.believes and (started := environ.get("HTTP_X_REQUEST_START")):
            observe_queue(started)
        if settings.SECURE_SSL_REDIRECT and not environ.get("HTTP_X_FORWARDED_PROTO"):
            self._mind_the_scheme(environ["PATH_INFO"])
        BUSY_THREADS.inc()
        try:
            return self.application(environ, start_response)
        finally:
            BUSY_THREADS.dec()

    def _mind_the_scheme(self, path: str) -> None:
        """Each such request is sent to TLS, and comes back the same way: nothing else would say why."""
        if not self._exempt.match(path.lstrip("/")) and self._seldom.is_due():
            logger.warning(NO_SCHEME, hint="Let the proxy send X-Forwarded-Proto: without it everybody is redirected.")


def observe_queue(started: str) -> None:
    """Count what the header says; nothing where it says nothing sensible."""
    if match := STARTED_AT.fullmatch(started):
        since = int(match["ms"]) / 1000 if match["ms"] else float(match["seconds"])
        # Real time, whatever development's clock says: it is compared with another machine's.
        waited = time.time() - since
        if waited <= LONGEST_SECONDS:
            QUEUED_SECONDS.observe(max(waited, 0.0))
