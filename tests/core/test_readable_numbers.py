"""Sums and hours as people read them: in notices, mails and pages as the client program writes them."""

import pytest

from core.moments import hours_in_words
from core.money import naira, sum_in_words, sum_of


@pytest.mark.parametrize(
    ("kobo", "shown"),
    [
        (0, "₦0"),
        (1, "₦0.01"),
        (500_000, "₦5,000"),
        (500_010, "₦5,000.10"),
        (123_456_789_00, "₦123,456,789"),
        (-150, "\N{MINUS SIGN}₦1.50"),
    ],
)
def test_kobo_are_shown_only_where_there_are_some(kobo: int, shown: str) -> None:
    assert sum_in_words(kobo) == shown


def test_other_money_keeps_its_code() -> None:
    assert (sum_of(500_000, "NGN"), sum_of(500_000, "USD")) == ("₦5,000", "USD 5,000.00")


def test_tables_show_two_decimals_always() -> None:
    assert naira(500_000) == "5,000.00"


@pytest.mark.parametrize(
    ("minutes", "shown"), [(0, "0 min"), (59, "59 min"), (60, "1 h"), (417, "6 h 57 min"), (1500, "25 h")]
)
def test_minutes_are_hours_and_minutes(minutes: int, shown: str) -> None:
    assert hours_in_words(minutes) == shown
