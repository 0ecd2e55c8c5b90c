"""What accounts serve beside the API: pictures, where files are kept on the server's own disk; a page of admin."""

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.views import PasswordChangeView
from django.core.files.storage import default_storage
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe
from django.views.static import serve

from accounts.staff_password import OwnPasswordForm

A_YEAR_SECONDS = 365 * 24 * 3600


@require_safe
def avatar(request: HttpRequest, path: str) -> HttpResponseBase:
    """One picture. A new picture gets a new random name, so this one never changes: anybody may keep it for a year."""
    if not default_storage.exists(path):
        # Who set a picture before there were small ones has the large one alone.
        path = path.replace("-96.", ".")
    response = serve(request, path, document_root=str(settings.MEDIA_ROOT))
    response.headers["Cache-Control"] = f"public, max-age={A_YEAR_SECONDS}, immutable"
    return response


def change_own_password(request: HttpRequest) -> HttpResponseBase:
    """Ends the log-ins of all devices; the session in admin goes on."""
    view = PasswordChangeView.as_view(
        form_class=OwnPasswordForm,
        success_url=reverse("admin:password_change_done"),
        extra_context=admin.site.each_context(request),
    )
    return view(request)
