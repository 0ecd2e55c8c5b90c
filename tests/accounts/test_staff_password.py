"""Passwords in admin and by command: the rules of the API, and the end of what the old password opened."""

from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from pyotp import TOTP

from accounts.models import CustomUser, SecondFactor
from core import clock
from tests.accounts.conftest import Api, problem
from tests.factories.accounts import PASSWORD, TOTP_SECRET, SecondFactorFactory, UserFactory

pytestmark = pytest.mark.django_db

NEW = "an even better staple"
TOO_LONG = "ab" * 64 + "c"


@pytest.fixture
def tosin() -> CustomUser:
    user: CustomUser = UserFactory.create(email="tosin@example.com", role="admin", is_superuser=True, password=PASSWORD)
    return user


@pytest.fixture
def _second_factor(tosin: CustomUser) -> None:
    SecondFactorFactory.create(user=tosin)


@pytest.fixture
def change(tosin: CustomUser) -> Callable[..., Any]:
    client = Client()
    client.force_login(tosin)

    def post(**fields: str) -> Any:
        form = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW, **fields}
        return client.post("/admin/password_change/", form)

    return post


def errors(answer: Any) -> dict[str, list[str]]:
    assert answer.status_code == 200
    shown: dict[str, list[str]] = answer.context["form"].errors
    return shown


def test_own_password_is_changed_and_ends_the_devices(change: Callable[..., Any], tosin: CustomUser, api: Api) -> None:
    device = api(tosin)
    assert device.get("/me").status_code == 200

    answer = change()

    assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/password_change/done/")
    tosin.refresh_from_db()
    assert tosin.check_password(NEW)
    assert problem(device.get("/me")) == (401, "unauthenticated")
    # The session goes on, with the new password.
    assert change(old_password=NEW, new_password1=PASSWORD, new_password2=PASSWORD).status_code == 302


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"old_password": "wrong"}, "old_password"),
        ({"new_password1": TOO_LONG, "new_password2": TOO_LONG}, "new_password2"),
        ({"new_password1": "short", "new_password2": "short"}, "new_password2"),
        ({"new_password2": "another one altogether"}, "new_password2"),
    ],
)
def test_what_breaks_a_rule_changes_nothing(
    change: Callable[..., Any], tosin: CustomUser, api: Api, fields: dict[str, str], field: str
) -> None:
    device = api(tosin)

    assert set(errors(change(**fields))) == {field}

    tosin.refresh_from_db()
    assert tosin.check_password(PASSWORD)
    assert device.get("/me").status_code == 200


def test_guessing_the_old_one_from_an_open_session_is_throttled(change: Callable[..., Any], tosin: CustomUser) -> None:
    for _ in range(10):
        change(old_password="wrong")

    assert "Too many" in str(errors(change()))
    tosin.refresh_from_db()
    assert tosin.check_password(PASSWORD)


@pytest.mark.usefixtures("_second_factor", "change")  # in this order: switched on later, it would end the session
def test_second_factor_is_asked_for_and_not_used_up_by_a_bad_password(
    change: Callable[..., Any], tosin: CustomUser
) -> None:
    with time_machine.travel(clock.now(), tick=False):
        code = TOTP(TOTP_SECRET).at(clock.now())

        assert set(errors(change())) == {"second_factor_code"}
        assert set(errors(change(second_factor_code=code, new_password1="short", new_password2="short"))) == {
            "new_password2"
        }
        assert SecondFactor.objects.get().last_step == 0
        assert change(second_factor_code=code).status_code == 302

    tosin.refresh_from_db()
    assert tosin.check_password(NEW)


def test_page_shows_the_field_and_is_for_staff(change: Callable[..., Any], wale: CustomUser) -> None:
    assert 'name="second_factor_code"' in change(old_password="wrong").content.decode()
    stranger = Client()
    stranger.force_login(wale)
    assert stranger.get("/admin/password_change/").headers["Location"].startswith("/admin/login/")


def test_too_long_a_password_is_not_even_compared_at_the_door(
    tosin: CustomUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[str] = []
    compare = CustomUser.check_password

    def watch(user: CustomUser, password: str | None) -> bool:
        compared.append(str(password))
        return compare(user, password)

    monkeypatch.setattr(CustomUser, "check_password", watch)
    for password in (TOO_LONG, PASSWORD):
        Client().post("/admin/login/?next=/admin/", {"username": "tosin@example.com", "password": password})

    assert compared == [PASSWORD]


def test_password_by_command_ends_the_devices(tosin: CustomUser, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    device = api(tosin)
    assert device.get("/me").status_code == 200
    monkeypatch.setattr("getpass.getpass", lambda prompt: NEW)

    call_command("changepassword", "tosin@example.com", verbosity=0)

    tosin.refresh_from_db()
    assert tosin.check_password(NEW)
    assert problem(device.get("/me")) == (401, "unauthenticated")
