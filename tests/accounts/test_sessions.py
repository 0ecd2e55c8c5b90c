"""POST /auth/login, /auth/refresh, /auth/logout, /auth/logout-all; GET and DELETE /auth/devices."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import redis as redis_py
import time_machine
from redis.backoff import NoBackoff
from redis.retry import Retry

from accounts.exceptions import BadCredentials, Banned
from accounts.models import CustomUser, Device
from accounts.services import sessions
from accounts.services.banning import ban_user
from accounts.tokens import new_refresh_token, sha256
from core import clock, throttling
from core.queries import count_queries
from tests.accounts.conftest import Api, QueuedJobs, problem
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
    monkeypatch.setattr(throttling, "get_redis_connection", lambda alias: nobody)
    for throttle in (sessions.LOGIN_PER_ACCOUNT, sessions.LOGIN_PER_ADDRESS):
        window = throttling.LocalWindow(limit=throttle.limit // 4, period_seconds=throttle.period_seconds)
        monkeypatch.setattr(throttle, "_local", window)


def log_in(api: ApiClient, **changes: Any) -> Any:
    return api.post("/auth/login", {"email": "ngozi@example.com", "password": PASSWORD, **changes})


def with_token(token: str) -> ApiClient:
    client = ApiClient()
    client.token = token
    return client


def refresh(api: ApiClient, token: str) -> Any:
    return api.post("/auth/refresh", {"refresh_token": token})


class TestLogIn:
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
        assert (device.user_id, device.name, device.expires_at) == (ngozi.pk, "Tecno Spark", now + timedelta(days=90))
        assert bytes(device.access_sha256) == sha256(body["access_token"])
        assert bytes(device.refresh_sha256) == sha256(body["refresh_token"])
        assert with_token(body["access_token"]).get("/me").json()["email"] == "ngozi@example.com"

    def test_tells_the_owner(self, anonymous_api: ApiClient, ngozi: CustomUser, queued_jobs: QueuedJobs) -> None:
        log_in(anonymous_api, device_name="Tecno Spark")

        [(task, arguments)] = queued_jobs()
        assert task == "accounts.tasks.deliver_notification"
        assert arguments["user_id"] == ngozi.pk
        assert arguments["kind"] == "new_device"
        assert arguments["params"] == {"device": "Tecno Spark"}

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
        CustomUser.objects.update(is_active=False, banned_at=clock.now())

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

    def test_is_throttled_per_account_even_with_the_right_password(
        self, anonymous_api: ApiClient, ngozi: CustomUser
    ) -> None:
        for _ in range(10):
            log_in(anonymous_api, password="wrong horse battery")

        refused = log_in(anonymous_api, email="Ngozi@example.com")

        assert problem(refused) == (429, "too_many_requests")
        assert 0 < int(refused.headers["Retry-After"]) <= 300
        assert problem(log_in(anonymous_api, email="other@example.com")) == (401, "bad_credentials")

    def test_is_throttled_per_address_of_the_caller(self, anonymous_api: ApiClient, settings: Any) -> None:
        """A made-up X-Forwarded-For changes nothing while no proxy is trusted."""
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
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


class TestRefresh:
    def test_trades_the_token_for_a_new_pair(self, anonymous_api: ApiClient, ngozi: CustomUser) -> None:
        first = log_in(anonymous_api).json()

        response = refresh(anonymous_api, first["refresh_token"])

        second = response.json()
        assert response.status_code == 200
        assert second["device_id"] == first["device_id"]
        assert not {first["access_token"], first["refresh_token"]} & {second["access_token"], second["refresh_token"]}
        assert with_token(second["access_token"]).get("/me").status_code == 200
        assert problem(with_token(first["access_token"]).get("/me")) == (401, "unauthenticated")
        assert Device.objects.get().generation == 1

    def test_old_token_within_ten_seconds_harms_nothing(self, anonymous_api: ApiClient, ngozi: CustomUser) -> None:
        first = log_in(anonymous_api).json()
        second = refresh(anonymous_api, first["refresh_token"]).json()

        assert problem(refresh(anonymous_api, first["refresh_token"])) == (409, "token_rotated")
        assert refresh(anonymous_api, second["refresh_token"]).status_code == 200

    def test_old_token_later_ends_the_device_and_tells_its_owner(
        self, anonymous_api: ApiClient, ngozi: CustomUser, queued_jobs: QueuedJobs
    ) -> None:
        first = log_in(anonymous_api).json()
        second = refresh(anonymous_api, first["refresh_token"]).json()

        with time_machine.travel(clock.now() + timedelta(seconds=11), tick=False):
            assert problem(refresh(anonymous_api, first["refresh_token"])) == (401, "invalid_refresh_token")
            assert problem(refresh(anonymous_api, second["refresh_token"])) == (401, "invalid_refresh_token")
            assert problem(with_token(second["access_token"]).get("/me")) == (401, "unauthenticated")

        assert Device.objects.get().revoked_at is not None
        assert [arguments["kind"] for _, arguments in queued_jobs()] == ["new_device", "device_revoked"]

    def test_token_of_any_older_generation_is_recognised(self, anonymous_api: ApiClient, ngozi: CustomUser) -> None:
        oldest = token = log_in(anonymous_api).json()["refresh_token"]
        for _ in range(3):
            token = refresh(anonymous_api, token).json()["refresh_token"]

        with time_machine.travel(clock.now() + timedelta(days=1), tick=False):
            assert problem(refresh(anonymous_api, oldest)) == (401, "invalid_refresh_token")
            assert problem(refresh(anonymous_api, token)) == (401, "invalid_refresh_token")

    def test_token_outlives_a_change_of_keys_as_long_as_the_old_one_is_named(
        self, anonymous_api: ApiClient, ngozi: CustomUser, settings: Any
    ) -> None:
        token = log_in(anonymous_api).json()["refresh_token"]
        old, settings.SECRET_KEY = settings.SECRET_KEY, "another key of at least thirty-two characters"

        assert problem(refresh(anonymous_api, token)) == (401, "invalid_refresh_token")
        settings.SECRET_KEY_FALLBACKS = [old]
        assert refresh(anonymous_api, token).status_code == 200

    def test_guess_with_the_name_of_a_device_ends_nothing(self, anonymous_api: ApiClient, ngozi: CustomUser) -> None:
        current = log_in(anonymous_api).json()["refresh_token"]
        unsealed = current.rsplit(".", 1)[0] + ".AAAAAAAAAAAAAAAAAAAAAA"

        assert problem(refresh(anonymous_api, unsealed)) == (401, "invalid_refresh_token")
        assert refresh(anonymous_api, current).status_code == 200

    @pytest.mark.parametrize("token", ["", "x", "psr_", "psr_.", "psr_1.0.x.y", "psr_ü", "psa_" + "x" * 43])
    def test_nonsense_is_refused(self, anonymous_api: ApiClient, token: str) -> None:
        assert problem(refresh(anonymous_api, token)) == (401, "invalid_refresh_token")

    def test_sealed_token_of_no_device_is_refused(self, anonymous_api: ApiClient) -> None:
        token = new_refresh_token(device_id=2**62, generation=0)

        assert problem(refresh(anonymous_api, token)) == (401, "invalid_refresh_token")

    def test_token_is_over_after_thirty_days(self, anonymous_api: ApiClient, ngozi: CustomUser) -> None:
        token = log_in(anonymous_api).json()["refresh_token"]

        with time_machine.travel(clock.now() + timedelta(days=30), tick=False):
            assert problem(refresh(anonymous_api, token)) == (401, "invalid_refresh_token")
        assert Device.objects.get().revoked_at is None

    def test_device_is_over_after_ninety_days_however_often_it_is_refreshed(
        self, anonymous_api: ApiClient, ngozi: CustomUser
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

    def test_access_token_is_over_after_fifteen_minutes(self, anonymous_api: ApiClient, ngozi: CustomUser) -> None:
        token = log_in(anonymous_api).json()["access_token"]

        assert with_token(token).get("/me").status_code == 200
        with time_machine.travel(clock.now() + timedelta(minutes=15), tick=False):
            assert problem(with_token(token).get("/me")) == (401, "unauthenticated")

    def test_refresh_token_is_no_access_token(self, anonymous_api: ApiClient, ngozi: CustomUser) -> None:
        body = log_in(anonymous_api).json()

        assert problem(with_token(body["refresh_token"]).get("/me")) == (401, "unauthenticated")
        assert problem(refresh(anonymous_api, body["access_token"])) == (401, "invalid_refresh_token")


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
    def test_lists_live_ones_last_used_first(self, api: Api, wale: CustomUser, ada: CustomUser) -> None:
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
