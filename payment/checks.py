"""System checks: a key of the wrong mode, or a gateway that is not the provider, is refused at start-up."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

OFFICIAL_HOSTS = {
    "PAYSTACK_BASE_URL": "api.paystack.co",
    "FLUTTERWAVE_BASE_URL": "api.flutterwave.com",
    "PREMBLY_BASE_URL": "api.prembly.com",
}
KEYS = {"paystack": "PAYSTACK_SECRET_KEY", "flutterwave": "FLUTTERWAVE_SECRET_KEY"}


def is_ours(provider: str) -> bool:
    """Whether it can be asked: a provider without a key is not."""
    return bool(getattr(settings, KEYS[provider]))


def is_live_key(name: str, key: str) -> bool:
    if name == "PAYSTACK_SECRET_KEY":
        return key.startswith("sk_live_")
    return key.startswith("FLWSECK-")


def is_test_key(name: str, key: str) -> bool:
    return key.startswith("sk_test_" if name == "PAYSTACK_SECRET_KEY" else "FLWSECK_TEST")


@register(Tags.security)
def check_provider_keys(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """Development must not move real money, production must not take play money for real."""
    found: list[CheckMessage] = []
    for name in KEYS.values():
        key = getattr(settings, name)
        if settings.DEBUG and is_live_key(name, key):
            found.append(Error(f"{name} is a live key and DEBUG is on.", id="payment.E001"))
        if not settings.DEBUG and is_test_key(name, key) != (settings.STAGING and bool(key)):
            wrong = "a live key and STAGING is on" if settings.STAGING else "a test key and DEBUG is off"
            found.append(Error(f"{name} is {wrong}.", hint="STAGING takes test keys only.", id="payment.E002"))
        if key and not is_live_key(name, key) and not is_test_key(name, key):
            found.append(Error(f"{name} does not look like a secret key of its provider.", id="payment.E003"))
    payout_key = KEYS.get(settings.PAYOUT_PROVIDER, "")
    if not getattr(settings, payout_key, ""):
        found.append(
            Warning(
                f"PAYOUT_PROVIDER is {settings.PAYOUT_PROVIDER} without its key: nobody can be paid out.",
                hint=f"Set {payout_key}.",
                id="payment.W002",
            )
        )
    if settings.FLUTTERWAVE_SECRET_KEY and len(settings.FLUTTERWAVE_WEBHOOK_HASH) < 12:
        found.append(
            Error(
                "FLUTTERWAVE_WEBHOOK_HASH is missing or short: it is all that a webhook proves itself with.",
                hint="Choose a long random value and type the same into Flutterwave's dashboard.",
                id="payment.E005",
            )
        )
    return found


@register(Tags.security)
def check_provider_addresses(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """The secret key goes to this address with every call."""
    if settings.DEBUG:
        return []
    found: list[CheckMessage] = []
    if settings.SANDBOX_GATEWAY_URL:
        found.append(Error("SANDBOX_GATEWAY_URL is set and DEBUG is off.", id="payment.E006"))
    for name, official in OFFICIAL_HOSTS.items():
        address = urlsplit(getattr(settings, name))
        if address.scheme != "https":
            found.append(Error(f"{name} must be https: the secret key travels with every call.", id="payment.E007"))
        elif address.hostname != official:
            found.append(Warning(f"{name} is not {official}.", id="payment.W001"))
    return found
