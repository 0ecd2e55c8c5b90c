"""POST /auth/refresh: one pair follows a refresh token, on networks that lose answers and in browsers with tabs."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction

from accounts.models import CustomUser, Device, EarlierAccess
from accounts.services.banning import ban_user
from accounts.services.refreshing import EARLIER_KEPT
from accounts.tokens import new_refresh_token
from core import clock
from core.queries import count_queries
from tests.accounts.conftest import problem
from tests.accounts.test_sessions import log_in, refresh, shown, with_token
from tests.factories.accounts import PASSWORD, UserFactory
from tests.support.api_client import ApiClient
from tests.support.notices import told

pytestmark = pytest.mark.django_db


@pytest.fixture
def ngozi() -> CustomUser:
    user: CustomUser = UserFactory.create(email="ngozi@example.com", password=PASSWORD)
    return user


@pytest.fixture
def first(anonymous_api: ApiClient, ngozi: CustomUser) -> dict[str, Any]:
    """A log-in on a phone."""
    body: dict[str, Any] = log_in(anonymous_api).json()
    return body


def pair_of(response: Any) -> tuple[str, str]:
    body = response.json()
    return body["access_token"], body["refresh_token"]


def use(body: dict[str, Any]) -> int:
    status: int = with_token(body["access_token"]).get("/me").status_code
    return status


def test_trades_the_token_for_a_new_pair(anonymous_api: ApiClient, first: dict[str, Any]) -> None:
    response = refresh(anonymous_api, first["refresh_token"])

    second = response.json()
    assert response.status_code == 200
    assert second["device_id"] == first["device_id"]
    assert not {first["access_token"], first["refresh_token"]} & {second["access_token"], second["refresh_token"]}
    assert use(second) == 200
    assert Device.objects.get().generation == 1


@pytest.mark.parametrize("lost_for", [timedelta(seconds=1), timedelta(minutes=2), timedelta(days=29)])
def test_lost_answer_is_given_again_however_late(
    anonymous_api: ApiClient, first: dict[str, Any], lost_for: timedelta
) -> None:
    """The page was closed, or the network dropped, before the answer came: the device only has the old token."""
    lost = refresh(anonymous_api, first["refresh_token"])

    with time_machine.travel(clock.now() + lost_for, tick=False):
        again = refresh(anonymous_api, first["refresh_token"])
        assert pair_of(again) == pair_of(lost)
        assert use(again.json()) == 200
    assert (Device.objects.get().generation, Device.objects.get().revoked_at) == (1, None)
    assert [notice.kind for notice in told()] == ["new_device"]


def test_answer_given_again_late_has_its_full_quarter_of_an_hour(
    anonymous_api: ApiClient, first: dict[str, Any]
) -> None:
    refresh(anonymous_api, first["refresh_token"])

    with time_machine.travel(clock.now() + timedelta(hours=5), tick=False):
        again = refresh(anonymous_api, first["refresh_token"]).json()
        assert again["access_expires_at"] == shown(clock.now() + timedelta(minutes=15))


def test_answers_lost_one_after_the_other_never_end_the_device(anonymous_api: ApiClient, first: dict[str, Any]) -> None:
    token = first["refresh_token"]
    with time_machine.travel(clock.now(), tick=False) as time:
        for _ in range(4):
            refresh(anonymous_api, token)
            time.shift(timedelta(minutes=20))
            refresh(anonymous_api, token)
            time.shift(timedelta(minutes=20))
            # The third arrives and is used at once to refresh: the token is a proof of arrival, too.
            token = refresh(anonymous_api, token).json()["refresh_token"]

        assert refresh(anonymous_api, token).status_code == 200
    assert Device.objects.get().revoked_at is None


@pytest.mark.parametrize("used", ["access_token", "refresh_token"])
def test_old_token_is_theft_as_soon_as_the_new_pair_was_used(
    anonymous_api: ApiClient, first: dict[str, Any], used: str
) -> None:
    second = refresh(anonymous_api, first["refresh_token"]).json()
    if used == "access_token":
        assert use(second) == 200
    else:
        second = refresh(anonymous_api, second["refresh_token"]).json()

    with time_machine.travel(clock.now() + timedelta(seconds=11), tick=False):
        assert problem(refresh(anonymous_api, first["refresh_token"])) == (401, "invalid_refresh_token")
        assert problem(refresh(anonymous_api, second["refresh_token"])) == (401, "invalid_refresh_token")
        assert use(second) == 401

    assert Device.objects.get().revoked_at is not None
    assert [notice.kind for notice in told()] == ["new_device", "device_revoked"]


def test_second_use_on_its_way_when_the_pair_was_used_harms_nothing(
    anonymous_api: ApiClient, first: dict[str, Any]
) -> None:
    second = refresh(anonymous_api, first["refresh_token"]).json()
    use(second)

    assert problem(refresh(anonymous_api, first["refresh_token"])) == (409, "token_rotated")
    assert refresh(anonymous_api, second["refresh_token"]).status_code == 200


def test_pair_is_not_given_again_once_used_however_the_row_is_looked_at(
    anonymous_api: ApiClient, first: dict[str, Any]
) -> None:
    """Nothing is left from which it could be worked out."""
    second = refresh(anonymous_api, first["refresh_token"]).json()
    assert Device.objects.get().successor_seed is not None

    use(second)

    assert Device.objects.get().successor_seed is None


def test_first_use_of_a_pair_writes_once(anonymous_api: ApiClient, first: dict[str, Any]) -> None:
    client = with_token(refresh(anonymous_api, first["refresh_token"]).json()["access_token"])

    counts = []
    for _ in range(3):
        with count_queries(statements=True) as counted:
            client.get("/me")
        counts.append(sum("UPDATE" in statement for statement in counted.statements))

    assert counts == [1, 0, 0]


def test_pair_is_given_again_after_a_change_of_keys(
    anonymous_api: ApiClient, first: dict[str, Any], settings: Any
) -> None:
    lost = refresh(anonymous_api, first["refresh_token"])
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key of at least thirty-two characters"

    assert pair_of(refresh(anonymous_api, first["refresh_token"])) == pair_of(lost)


class TestTabs:
    def test_tabs_that_refresh_in_turn_do_not_end_each_others_access(
        self, anonymous_api: ApiClient, first: dict[str, Any]
    ) -> None:
        """They share the refresh token, as a browser's tabs share its cookie, and each keeps its own access token."""
        tabs, cookie = [first["access_token"]], first["refresh_token"]
        for _ in range(4):
            body = refresh(anonymous_api, cookie).json()
            cookie = body["refresh_token"]
            tabs.append(body["access_token"])

        assert [with_token(token).get("/me").status_code for token in tabs * 2] == [200] * 10

    def test_earlier_access_ends_when_it_would_have_anyway(self, anonymous_api: ApiClient, ngozi: CustomUser) -> None:
        with time_machine.travel(clock.now(), tick=False) as time:
            body = log_in(anonymous_api).json()
            time.shift(timedelta(minutes=10))
            refresh(anonymous_api, body["refresh_token"])
            assert use(body) == 200

            time.shift(timedelta(minutes=5))
            assert use(body) == 401

    def test_few_are_kept(self, anonymous_api: ApiClient, first: dict[str, Any]) -> None:
        body = first
        for _ in range(EARLIER_KEPT + 3):
            body = refresh(anonymous_api, body["refresh_token"]).json()

        assert EarlierAccess.objects.count() == EARLIER_KEPT
        assert (use(first), use(body)) == (401, 200)

    def test_expired_ones_are_forgotten(self, anonymous_api: ApiClient, first: dict[str, Any]) -> None:
        body = refresh(anonymous_api, first["refresh_token"]).json()

        with time_machine.travel(clock.now() + timedelta(hours=1), tick=False):
            refresh(anonymous_api, body["refresh_token"])

        assert EarlierAccess.objects.count() == 0

    @pytest.mark.parametrize("event", ["log-out", "password", "role", "ban"])
    def test_earlier_access_ends_with(
        self, anonymous_api: ApiClient, first: dict[str, Any], ngozi: CustomUser, event: str
    ) -> None:
        second = refresh(anonymous_api, first["refresh_token"]).json()
        now = with_token(second["access_token"])
        # Cached, both of them.
        assert (use(first), use(first), use(second)) == (200, 200, 200)

        if event == "log-out":
            now.post("/auth/logout")
        elif event == "password":
            change = {"current_password": PASSWORD, "new_password": "an even better staple"}
            assert now.post("/auth/password", change).status_code == 200
        elif event == "role":
            assert now.post("/me/role", {"role": "client"}).status_code == 200
        else:
            with transaction.atomic():
                ban_user(user_id=ngozi.pk, staff_id=0)

        assert use(first) == 401


def test_guess_of_the_generation_before_ends_nothing(anonymous_api: ApiClient, first: dict[str, Any]) -> None:
    """Sealed by us, but not the token that went before: theft is told apart only while the pair is in use."""
    body = refresh(anonymous_api, first["refresh_token"]).json()

    forged = new_refresh_token(device_id=first["device_id"], generation=0)

    assert problem(refresh(anonymous_api, forged)) == (409, "token_rotated")
    assert use(body) == 200


def test_token_of_any_older_generation_is_recognised(anonymous_api: ApiClient, ngozi: CustomUser) -> None:
    oldest = token = log_in(anonymous_api).json()["refresh_token"]
    for _ in range(3):
        token = refresh(anonymous_api, token).json()["refresh_token"]

    with time_machine.travel(clock.now() + timedelta(days=1), tick=False):
        assert problem(refresh(anonymous_api, oldest)) == (401, "invalid_refresh_token")
        assert problem(refresh(anonymous_api, token)) == (401, "invalid_refresh_token")


def test_token_outlives_a_change_of_keys_as_long_as_the_old_one_is_named(
    anonymous_api: ApiClient, ngozi: CustomUser, settings: Any
) -> None:
    token = log_in(anonymous_api).json()["refresh_token"]
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another key of at least thirty-two characters"

    assert problem(refresh(anonymous_api, token)) == (401, "invalid_refresh_token")
    settings.SECRET_KEY_FALLBACKS = [old]
    assert refresh(anonymous_api, token).status_code == 200


def test_guess_with_the_name_of_a_device_ends_nothing(anonymous_api: ApiClient, ngozi: CustomUser) -> None:
    current = log_in(anonymous_api).json()["refresh_token"]
    unsealed = current.rsplit(".", 1)[0] + ".AAAAAAAAAAAAAAAAAAAAAA"

    assert problem(refresh(anonymous_api, unsealed)) == (401, "invalid_refresh_token")
    assert refresh(anonymous_api, current).status_code == 200


@pytest.mark.parametrize("token", ["", "x", "psr_", "psr_.", "psr_1.0.x.y", "psr_ü", "psa_" + "x" * 43])
def test_nonsense_is_refused(anonymous_api: ApiClient, token: str) -> None:
    assert problem(refresh(anonymous_api, token)) == (401, "invalid_refresh_token")


def test_sealed_token_of_no_device_is_refused(anonymous_api: ApiClient) -> None:
    token = new_refresh_token(device_id=2**62, generation=0)

    assert problem(refresh(anonymous_api, token)) == (401, "invalid_refresh_token")


def test_token_is_over_after_thirty_days(anonymous_api: ApiClient, ngozi: CustomUser) -> None:
    token = log_in(anonymous_api).json()["refresh_token"]

    with time_machine.travel(clock.now() + timedelta(days=30), tick=False):
        assert problem(refresh(anonymous_api, token)) == (401, "invalid_refresh_token")
    assert Device.objects.get().revoked_at is None


def test_device_is_over_after_ninety_days_however_often_it_is_refreshed(
    anonymous_api: ApiClient, ngozi: CustomUser
) -> None:
    body = log_in(anonymous_api).json()
    device = Device.objects.get()

    for days in (29, 58, 87):
        with time_machine.travel(device.created_at + timedelta(days=days), tick=False):
            body = refresh(anonymous_api, body["refresh_token"]).json()
    assert body["refresh_expires_at"] == shown(device.expires_at)

    with time_machine.travel(device.expires_at - timedelta(minutes=5), tick=False):
        body = refresh(anonymous_api, body["refresh_token"]).json()
    assert body["access_expires_at"] == body["refresh_expires_at"] == shown(device.expires_at)

    with time_machine.travel(device.expires_at, tick=False):
        assert problem(refresh(anonymous_api, body["refresh_token"])) == (401, "invalid_refresh_token")
        assert problem(with_token(body["access_token"]).get("/me")) == (401, "unauthenticated")


def test_access_token_is_over_after_fifteen_minutes(anonymous_api: ApiClient, ngozi: CustomUser) -> None:
    token = log_in(anonymous_api).json()["access_token"]

    assert with_token(token).get("/me").status_code == 200
    with time_machine.travel(clock.now() + timedelta(minutes=15), tick=False):
        assert problem(with_token(token).get("/me")) == (401, "unauthenticated")


def test_refresh_token_is_no_access_token(anonymous_api: ApiClient, ngozi: CustomUser) -> None:
    body = log_in(anonymous_api).json()

    assert problem(with_token(body["refresh_token"]).get("/me")) == (401, "unauthenticated")
    assert problem(refresh(anonymous_api, body["access_token"])) == (401, "invalid_refresh_token")
