"""The web client's page: the same for each of its screens, with a policy of its own.

The build says which paths are screens (`web/dist/routes.json`); anything else is a real 404. Without a build there is
no screen: the first page says so, and the API is all there is.
"""

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.csp import CSP
from django.utils.decorators import method_decorator
from django.utils.html import escape
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe
from django.views.generic import View

from payshift.branding import Brand, brand

# Nothing from elsewhere, nothing inline, no string as HTML: a token in memory is only as safe as the page's scripts.
POLICY: dict[str, Any] = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:", "blob:"],
    # And of hints, where they have an origin of their own.
    "connect-src": [CSP.SELF, *filter(None, [settings.EVENTS_URL])],
    "manifest-src": [CSP.SELF],
    "worker-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "require-trusted-types-for": ["'script'"],
    "trusted-types": ["payshift"],
}
# The page asks for the device's position (search, check-in) and for nothing else.
PERMISSIONS = "geolocation=(self), camera=(), microphone=(), payment=()"
# A build takes some seconds more than the start of the API.
LOOK_AGAIN_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Build:
    page: bytes
    screens: re.Pattern[str]


def build() -> Build | None:
    """The build that is there now. One file status per page: a new build is served without a restart."""
    try:
        changed = (settings.WEB_CLIENT_DIST / "routes.json").stat().st_mtime_ns
    except FileNotFoundError:
        return None
    return _read(settings.WEB_CLIENT_DIST, changed, brand(), settings.EVENTS_URL)


@lru_cache(maxsize=2)
def _read(dist: Path, changed: int, brand: Brand, events_url: str) -> Build:
    screens = [re.sub(r"\\\$\w+", "[^/]+", re.escape(path)) for path in json.loads((dist / "routes.json").read_text())]
    page = brand.on((dist / "index.html").read_text())
    page = page.replace('name="events" content="', f'name="events" content="{escape(events_url)}')
    return Build(page.encode(), re.compile("|".join(screens)))


class AppPath:
    """Matches the paths of the app's screens, and nothing else: what it refuses, later patterns may take."""

    regex = ".*"

    def to_python(self, value: str) -> str:
        there = build()
        if there is None or not there.screens.fullmatch(f"/{value}"):
            raise ValueError
        return value

    def to_url(self, value: str) -> str:
        return value


@method_decorator(csp_override(POLICY), name="dispatch")
class AppView(View):
    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, route: str) -> HttpResponseBase:
        # The converter has just seen it.
        # A stream: Debug Toolbar writes into whole pages, with inline scripts that the policy refuses.
        response = FileResponse(BytesIO(cast(Build, build()).page), content_type="text/html; charset=utf-8")
        # Its names of scripts change with a release: kept, but asked about before each use.
        response["Cache-Control"] = "no-cache"
        response["Permissions-Policy"] = PERMISSIONS
        return response


app = AppView.as_view()


@require_safe
def no_app(request: HttpRequest) -> HttpResponse:
    """What stands at `/` until there is a build."""
    response = render(request, "no_app.html", {"name": brand().name})
    response["Refresh"] = str(LOOK_AGAIN_SECONDS)
    response["Cache-Control"] = "no-store"
    return response
