"""VAT: a share of the platform's fee that is the state's, taken out of the fee and not put on top of it.

So a job costs its client the same before and after the day on which a rate begins, prices that escrow holds stay right,
and nothing is refunded: a fee is due when a shift is approved, and so is the VAT in it, by the rate of that day in
Lagos. It is booked to an account of its own, and leaves it when staff book what was paid to the state.
"""

from datetime import date

from django.conf import settings

from core.dated import in_force
from payment.services.pricing import divide_half_up

ALL_BPS = 10_000


def vat_bps(day: date) -> int:
    return in_force(settings.VAT_BPS, day) or 0


def vat_within_kobo(fee_kobo: int, *, day: date) -> int:
    """Of a fee that has it in it, rounded half-up to the kobo."""
    share = vat_bps(day)
    return divide_half_up(fee_kobo * share, ALL_BPS + share)
