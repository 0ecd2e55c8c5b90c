"""System checks: what an operator can misconfigure is refused at start-up, not found out in production."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from core.web_push.vapid import private_key


@register(Tags.security)
def check_time_travel(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    if settings.TIME_TRAVEL and not settings.DEBUG:
        return [Error("TIME_TRAVEL is for development: rules about money follow the clock.", id="core.E001")]
    return []


@register(Tags.security)
def check_business_bounds(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """Shares are basis points of a wage."""
    bounds = {"PLATFORM_FEE_BPS": 5000, "LATE_CANCEL_COMPENSATION_BPS": 10_000}
    return [
        Error(f"{name} must be between 0 and {highest} basis points.", id="core.E002")
        for name, highest in bounds.items()
        if not 0 <= getattr(settings, name) <= highest
    ]


@register(Tags.security, deploy=True)
def check_proxies(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """Behind a proxy that is not counted, all callers share one address and one throttle.

    Where the header of the address has a hyphen in its name, WSGI cannot tell it from the same name with an underscore,
    and a proxy that lets those pass, as Caddy and HAProxy do, lets callers choose their address.
    """
    if not isinstance(settings.NINJA_NUM_PROXIES, int):
        return [Error("NINJA_NUM_PROXIES must be the number of proxies in front of the server.", id="core.E003")]
    if settings.NINJA_NUM_PROXIES == 0:
        return [
            Warning(
                "No proxy is trusted: throttles count the address of the connection.",
                hint="Set NUM_PROXIES to the number of proxies in front of the web server.",
                id="core.W001",
            )
        ]
    if "-" in settings.CLIENT_ADDRESS_HEADER:
        return [
            Warning(
                f"Callers can forge {settings.CLIENT_ADDRESS_HEADER} unless the proxy drops names with an underscore.",
                hint="Let the proxy write the address under a name of one word, and set CLIENT_ADDRESS_HEADER to it.",
                id="core.W007",
            )
        ]
    return []


@register(Tags.security)
def check_mail(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """One-time codes go by e-mail: neither into a readable file nor into the logs of production."""
    backend = settings.MAILERS["default"]["BACKEND"]
    if settings.DEBUG or backend == "core.smtp.KeptConnectionBackend":
        return []
    if backend == "core.mailbox.MailboxBackend":
        return [Error("The mail box is for development: it shows everybody's codes.", id="core.E004")]
    return [
        Warning("E-mail is not sent.", hint="Set EMAIL_URL to smtp://user:password@host:port?tls=1", id="core.W002")
    ]


@register(Tags.security)
def check_web_push(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """Without its key every subscription and every message would fail, one by one."""
    if not settings.WEB_PUSH:
        return []
    try:
        private_key(settings.VAPID_PRIVATE_KEY)
    except ValueError:
        return [
            Error(
                "WEB_PUSH is on and VAPID_PRIVATE_KEY is no P-256 key of 32 bytes as base64url.",
                hint="Make one with `manage.py vapid_key`, once: with another key all devices must be opted in again.",
                id="core.E005",
            )
        ]
    return []


@register(Tags.security, deploy=True)
def check_staff_emails(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """Differences in the books, chargebacks, payouts that wait: somebody must hear of them."""
    if settings.MANAGERS:
        return []
    return [Warning("Alerts to staff reach nobody.", hint="Set STAFF_EMAILS.", id="core.W003")]
