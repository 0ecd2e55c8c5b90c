"""Settings of the gateway's own process: Payshift's environment, and nothing of Payshift's apps but core."""

from typing import Literal

from django.core.exceptions import ImproperlyConfigured
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from payshift.settings import *  # noqa: F403
from payshift.settings import DEBUG, PUBLIC_URL

if not DEBUG:
    raise ImproperlyConfigured("The sandbox gateway is for development and tests: it does not start with DEBUG off.")


class SandboxEnvironment(BaseSettings):
    """Every variable of the gateway. The control API changes modes and times at run time."""

    model_config = SettingsConfigDict(case_sensitive=True, extra="ignore")

    # auto: the gateway's thread sends and settles what is due; manual: only the control API does.
    SANDBOX_WEBHOOKS: Literal["auto", "manual"] = "auto"
    SANDBOX_SETTLING: Literal["auto", "manual"] = "auto"
    SANDBOX_SETTLE_SECONDS: float = Field(default=2.0, ge=0)
    # The providers' retry schedules run this many times faster: an hour is ten seconds.
    SANDBOX_TIME_FACTOR: float = Field(default=360.0, gt=0)
    SANDBOX_OPENING_BALANCE_KOBO: int = Field(default=0, ge=0)


sandbox = SandboxEnvironment()

SANDBOX_WEBHOOKS = sandbox.SANDBOX_WEBHOOKS
SANDBOX_SETTLING = sandbox.SANDBOX_SETTLING
SANDBOX_SETTLE_SECONDS = sandbox.SANDBOX_SETTLE_SECONDS
SANDBOX_TIME_FACTOR = sandbox.SANDBOX_TIME_FACTOR
SANDBOX_OPENING_BALANCE_KOBO = sandbox.SANDBOX_OPENING_BALANCE_KOBO
SANDBOX_WEBHOOK_URLS = {
    "paystack": f"{PUBLIC_URL}/api/webhooks/paystack",
    "flutterwave": f"{PUBLIC_URL}/api/webhooks/flutterwave",
}

ROOT_URLCONF = "payment.sandbox.urls"
WSGI_APPLICATION = "payment.sandbox.wsgi.application"
INSTALLED_APPS = ["core", "payment.sandbox"]
# No session, no CSRF: the access code in a checkout URL is the whole authority, as at the providers.
MIDDLEWARE = ["core.middleware.ClockMiddleware"]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    },
]
SILENCED_SYSTEM_CHECKS: list[str] = []
