"""What a page may load and run: nothing inline, but for what two libraries bring along, under their own paths."""

import hashlib
import re
from base64 import b64encode
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csp import ContentSecurityPolicyMiddleware
from django.utils.csp import CSP

type Policy = dict[str, list[str]]

STYLE = re.compile(rb"<style>(.*?)</style>", re.DOTALL)


def own_pages(*templates: Path, pictures: str = "") -> Policy:
    """Only what this server serves, and pictures of people from the origin `pictures`, where that is another.

    The styles in these templates are named by their digests: such a page is the same for each reader and keeps its
    ETag, which a nonce would not let it.
    """
    styles = [style for template in templates for style in STYLE.findall(template.read_bytes())]
    digests = [f"'sha256-{b64encode(hashlib.sha256(style).digest()).decode()}'" for style in styles]
    return {
        "default-src": [CSP.SELF],
        "script-src": [CSP.SELF],
        "style-src": [CSP.SELF, *digests],
        "img-src": [CSP.SELF, "data:", *([pictures] if pictures else [])],
        "object-src": [CSP.NONE],
        "frame-ancestors": [CSP.NONE],
        "base-uri": [CSP.SELF],
        "form-action": [CSP.SELF],
    }


def pages_of_libraries(policy: Policy) -> Policy:
    """Alpine.js in admin evaluates attributes, and no nonce allows that; the API docs style inline."""
    return {
        **policy,
        "script-src": [CSP.SELF, CSP.UNSAFE_INLINE, CSP.UNSAFE_EVAL],
        "style-src": [CSP.SELF, CSP.UNSAFE_INLINE],
    }


class PolicyMiddleware(ContentSecurityPolicyMiddleware):
    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request.path_info.startswith(settings.CSP_LIBRARY_PATHS) and not hasattr(response, "_csp_config"):
            response._csp_config = settings.CSP_OF_LIBRARIES  # type: ignore[attr-defined]  # as csp_override leaves it
        return super().process_response(request, response)
