"""What accounts serve beside the API: pictures, where files are kept on the server's own disk; a page of admin."""

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.views import PasswordChangeView
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe
from django.views.static import serve

from accounts.services.unsubscribing import kind_of, unsubscribe
from accounts.staff_password import OwnPasswordForm
from core.errors import NotFound

A_YEAR_SECONDS = 365 * 24 * 3600


@require_safe
def avatar(request: HttpRequest, path: str) -> HttpResponseBase:
    """One picture. A new picture gets a new random name, so this one never changes: anybody may keep it for a year."""
    if settings.MEDIA_BUCKET:
        # Addresses from before pictures moved there.
        return redirect(default_storage.url(path))
    if not default_storage.exists(path):
        # Who set a picture before there were small ones has the large one alone.
        path = path.replace("-96.", ".")
    response = serve(request, path, document_root=str(settings.MEDIA_ROOT))
    response.headers["Cache-Control"] = f"public, max-age={A_YEAR_SECONDS}, immutable"
    return response


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe_page(request: HttpRequest, token: str) -> HttpResponseBase:
    """Where a mail's List-Unsubscribe leads. Reading changes nothing, since mail scanners follow links; a POST does.

    The token is the proof, so no cookie is asked for and none can be abused: `csrf_exempt`.
    """
    try:
        kind = unsubscribe(token) if request.method == "POST" else kind_of(token)
    except NotFound as error:
        raise Http404 from error
    context = {"kind": kind.label, "done": request.method == "POST"}
    response = render(request, "accounts/unsubscribe.html", context)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def change_own_password(request: HttpRequest) -> HttpResponseBase:
    """Ends the log-ins of all devices; the session in admin goes on."""
    view = PasswordChangeView.as_view(
        form_class=OwnPasswordForm,
        success_url=reverse("admin:password_change_done"),
        extra_context=admin.site.each_context(request),
    )
    return view(request)
