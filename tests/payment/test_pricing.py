"""Prices: integers, half-up, per assignment."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from jobs.ports import Price
from payment.services.pricing import assignment_price, divide_half_up, total_price

RATES = st.integers(min_value=1, max_value=100_000_000)
MINUTES = st.integers(min_value=0, max_value=1_500)


@pytest.mark.parametrize(
    ("rate_kobo", "minutes", "price"),
    [
        (150_000, 480, Price(wage_kobo=1_200_000, fee_kobo=120_000)),
        (100, 1, Price(wage_kobo=2, fee_kobo=0)),  # 1.67 kobo, 0.2 kobo
        (30, 1, Price(wage_kobo=1, fee_kobo=0)),  # 0.5 rounds up
        (29, 1, Price(wage_kobo=0, fee_kobo=0)),
        (300, 1, Price(wage_kobo=5, fee_kobo=1)),  # a fee of 0.5 rounds up
        (150_000, 0, Price(wage_kobo=0, fee_kobo=0)),
    ],
)
def test_assignment_price_rounds_wage_and_fee_half_up(rate_kobo: int, minutes: int, price: Price) -> None:
    assert assignment_price(rate_kobo=rate_kobo, minutes=minutes) == price


@given(rate_kobo=RATES, minutes=MINUTES, bps=st.integers(min_value=0, max_value=5_000))
def test_assignment_price_agrees_with_decimal_arithmetic(rate_kobo: int, minutes: int, bps: int) -> None:
    wage = (Decimal(rate_kobo) * minutes / 60).quantize(Decimal(1), ROUND_HALF_UP)
    assert divide_half_up(rate_kobo * minutes, 60) == wage
    assert divide_half_up(int(wage) * bps, 10_000) == (wage * bps / 10_000).quantize(Decimal(1), ROUND_HALF_UP)


@given(numerator=st.integers(min_value=0, max_value=10**24), denominator=st.integers(min_value=1, max_value=10**6))
def test_divide_half_up_is_the_nearest_integer(numerator: int, denominator: int) -> None:
    quotient = divide_half_up(numerator, denominator)

    assert (
        -denominator < 2 * (numerator - quotient * denominator) <= denominator
        or numerator % denominator * 2 == denominator
    )


@given(rate_kobo=RATES, shift_minutes=st.lists(MINUTES, max_size=62), workers=st.integers(min_value=0, max_value=500))
def test_total_price_is_the_sum_over_all_assignments(rate_kobo: int, shift_minutes: list[int], workers: int) -> None:
    one = [assignment_price(rate_kobo=rate_kobo, minutes=minutes) for minutes in shift_minutes]

    total = total_price(rate_kobo=rate_kobo, shift_minutes=shift_minutes, workers=workers)

    assert total.wage_kobo == sum(price.wage_kobo for _ in range(workers) for price in one)
    assert total.fee_kobo == sum(price.fee_kobo for _ in range(workers) for price in one)


def test_total_price_rounds_each_assignment_and_not_the_sum() -> None:
    """Ten workers at 5 kobo of wage: ten fees of 0.5 are 10 kobo, a fee on the total would be 5."""
    total = total_price(rate_kobo=300, shift_minutes=[1], workers=10)

    assert total == Price(wage_kobo=50, fee_kobo=10)


@override_settings(PLATFORM_FEE_BPS=250)
def test_fee_follows_the_setting() -> None:
    assert assignment_price(rate_kobo=100_000, minutes=60) == Price(wage_kobo=100_000, fee_kobo=2_500)
