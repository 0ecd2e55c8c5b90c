"""Naira on the wire, kobo inside."""

from decimal import Decimal, InvalidOperation

LARGEST_KOBO = 10**14


class NotAnAmount(Exception):
    """Not a number, not positive, or finer than a kobo."""


def to_naira(kobo: int | Decimal) -> int | float:
    """As v3 writes amounts: a JSON number, without decimals where there are none."""
    naira = Decimal(kobo) / 100
    return int(naira) if naira == naira.to_integral_value() else float(naira)


def to_kobo(value: object) -> int:
    """Numbers and numbers in text are accepted, as at the provider. Raises `NotAnAmount`."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        raise NotAnAmount
    try:
        kobo = Decimal(str(value)) * 100
    except InvalidOperation:
        raise NotAnAmount from None
    if not kobo.is_finite() or not 0 < kobo <= LARGEST_KOBO or kobo != kobo.to_integral_value():
        raise NotAnAmount
    return int(kobo)
