"""The operator's name, colour and logo, written into the web client's page when it is served.

Addresses of its own, because the app's files are sent by WhiteNoise before Django is asked: a page without a brand of
its own names the app's files, one with it names these.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.html import escape
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from payshift.colours import stylesheet
from payshift.rules.brand import LOGO_TYPES

OWN_NAME, OWN_COLOUR = "Payshift", "#2b3a9b"
LOGO, MANIFEST, COLOURS = "/brand/logo", "/brand/app.webmanifest", "/brand/colours.css"
KEPT = "public, max-age=300"


@dataclass(frozen=True, slots=True)
class Brand:
    """As the settings have it; `colour` and `logo` may be empty."""

    name: str
    colour: str
    logo: str

    def on(self, page: str) -> str:
        """The app's page with this brand; as it was built where there is none."""
        name = escape(self.name)
        page = page.replace(f">{OWN_NAME}</", f">{name}</")
        page = page.replace(
            f'name="application-name" content="{OWN_NAME}"', f'name="application-name" content="{name}"'
        )
        if self != Brand(OWN_NAME, "", ""):
            page = page.replace('href="/app.webmanifest"', f'href="{MANIFEST}"')
        if self.logo:
            own_type = 'href="/icon.svg" type="image/svg+xml"'
            page = page.replace(own_type, f'href="{LOGO}" type="{self.logo_type}"')
        if self.colour:
            # After the app's own, so that it wins.
            page = page.replace("</head>", f'<link rel="stylesheet" href="{COLOURS}" />\n  </head>')
        return page

    def manifest(self, own: str) -> str:
        """What the app is called, and looks like, when it is installed."""
        changed = {"name": self.name, "short_name": self.name, "theme_color": self.colour or OWN_COLOUR}
        icons = {"icons": [{"src": LOGO, "sizes": "any", "type": self.logo_type}]} if self.logo else {}
        return json.dumps({**json.loads(own), **changed, **icons}, ensure_ascii=False)

    @property
    def logo_type(self) -> str:
        return LOGO_TYPES[Path(self.logo).suffix]


def brand() -> Brand:
    return Brand(settings.BRAND_NAME, settings.BRAND_COLOR, settings.BRAND_LOGO)


def _answer(content: str | bytes, content_type: str) -> HttpResponse:
    return HttpResponse(content, content_type=content_type, headers={"Cache-Control": KEPT})


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    own = settings.WEB_CLIENT_DIST / "root" / "app.webmanifest"
    if not own.is_file():
        raise Http404
    return _answer(brand().manifest(own.read_text()), "application/manifest+json")


@require_safe
def colours(request: HttpRequest) -> HttpResponse:
    if not brand().colour:
        raise Http404
    return _answer(stylesheet(brand().colour), "text/css; charset=utf-8")


@require_safe
# A picture may hold scripts; somebody may open it by itself.
@csp_override({"default-src": ["'none'"], "style-src": ["'unsafe-inline'"]})
def logo(request: HttpRequest) -> HttpResponse:
    if not brand().logo:
        raise Http404
    return _answer(Path(brand().logo).read_bytes(), brand().logo_type)
