"""What an operator can misconfigure is named at start-up."""

import pytest
from pytest_django import Settings

from core.checks import (
    check_business_bounds,
    check_mail,
    check_proxies,
    check_staff_emails,
    check_time_travel,
)
from core.mailers import mailers_from_url


@pytest.mark.parametrize(
    ("debug", "time_travel", "ids"), [(False, True, ["core.E001"]), (True, True, []), (False, False, [])]
)
def test_time_travel_is_for_development(settings: Settings, debug: bool, time_travel: bool, ids: list[str]) -> None:
    settings.DEBUG, settings.TIME_TRAVEL = debug, time_travel

    assert [problem.id for problem in check_time_travel(None)] == ids


@pytest.mark.parametrize(
    ("fee", "compensation", "problems"),
    [
        (0, 0, 0),
        (5000, 10_000, 0),
        (5001, 5000, 1),
        (-1, 5000, 1),
        (1000, 10_001, 1),
        (-1, -1, 2),
    ],
)
def test_shares_are_within_their_bounds(settings: Settings, fee: int, compensation: int, problems: int) -> None:
    settings.PLATFORM_FEE_BPS, settings.LATE_CANCEL_COMPENSATION_BPS = fee, compensation

    assert [problem.id for problem in check_business_bounds(None)] == ["core.E002"] * problems


@pytest.mark.parametrize(
    ("proxies", "header", "ids"),
    [
        (0, "X-Forwarded-For", ["core.W001"]),
        (1, "X-Forwarded-For", ["core.W007"]),
        (1, "Clientaddress", []),
        (None, "Clientaddress", ["core.E003"]),
    ],
)
def test_number_of_proxies_and_a_header_of_one_spelling_are_stated(
    settings: Settings, proxies: int | None, header: str, ids: list[str]
) -> None:
    settings.NINJA_NUM_PROXIES, settings.CLIENT_ADDRESS_HEADER = proxies, header

    assert [problem.id for problem in check_proxies(None)] == ids


@pytest.mark.parametrize(
    ("debug", "url", "ids"),
    [
        (True, "mailbox://", []),
        (True, "console://", []),
        (False, "mailbox://", ["core.E004"]),
        (False, "console://", ["core.W002"]),
        (False, "smtp://mail.example?tls=1", []),
    ],
)
def test_production_sends_its_mail(settings: Settings, debug: bool, url: str, ids: list[str]) -> None:
    settings.DEBUG, settings.MAILERS = debug, mailers_from_url(url)

    assert [problem.id for problem in check_mail(None)] == ids


def test_alerts_that_reach_nobody_are_warned_of(settings: Settings) -> None:
    settings.MANAGERS = []
    assert [problem.id for problem in check_staff_emails(None)] == ["core.W003"]

    settings.MANAGERS = ["staff@payshift.example"]
    assert check_staff_emails(None) == []
