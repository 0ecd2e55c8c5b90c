"""Prices, in integer arithmetic only: a float would lose kobo on large wages."""

from collections.abc import Sequence

from django.conf import settings

from jobs.ports import Price


def divide_half_up(numerator: int, denominator: int) -> int:
    """The quotient of two non-negative integers, rounded half-up."""
    return (2 * numerator + denominator) // (2 * denominator)


def assignment_price(*, rate_kobo: int, minutes: int) -> Price:
    """The wage (rate x minutes / 60) and the fee on it, each rounded half-up to the kobo."""
    wage_kobo = divide_half_up(rate_kobo * minutes, 60)
    return Price(wage_kobo=wage_kobo, fee_kobo=divide_half_up(wage_kobo * settings.PLATFORM_FEE_BPS, 10_000))


def total_price(*, rate_kobo: int, shift_minutes: Sequence[int], workers: int) -> Price:
    """The sum of the rounded prices of all assignments.

    A fee rounded on the total would differ from it by some kobo, which nobody could release or refund.
    """
    prices = [assignment_price(rate_kobo=rate_kobo, minutes=minutes) for minutes in shift_minutes]
    return Price(
        wage_kobo=workers * sum(price.wage_kobo for price in prices),
        fee_kobo=workers * sum(price.fee_kobo for price in prices),
    )
