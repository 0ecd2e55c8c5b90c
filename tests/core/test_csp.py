"""What pages may run: nothing inline outside admin and the API docs."""

import hashlib
from base64 import b64encode

import pytest
from django.conf import settings
from django.test import Client

from core.csp import STYLE

pytestmark = pytest.mark.django_db
HEADER = "Content-Security-Policy"


def directives(policy: str) -> dict[str, list[str]]:
    return {name: values.split() for name, _, values in (part.strip().partition(" ") for part in policy.split(";"))}


@pytest.mark.parametrize("path", ["/api/jobs", "/api/openapi.json", "/health/live", "/nowhere", "/payments/back"])
def test_page_runs_nothing_inline(client: Client, path: str) -> None:
    policy = directives(client.get(path)[HEADER])

    assert policy["script-src"] == ["'self'"]
    assert [source for sources in policy.values() for source in sources if source.startswith("'unsafe")] == []


@pytest.mark.parametrize("path", ["/admin/login/", "/api/docs"])
def test_pages_of_libraries_have_what_these_need(client: Client, path: str) -> None:
    assert directives(client.get(path)[HEADER])["script-src"] == ["'self'", "'unsafe-inline'", "'unsafe-eval'"]


@pytest.mark.parametrize("path", settings.STYLED_PAGES)
def test_styles_of_pages_are_allowed_by_their_digests(client: Client, path: str) -> None:
    page = (settings.BASE_DIR / f"{path}.html").read_bytes()
    (style,) = STYLE.findall(page)

    digest = b64encode(hashlib.sha256(style).digest()).decode()
    assert f"'sha256-{digest}'" in directives(client.get("/health/live")[HEADER])["style-src"]
    assert b"{" in style
    assert b"{%" not in style
