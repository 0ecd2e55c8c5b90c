"""What accounts serve beside the API: pictures, where files are kept on the server's own disk."""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe
from django.views.static import serve

A_YEAR_SECONDS = 365 * 24 * 3600


@require_safe
def avatar(request: HttpRequest, path: str) -> HttpResponseBase:
    """One picture. A new picture gets a new random name, so this one never changes: anybody may keep it for a year."""
    response = serve(request, path, document_root=str(settings.MEDIA_ROOT))
    response.headers["Cache-Control"] = f"public, max-age={A_YEAR_SECONDS}, immutable"
    return response
