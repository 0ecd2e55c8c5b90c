"""Addresses: the API under /api/, admin, operations, and in development the mail box and Debug Toolbar."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, register_converter

from accounts.staff_door import FirstStep, SecondStep
from accounts.staff_second_factor import OwnSecondFactor
from accounts.views import change_own_password
from payshift import branding
from payshift.api import api
from payshift.web_client import AppPath, app, no_app

register_converter(AppPath, "app")

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/", api.urls),
    path("admin/login/", FirstStep.as_view()),
    path("admin/login/code/", SecondStep.as_view(), name="second_step"),
    path("admin/second-factor/", OwnSecondFactor.as_view(), name="staff_second_factor"),
    path("admin/password_change/", admin.site.admin_view(change_own_password, cacheable=True)),
    path("admin/", admin.site.urls),
    path("", include("core.urls")),
    path("", include("accounts.urls")),
    path("", include("payshift.public.urls")),
    path("brand/app.webmanifest", branding.manifest),
    path("brand/colours.css", branding.colours),
    path("brand/logo", branding.logo),
    # Before the plain page that a checkout leads back to: with the app there, the app says how the payment went.
    path("<app:route>", app, name="app"),
    path("", no_app, name="no_app"),
    path("", include("payment.urls")),
]

if "debug_toolbar" in settings.INSTALLED_APPS:
    from debug_toolbar.toolbar import debug_toolbar_urls

    urlpatterns += debug_toolbar_urls()

if settings.SILK and "silk" in settings.INSTALLED_APPS:
    urlpatterns.append(path("silk/", include("silk.urls", namespace="silk")))

handler400 = "core.problems.bad_request"
handler403 = "core.problems.permission_denied"
handler404 = "core.problems.not_found"
handler500 = "core.problems.server_error"
