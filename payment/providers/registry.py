"""Which adapter speaks for a provider's name, built from the settings."""

from functools import cache

from django.conf import settings
from django.core.signals import setting_changed

from payment.providers.base import Provider
from payment.providers.flutterwave import Flutterwave
from payment.providers.paystack import Paystack
from payment.providers.prembly import Prembly


@cache
def provider_named(name: str) -> Provider:
    """The adapter. Raises LookupError for a name that is no provider."""
    timeout_seconds = settings.PROVIDER_TIMEOUT_SECONDS
    if name == Paystack.name:
        return Paystack(
            secret_key=settings.PAYSTACK_SECRET_KEY,
            base_url=settings.PAYSTACK_BASE_URL,
            timeout_seconds=timeout_seconds,
        )
    if name == Flutterwave.name:
        return Flutterwave(
            secret_key=settings.FLUTTERWAVE_SECRET_KEY,
            webhook_hash=settings.FLUTTERWAVE_WEBHOOK_HASH,
            base_url=settings.FLUTTERWAVE_BASE_URL,
            timeout_seconds=timeout_seconds,
        )
    raise LookupError(f"There is no provider named {name}.")


def payout_provider() -> Provider:
    """Who pays withdrawals out."""
    return provider_named(settings.PAYOUT_PROVIDER)


@cache
def identity_provider() -> Prembly:
    """Who asks the state's registers."""
    return Prembly(
        secret_key=settings.PREMBLY_SECRET_KEY,
        base_url=settings.PREMBLY_BASE_URL,
        timeout_seconds=settings.PROVIDER_TIMEOUT_SECONDS,
    )


def _forget_adapters(*, setting: str, **_: object) -> None:
    """Tests override keys and addresses: `setting_changed` is sent by Django's test tools only."""
    if setting.startswith(("PAYSTACK_", "FLUTTERWAVE_", "PREMBLY_", "PROVIDER_")):
        provider_named.cache_clear()
        identity_provider.cache_clear()


setting_changed.connect(_forget_adapters)
