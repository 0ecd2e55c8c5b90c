"""Staff set up, replace and end their second factor in admin, also where they may not enter without one."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.test import Client
from pyotp import TOTP
from pytest_django import Settings

from accounts.models import CustomUser, RecoveryCode, SecondFactor
from accounts.secrets_at_rest import decrypt
from accounts.services.second_factor import PURPOSE
from tests.factories.accounts import PASSWORD

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PAGE = "/admin/second-factor/"
RECOVERY_CODE = re.compile(r"<li>([A-Z2-7]{5}-[A-Z2-7]{5})</li>")


@pytest.fixture(autouse=True)
def _noon() -> Any:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def staff(bisi: CustomUser) -> CustomUser:
    bisi.set_password(PASSWORD)
    bisi.save(update_fields=["password"])
    return bisi


def log_in(step: str = "") -> Any:
    browser = Client()
    answer = browser.post("/admin/login/?next=/admin/", {"username": "bisi@example.com", "password": PASSWORD})
    return browser.post("/admin/login/code/", {"code": step}) if step else answer


def code_of_app(staff: CustomUser, *, minutes: int = 0) -> str:
    """Of the app that scanned the offer."""
    factor = SecondFactor.objects.get(user=staff)
    return TOTP(decrypt(bytes(factor.encrypted_secret), purpose=PURPOSE)).at(NOON + timedelta(minutes=minutes))


def set_up(browser: Client, staff: CustomUser) -> list[str]:
    """The recovery codes that were shown."""
    offered = browser.post(PAGE, {"act": "offer"})
    assert b"data:image/svg+xml" in offered.content
    shown = browser.post(PAGE, {"act": "confirm", "code": code_of_app(staff)})
    assert shown.status_code == 200
    return RECOVERY_CODE.findall(shown.content.decode())


def test_staff_set_it_up_and_go_on_with_their_session(staff: CustomUser) -> None:
    browser, other = log_in().client, log_in().client

    codes = set_up(browser, staff)

    assert len(set(codes)) == 10
    assert browser.get("/admin/").status_code == 200
    assert other.get("/admin/").status_code == 302
    assert log_in(codes[0]).client.get("/admin/").status_code == 200
    assert list(LogEntry.objects.values_list("change_message", flat=True)) == ["Second factor switched on."]


def test_codes_are_shown_once_and_may_be_downloaded(staff: CustomUser) -> None:
    browser = log_in().client
    browser.post(PAGE, {"act": "offer"})

    shown = browser.post(PAGE, {"act": "confirm", "code": code_of_app(staff)}).content.decode()
    again = browser.get(PAGE).content.decode()

    codes = RECOVERY_CODE.findall(shown)
    assert 'download="payshift-recovery-codes.txt" href="data:text/plain' in shown
    assert shown.count(codes[0]) == 2
    assert codes[0] not in again


def test_who_must_have_one_is_led_from_the_log_in_to_the_page_and_from_it_inside(
    staff: CustomUser, settings: Settings
) -> None:
    settings.STAFF_SECOND_FACTOR = True
    led = log_in()
    browser = led.client

    assert led.headers["Location"] == f"{PAGE}?next=%2Fadmin%2F"
    assert browser.get(PAGE).status_code == 200
    assert browser.get("/admin/").status_code == 302
    set_up(browser, staff)
    assert browser.get("/admin/").status_code == 200


def test_page_is_closed_without_a_log_in_or_its_first_step(staff: CustomUser, chidi: CustomUser) -> None:
    client = Client()
    assert client.get(PAGE).headers["Location"] == "/admin/login/"
    client.force_login(chidi)
    assert client.post(PAGE, {"act": "offer"}).headers["Location"] == "/admin/login/"
    assert not SecondFactor.objects.exists()


def test_wrong_first_code_shows_the_same_key_again(staff: CustomUser) -> None:
    browser = log_in().client
    offered = browser.post(PAGE, {"act": "offer"}).context["offer"]
    right = code_of_app(staff)

    refused = browser.post(PAGE, {"act": "confirm", "code": str((int(right) + 1) % 10**6).zfill(6)})

    assert (refused.status_code, refused.context["offer"]) == (422, offered)
    assert not SecondFactor.objects.filter(confirmed_at__isnull=False).exists()


def test_log_in_of_a_while_ago_asks_for_the_password(staff: CustomUser, settings: Settings) -> None:
    browser = log_in().client
    later = NOON + timedelta(minutes=settings.STAFF_PROOF_MINUTES + 1)

    with time_machine.travel(later, tick=False):
        refused = browser.post(PAGE, {"act": "offer"})
        wrong = browser.post(PAGE, {"act": "offer", "password": "wrong horse battery"})
        asked = SecondFactor.objects.exists()
        offered = browser.post(PAGE, {"act": "offer", "password": PASSWORD})

    assert [answer.status_code for answer in (refused, wrong, offered)] == [422, 422, 200]
    assert (asked, SecondFactor.objects.exists()) == (False, True)


@pytest.mark.parametrize("act", ["codes", "replace", "end"])
def test_change_needs_a_code_of_the_present_app(staff: CustomUser, act: str) -> None:
    browser = log_in().client
    set_up(browser, staff)
    before = SecondFactor.objects.get()
    kept = set(RecoveryCode.objects.values_list("code_hmac", flat=True))

    refused = browser.post(PAGE, {"act": act, "code": "AAAAA-AAAAA"})

    assert refused.status_code == 422
    assert SecondFactor.objects.get().encrypted_secret == before.encrypted_secret
    assert set(RecoveryCode.objects.values_list("code_hmac", flat=True)) == kept


def test_app_is_replaced_and_the_old_one_is_void(staff: CustomUser) -> None:
    browser = log_in().client
    codes = set_up(browser, staff)
    old = bytes(SecondFactor.objects.get().encrypted_secret)

    offered = browser.post(PAGE, {"act": "replace", "code": codes[0]})

    assert b"data:image/svg+xml" in offered.content
    assert browser.post(PAGE, {"act": "confirm", "code": code_of_app(staff)}).status_code == 200
    assert bytes(SecondFactor.objects.get(confirmed_at__isnull=False).encrypted_secret) != old
    assert log_in(codes[1]).status_code == 200


def test_it_is_ended_where_nobody_must_have_one(staff: CustomUser, settings: Settings) -> None:
    browser = log_in().client
    codes = set_up(browser, staff)

    settings.STAFF_SECOND_FACTOR = True
    browser.post(PAGE, {"act": "end", "code": codes[0]})
    must = SecondFactor.objects.exists()
    settings.STAFF_SECOND_FACTOR = False
    browser.post(PAGE, {"act": "end", "code": codes[0]})

    assert (must, SecondFactor.objects.exists()) == (True, False)
    assert browser.get("/admin/").status_code == 200
