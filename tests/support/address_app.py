"""A web process that only says whom it takes its caller for: Granian, the settings, and `client_address`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import django
from django.core.handlers.wsgi import WSGIRequest

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

django.setup()

from core.throttling import client_address  # noqa: E402  # reads the settings


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    address = client_address(WSGIRequest(environ)).encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(address)))])
    return [address]
