"""The providers' published fees. Callers book the fee that the answers tell, never one that they compute."""

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from django.conf import settings

from core.dated import in_force
from payment.sandbox.models import Provider

KOBO = Decimal(1)


def charge_fee_kobo(provider: str, amount_kobo: int) -> int:
    """Paystack: 1.5 % + NGN 100, which is waived below NGN 2,500, at most NGN 2,000. Flutterwave: 1.4 %, same cap."""
    if provider == Provider.PAYSTACK:
        fee = amount_kobo * Decimal("0.015") + (10_000 if amount_kobo >= 250_000 else 0)
    else:
        fee = amount_kobo * Decimal("0.014")
    return int(min(fee, Decimal(200_000)).quantize(KOBO, ROUND_HALF_UP))


def transfer_fee_kobo(provider: str, amount_kobo: int) -> Decimal:
    """By amount: up to NGN 5,000, up to NGN 50,000, above. Flutterwave's middle one is NGN 26.875: half a kobo."""
    table = {Provider.PAYSTACK: ("1000", "2500", "5000"), Provider.FLUTTERWAVE: ("1075", "2687.5", "5375")}
    small, middle, large = table[Provider(provider)]
    return Decimal(small if amount_kobo <= 500_000 else middle if amount_kobo <= 5_000_000 else large)


def stamp_duty_kobo(amount_kobo: int, *, sent_at: datetime) -> int:
    """Taken of a transfer for the state beside the fee, where the same setting says that providers do."""
    day = sent_at.astimezone(ZoneInfo("Africa/Lagos")).date()
    return (in_force(settings.STAMP_DUTY_KOBO, day) or 0) if amount_kobo >= 1_000_000 else 0


def whole_kobo(fee: Decimal) -> int:
    return int(fee.quantize(KOBO, ROUND_HALF_UP))
