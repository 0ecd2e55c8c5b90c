"""Silk, which development may put into the chain (`SILK=1`)."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from silk.middleware import SilkyMiddleware


class SilkOfPagesMiddleware(SilkyMiddleware):  # type: ignore[misc]  # silk has no types
    """Silk asks for Django's session and log-in by the names of their classes; ours, for pages alone, do the same."""

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
