"""POST /auth/login, /auth/refresh, /auth/logout, /auth/logout-all; GET and DELETE /auth/devices."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import redis as redis_py
import structlog
import time_machine
from redis.backoff import NoBackoff
from redis.retry import Retry

from accounts.exceptions import BadCredentials, Banned
from accounts.models import CustomUser, Device, Notification
from accounts.services import origins, sessions
from accounts.services.banning import ban_user
from accounts.tokens import ACCESS_PREFIX, sha256
from core import clock, throttling
from core.cache import evaluating
from core.queries import count_queries
from tests.accounts.conftest import Api, problem
from tests.factories.accounts import PASSWORD, DeviceFactory, UserFactory
from tests.support.api_client import ApiClient

pytestmark = pytest.mark.django_db


@pytest.fixture
def ngozi() -> CustomUser:
    user: CustomUser = UserFactory.create(email="ngozi@example.com", password=PASSWORD)
    return user


@pytest.fixture
def no_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    """Throttles find nobody there, and count in this process, which has counted nothing yet."""
    nobody = redis_py.Redis(host="127.0.0.1", port=1, retry=Retry(NoBackoff(), 0))
    monkeypatch.setattr(evaluating, "get_redis_connection", lambda alias: nobody)
    for throttle in (origins.LOGIN_DELAYS, origins.LOGIN_PER_ACCOUNT, origins.LOGIN_PER_ADDRESS):
        monkeypatch.setattr(throttle, "_local", throttling.LocalWindow(period_seconds=300))


def log_in(api: ApiClient, **changes: Any) -> Any:
    return api.post("/auth/login", {"email": "ngozi@example.com", "password": PASSWORD, **changes})


def with_token(token: str) -> ApiClient:
    client = ApiClient()
    client.token = token
    return client


def refresh(api: ApiClient, token: str) -> Any:
    return api.post("/auth/refresh", {"refresh_token": token})


class TestLogIn:
    def test_device_is_named_as_phones_name_themselves(self, anonymous_api: ApiClient, ngozi: CustomUser) -> None:
        """With an emoji of several characters, and the spaces that keyboards put in."""
        assert log_in(anonymous_api, device_name="Ada \U0001f469\u200d\U0001f4bb\u00a0phone").status_code == 200

        assert Device.objects.get().name == "Ada \U0001f469\u200d\U0001f4bb phone"

    def test_log_names_who_logged_in_and_who_refreshed(self, anonymous_api: ApiClient, ngozi: CustomUser) -> None:
        with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
            tokens = log_in(anonymous_api, email="ngozi@example.com").json()
            anonymous_api.post("/auth/refresh", {"refresh_token": tokens["refresh_token"]})
            log_in(anonymous_api, email="ngozi@example.com", password="wrong")

        finished = [line.get("user_id") for line in lines if line["event"] == "request_finished"]
        assert finished == [ngozi.pk, ngozi.pk, None]

    def test_opens_a_device_with_two_tokens(self, anonymous_api: ApiClient, ngozi: CustomUser) -> None:
        with time_machine.travel(clock.now(), tick=False):
            now = clock.now()
            response = log_in(anonymous_api, email="NGOZI@example.com", device_name="Tecno Spark")

        body = response.json()
        device = Device.objects.get()
        assert response.status_code == 200
        assert body == {
            "token_type": "Bearer",
            "access_token": body["access_token"],
            "access_expires_at": shown(now + timedelta(minutes=15)),
            "refresh_token": body["refresh_token"],
            "refresh_expires_at": shown(now + timedelta(days=30)),
            "user_id": ngozi.pk,
            "device_id": device.pk,
        }
        # 256 random bits each.
        assert len(body["access_token"].removeprefix(ACCESS_PREFIX)) == 43
        assert len(body["refresh_token"].split(".")[2]) == 43
        assert (device.user_id, device.name, device.expires_at) == (ngozi.pk, "Tecno Spark", now + timedelta(days=90))
        assert bytes(device.access_sha256) == sha256(body["access_token"])
        assert bytes(device.refresh_sha256) == sha256(body["refresh_token"])
        assert with_token(body["access_token"]).get("/me").json()["email"] == "ngozi@example.com"

    def test_tells_the_owner(self, anonymous_api: ApiClient, ngozi: CustomUser) -> None:
        log_in(anonymous_api, device_name="Tecno Spark")

        notice = Notification.objects.get()
        assert (notice.user_id, notice.kind) == (ngozi.pk, "new_device")
        assert "Tecno Spark" in notice.body

    def test_wrong_password_and_unknown_address_answer_alike(self, anonymous_api: ApiClient, ngozi: CustomUser) -> None:
        wrong = log_in(anonymous_api, password="wrong horse battery")
        unknown = log_in(anonymous_api, email="nobody@example.com")

        assert problem(wrong) == problem(unknown) == (401, "bad_credentials")
        assert {**wrong.json(), "request_id": ""} == {**unknown.json(), "request_id": ""}
        assert not Device.objects.exists()

    def test_hashes_once_whether_the_address_is_known_or_not(
        self, anonymous_api: ApiClient, ngozi: CustomUser, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The slow part of a log-in is the hash: an unknown address costs the same one."""
        from django.contrib.auth.hashers import Argon2PasswordHasher

        hashed: list[str] = []

        class CountingHasher(Argon2PasswordHasher):
            def encode(self, password: str, salt: str) -> str:
                hashed.append("encode")
                return str(super().encode(password, salt))

            def verify(self, password: str, encoded: str) -> bool:
                hashed.append("verify")
                return bool(super().verify(password, encoded))

        monkeypatch.setattr("django.contrib.auth.hashers.get_hasher", lambda algorithm="default": CountingHasher())
        monkeypatch.setattr("django.contrib.auth.hashers.identify_hasher", lambda encoded: CountingHasher())
        log_in(anonymous_api, password="wrong horse battery")
        known = len(hashed)
        log_in(anonymous_api, email="nobody@example.com")

        assert (known, len(hashed)) == (1, 2)

    def test_unverified_person_is_told_what_to_do_only_with_the_right_password(
        self, anonymous_api: ApiClient, ngozi: CustomUser
    ) -> None:
        CustomUser.objects.update(email_verified_at=None)

        right = log_in(anonymous_api)

        assert problem(right) == (403, "email_not_verified")
        assert "/api/auth/verify" in right.json()["detail"]
        assert problem(log_in(anonymous_api, password="wrong horse battery")) == (401, "bad_credentials")
        assert not Device.objects.exists()

    def test_banned_person_is_refused(self, anonymous_api: ApiClient, ngozi: CustomUser) -> None:
        # Before all else that the right password would be told.
        CustomUser.objects.update(is_active=False, banned_at=clock.now(), email_verified_at=None)

        assert problem(log_in(anonymous_api)) == (403, "banned")
        assert not Device.objects.exists()

    def test_password_that_changed_while_it_was_compared_opens_nothing(self, ngozi: CustomUser) -> None:
        stale = CustomUser.objects.get()
        ngozi.set_password("an even better staple")
        ngozi.save(update_fields=["password"])

        with pytest.raises(BadCredentials):
            sessions.open_device(user=stale, name="")
        assert not Device.objects.exists()

    def test_ban_that_came_while_the_password_was_compared_holds(self, ngozi: CustomUser) -> None:
        stale = CustomUser.objects.get()
        ban_user(user_id=ngozi.pk, staff_id=0)

        with pytest.raises(Banned):
            sessions.open_device(user=stale, name="")
        assert not Device.objects.exists()

    def test_person_without_a_usable_password_is_refused(self, anonymous_api: ApiClient, ngozi: CustomUser) -> None:
        CustomUser.objects.update(password="!")

        assert problem(log_in(anonymous_api, password="!")) == (401, "bad_credentials")

    def test_is_throttled_per_address_of_the_caller(self, anonymous_api: ApiClient, settings: Any) -> None:
        """A made-up X-Forwarded-For changes nothing while no proxy is trusted."""
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
        settings.LOGINS_PER_ADDRESS = 50
        statuses = [
            anonymous_api.post(
                "/auth/login",
                {"email": f"n{number}@example.com", "password": "x"},
                X_Forwarded_For=f"10.0.0.{number}",
            ).status_code
            for number in range(51)
        ]

        assert statuses == [401] * 50 + [429]

    @pytest.mark.usefixtures("no_redis")
    def test_r3_without_redis_fewer_pass_and_the_right_password_still_does(
        self, anonymous_api: ApiClient, ngozi: CustomUser
    ) -> None:
        answers = [log_in(anonymous_api, password=password).status_code for password in ("wrong", PASSWORD, PASSWORD)]

        assert answers == [401, 200, 429]
        assert Device.objects.count() == 1

    @pytest.mark.parametrize(
        "changes", [{"email": "x"}, {"password": None}, {"password": 5}, {"device_name": "x" * 101}, {"remember": True}]
    )
    def test_bad_form_is_refused(self, anonymous_api: ApiClient, ngozi: CustomUser, changes: dict[str, Any]) -> None:
        assert problem(log_in(anonymous_api, **changes)) == (422, "invalid_input")


class TestLogOut:
    def test_ends_this_device_alone(self, anonymous_api: ApiClient, ngozi: CustomUser) -> None:
        here, there = log_in(anonymous_api).json(), log_in(anonymous_api).json()

        assert with_token(here["access_token"]).post("/auth/logout").status_code == 204

        assert problem(with_token(here["access_token"]).get("/me")) == (401, "unauthenticated")
        assert problem(refresh(anonymous_api, here["refresh_token"])) == (401, "invalid_refresh_token")
        assert with_token(there["access_token"]).get("/me").status_code == 200

    def test_everywhere_ends_all_of_mine_and_nobody_elses(self, api: Api, wale: CustomUser, ada: CustomUser) -> None:
        here, there, hers = api(wale), api(wale), api(ada)

        assert here.post("/auth/logout-all").status_code == 204

        assert [client.get("/me").status_code for client in (here, there, hers)] == [401, 401, 200]


class TestDevices:
    def test_lists_live_ones_the_newest_log_in_first(self, api: Api, wale: CustomUser, ada: CustomUser) -> None:
        client = api(wale)
        now = clock.now()
        other = DeviceFactory.create(user=wale, name="Laptop", created_at=now - timedelta(days=2))
        DeviceFactory.create(user=wale, revoked_at=now)
        DeviceFactory.create(user=wale, created_at=now - timedelta(days=31))
        DeviceFactory.create(user=ada)

        body = client.get("/auth/devices").json()

        assert body["items"] == [
            {
                "id": device.pk,
                "name": device.name,
                "created_at": shown(device.created_at),
                "last_used_at": shown(device.last_used_at),
                "is_current": device == client.device,
            }
            for device in (client.device, other)
        ]

    @pytest.mark.parametrize("rows", [1, 3, 30])
    def test_list_runs_two_queries(self, api: Api, wale: CustomUser, rows: int) -> None:
        client = api(wale)
        DeviceFactory.create_batch(rows - 1, user=wale)

        with count_queries(statements=True) as counted:
            body = client.get("/auth/devices?limit=100").json()

        # The token's device, the devices.
        assert (len(body["items"]), counted.count) == (rows, 2), counted.statements

    def test_pages_follow_each_other(self, api: Api, wale: CustomUser) -> None:
        client = api(wale)
        DeviceFactory.create_batch(4, user=wale)
        seen: list[int] = []
        cursor: str | None = ""

        while cursor is not None:
            body = client.get("/auth/devices", {"limit": 2, **({"cursor": cursor} if cursor else {})}).json()
            seen += [item["id"] for item in body["items"]]
            cursor = body["next_cursor"]

        assert sorted(seen) == sorted(Device.objects.values_list("pk", flat=True))
        assert len(seen) == 5

    def test_ending_one_acts_at_once(self, api: Api, wale: CustomUser) -> None:
        here, there = api(wale), api(wale)

        assert here.delete(f"/auth/devices/{there.device.pk}").status_code == 204

        assert problem(there.get("/me")) == (401, "unauthenticated")
        assert problem(here.delete(f"/auth/devices/{there.device.pk}")) == (404, "not_found")

    def test_p1_nobody_ends_somebody_elses(self, api: Api, wale: CustomUser, ada: CustomUser) -> None:
        hers = api(ada)

        assert problem(api(wale).delete(f"/auth/devices/{hers.device.pk}")) == (404, "not_found")
        assert hers.get("/me").status_code == 200


class TestBearer:
    @pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Bearer x", "Basic eDp5", "Bearer psa_ü", "Token x"])
    def test_without_a_good_token_nothing_is_answered(self, anonymous_api: ApiClient, header: str) -> None:
        response = anonymous_api.get("/me", None, **({"Authorization": header} if header else {}))

        assert problem(response) == (401, "unauthenticated")
        assert response.headers["WWW-Authenticate"] == "Bearer"
        assert response.headers["Content-Type"] == "application/problem+json"

    def test_authentication_costs_one_query_then_none(self, api: Api, wale: CustomUser) -> None:
        client = api(wale)

        with count_queries() as first:
            client.get("/me")
        with count_queries() as second:
            client.get("/me")

        # The token's device with its user, and the person; then the token comes from Redis.
        assert (first.count, second.count) == (2, 1)

    def test_ban_and_role_act_at_the_next_request_although_tokens_are_cached(self, api: Api, wale: CustomUser) -> None:
        client = api(wale)
        assert client.get("/me").json()["role"] == "applicant"
        assert client.post("/me/role", {"role": "client"}).status_code == 200
        assert client.get("/me").json()["role"] == "client"

        ban_user(user_id=wale.pk, staff_id=0)

        assert problem(client.get("/me")) == (401, "unauthenticated")


def shown(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
