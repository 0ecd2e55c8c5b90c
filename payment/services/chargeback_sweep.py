"""Chargebacks whose webhook was lost: the open ones of each provider, and how those that we have open stand."""

import structlog

from payment.models import OPEN_CHARGEBACKS, Chargeback, PaymentProvider
from payment.providers.base import DisputedCharge, ProviderError
from payment.providers.registry import provider_named
from payment.services.chargebacks import apply_chargeback
from payment.services.references import STAFF

logger = structlog.get_logger(__name__)

PROVIDERS = (PaymentProvider.PAYSTACK, PaymentProvider.FLUTTERWAVE)


def sweep_chargebacks() -> int:
    """Ask every provider, and apply what it says. Returns how many were told.

    One that cannot be applied is logged and does not keep the others waiting; the next sweep meets it again.
    """
    told = [(provider, each) for provider in PROVIDERS for each in _told(provider)]
    for provider, each in told:
        try:
            apply_chargeback(provider=provider, told=each)
        except Exception:
            logger.exception("chargeback_not_applied", provider=provider, chargeback_id=each.provider_id)
    return len(told)


def _told(provider: str) -> list[DisputedCharge]:
    """What the provider answers; as far as it got when it stops answering."""
    adapter = provider_named(provider)
    told: dict[str, DisputedCharge] = {}
    # Staff's own have a number that the provider does not know.
    ours = Chargeback.objects.filter(provider=provider, status__in=OPEN_CHARGEBACKS)
    ids = ours.exclude(provider_id__startswith=f"{STAFF}-").order_by("due_at").values_list("provider_id", flat=True)
    try:
        told = {each.provider_id: each for each in adapter.open_chargebacks()}
        for provider_id in ids:
            if provider_id not in told:
                told[provider_id] = adapter.chargeback(provider_id=provider_id)
    except ProviderError as error:
        logger.warning("chargebacks_postponed", provider=provider, error=str(error))
    return list(told.values())
