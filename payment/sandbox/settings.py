"""Settings of the gateway's own process: Payshift's environment, and nothing of Payshift's apps but core."""

from django.core.exceptions import ImproperlyConfigured

from payshift.settings import *  # noqa: F403
from payshift.settings import DEBUG

if not DEBUG:
    raise ImproperlyConfigured("The sandbox gateway is for development and tests: it does not start with DEBUG off.")


ROOT_URLCONF = "payment.sandbox.urls"
WSGI_APPLICATION = "payment.sandbox.wsgi.application"
INSTALLED_APPS = ["core", "payment.sandbox"]
# No session, no CSRF: the access code in a checkout URL is the whole authority, as at the providers.
MIDDLEWARE = ["core.middleware.ClockMiddleware", "payment.sandbox.paths.forgiving_paths"]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    },
]
SILENCED_SYSTEM_CHECKS = []
