"""Paths as clients write them: the providers take `//v3/transfers` (the official SDK's) and `/transaction/` as well."""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

MORE_THAN_ONE = re.compile(r"/{2,}")


def forgiving_paths(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Middleware: one slash for several, none at the end."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        request.path_info = MORE_THAN_ONE.sub("/", request.path_info).rstrip("/") or "/"
        return get_response(request)

    return answer
