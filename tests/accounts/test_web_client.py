"""A browser's log-in: the refresh token is a cookie that no script reads and no other site sends."""

from typing import Any

import pytest

from accounts.models import CustomUser, Device
from tests.accounts.conftest import problem
from tests.factories.accounts import PASSWORD, UserFactory
from tests.support.api_client import ApiClient

pytestmark = pytest.mark.django_db

OWN = "http://testserver"
COOKIE = "__Secure-payshift-refresh"


@pytest.fixture
def ngozi() -> CustomUser:
    user: CustomUser = UserFactory.create(email="ngozi@example.com", password=PASSWORD)
    return user


@pytest.fixture
def browser(anonymous_api: ApiClient, ngozi: CustomUser) -> ApiClient:
    """Logged in; Django's client keeps cookies as a browser does."""
    response = anonymous_api.post("/auth/login", {"email": "ngozi@example.com", "password": PASSWORD, "client": "web"})
    anonymous_api.token = response.json()["access_token"]
    return anonymous_api


def refresh(browser: ApiClient, **headers: str) -> Any:
    return browser.post("/auth/refresh", {}, **headers)


def test_refresh_token_is_in_the_cookie_alone(anonymous_api: ApiClient, ngozi: CustomUser) -> None:
    response = anonymous_api.post("/auth/login", {"email": "ngozi@example.com", "password": PASSWORD, "client": "web"})

    cookie = anonymous_api.client.cookies[COOKIE]
    assert response.json()["refresh_token"] is None
    assert cookie.value.startswith("psr_")
    assert cookie.value not in response.content.decode()
    assert (cookie["httponly"], cookie["secure"], cookie["samesite"]) == (True, True, "Strict")
    assert cookie["path"] == "/api/auth/"
    assert cookie["expires"]


def test_mobile_log_in_sets_no_cookie(anonymous_api: ApiClient, ngozi: CustomUser) -> None:
    response = anonymous_api.post("/auth/login", {"email": "ngozi@example.com", "password": PASSWORD})

    assert response.json()["refresh_token"].startswith("psr_")
    assert COOKIE not in anonymous_api.client.cookies


def test_refresh_takes_the_cookie_and_sets_the_next(browser: ApiClient) -> None:
    before = browser.client.cookies[COOKIE].value

    response = refresh(browser, Origin=OWN)

    assert (response.status_code, response.json()["refresh_token"]) == (200, None)
    assert browser.client.cookies[COOKIE].value != before
    assert refresh(browser, Origin=OWN).status_code == 200
    assert Device.objects.get().generation == 2


def test_empty_body_is_an_empty_object(browser: ApiClient) -> None:
    headers = {"Origin": OWN}

    assert browser.client.generic("POST", "/api/auth/refresh", headers=headers).status_code == 200


def test_page_reloaded_before_the_answer_came_stays_logged_in(browser: ApiClient) -> None:
    """The browser threw the answer away with its cookie, and sends the old one again."""
    old = browser.client.cookies[COOKIE].value
    lost = refresh(browser, Origin=OWN).json()["access_token"]
    browser.client.cookies[COOKIE] = old

    again = refresh(browser, Origin=OWN)

    assert (again.status_code, again.json()["access_token"]) == (200, lost)
    assert Device.objects.get().revoked_at is None


@pytest.mark.parametrize("origin", ["https://evil.example", "http://testserver.evil.example", "null", "", None])
def test_refresh_from_elsewhere_is_refused_and_changes_nothing(browser: ApiClient, origin: str | None) -> None:
    response = refresh(browser, **({"Origin": origin} if origin is not None else {}))

    assert problem(response) == (403, "foreign_origin")
    assert Device.objects.get().generation == 0


def test_listed_origin_of_the_web_application_is_taken(browser: ApiClient, settings: Any) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://app.payshift.example"]

    assert refresh(browser, Origin="https://app.payshift.example").status_code == 200


def test_refresh_without_any_token_says_what_to_send(anonymous_api: ApiClient) -> None:
    assert problem(refresh(anonymous_api, Origin=OWN)) == (401, "invalid_refresh_token")


@pytest.mark.parametrize("path", ["/auth/logout", "/auth/logout-all"])
def test_log_out_drops_the_cookie(browser: ApiClient, path: str) -> None:
    assert browser.post(path).status_code == 204

    assert browser.client.cookies[COOKIE].value == ""
    assert browser.client.cookies[COOKIE]["path"] == "/api/auth/"


def test_cookie_is_no_access_token(browser: ApiClient) -> None:
    browser.token = ""

    assert problem(browser.get("/me")) == (401, "unauthenticated")
