"""POST /auth/password, /auth/password-reset and /auth/password-reset/confirm."""

from typing import Any

import pytest

from accounts.models import OTP, CustomUser, Device, OTPPurpose
from accounts.services.codes import issue_code
from core import clock
from tests.accounts.conftest import Api, CodeFor, another, problem
from tests.factories.accounts import PASSWORD, DeviceFactory, UserFactory
from tests.support.api_client import ApiClient
from tests.support.jobs import RunJobs

pytestmark = pytest.mark.django_db

NEW = "an even better staple"


@pytest.fixture
def ngozi() -> CustomUser:
    user: CustomUser = UserFactory.create(
        email="ngozi@example.com", first_name="Ngozi", last_name="Okonjo", password=PASSWORD
    )
    return user


def live_devices() -> set[int]:
    return set(Device.objects.filter(revoked_at=None).values_list("pk", flat=True))


def reset_code(user: CustomUser) -> str:
    issued = issue_code(user=user, purpose=OTPPurpose.RESET_PASSWORD, sent_to=user.email)
    assert issued is not None
    return issued[1]


def confirm(api: ApiClient, code: str, **changes: Any) -> Any:
    return api.post(
        "/auth/password-reset/confirm",
        {"email": "ngozi@example.com", "code": code, "new_password": NEW, **changes},
    )


class TestChange:
    def test_replaces_the_password_and_ends_the_other_devices(
        self, api: Api, ngozi: CustomUser, wale: CustomUser
    ) -> None:
        client, somebody_else = api(ngozi), api(wale)
        DeviceFactory.create_batch(2, user=ngozi)

        response = client.post("/auth/password", {"current_password": PASSWORD, "new_password": NEW})

        assert response.status_code == 200
        ngozi.refresh_from_db()
        assert ngozi.check_password(NEW)
        assert live_devices() == {client.device.pk, somebody_else.device.pk}
        assert client.get("/me").status_code == 200

    def test_wrong_current_password_changes_nothing(self, api: Api, ngozi: CustomUser) -> None:
        other = DeviceFactory.create(user=ngozi)
        client = api(ngozi)

        response = client.post("/auth/password", {"current_password": "wrong", "new_password": NEW})

        assert problem(response) == (403, "identity_not_confirmed")
        ngozi.refresh_from_db()
        assert ngozi.check_password(PASSWORD)
        assert live_devices() == {client.device.pk, other.pk}

    @pytest.mark.parametrize("weak", ["short", "password123", "ngozi@example"])
    def test_weak_new_password_is_refused(self, api: Api, ngozi: CustomUser, weak: str) -> None:
        response = api(ngozi).post("/auth/password", {"current_password": PASSWORD, "new_password": weak})

        assert problem(response) == (422, "weak_password")
        assert {error["field"] for error in response.json()["errors"]} == {"new_password"}
        ngozi.refresh_from_db()
        assert ngozi.check_password(PASSWORD)

    def test_guessing_with_a_stolen_token_is_throttled(self, api: Api, ngozi: CustomUser) -> None:
        client = api(ngozi)
        for _ in range(10):
            client.post("/auth/password", {"current_password": "wrong", "new_password": NEW})

        response = client.post("/auth/password", {"current_password": PASSWORD, "new_password": NEW})

        assert problem(response) == (429, "too_many_requests")


class TestReset:
    @pytest.mark.django_db(transaction=True)
    def test_by_mail_sets_the_password_and_ends_all_devices(
        self, anonymous_api: ApiClient, ngozi: CustomUser, code_for: CodeFor
    ) -> None:
        DeviceFactory.create_batch(2, user=ngozi)
        asked = anonymous_api.post("/auth/password-reset", {"email": "NGOZI@example.com"})

        response = confirm(anonymous_api, code_for("ngozi@example.com"))

        assert (asked.status_code, response.status_code) == (202, 200)
        ngozi.refresh_from_db()
        assert ngozi.check_password(NEW)
        assert live_devices() == set()

    def test_proves_the_address_too(self, anonymous_api: ApiClient, ngozi: CustomUser) -> None:
        CustomUser.objects.update(email_verified_at=None)

        confirm(anonymous_api, reset_code(ngozi))

        ngozi.refresh_from_db()
        assert ngozi.email_verified_at is not None

    @pytest.mark.django_db(transaction=True)
    def test_of_an_unknown_address_answers_alike(
        self, anonymous_api: ApiClient, ngozi: CustomUser, run_jobs: RunJobs
    ) -> None:
        known = anonymous_api.post("/auth/password-reset", {"email": "ngozi@example.com"})
        unknown = anonymous_api.post("/auth/password-reset", {"email": "nobody@example.com"})

        assert (known.status_code, known.json()) == (unknown.status_code, unknown.json())
        run_jobs()
        assert OTP.objects.get().user == ngozi

    def test_unknown_address_wrong_code_and_lock_answer_alike(
        self, anonymous_api: ApiClient, ngozi: CustomUser
    ) -> None:
        code = reset_code(ngozi)
        unknown = confirm(anonymous_api, code, email="nobody@example.com")

        for _ in range(6):
            wrong = confirm(anonymous_api, another(code))
            assert problem(wrong) == problem(unknown) == (422, "invalid_code")
            assert wrong.json()["detail"] == unknown.json()["detail"]

    def test_answer_to_a_weak_password_does_not_tell_the_names(
        self, anonymous_api: ApiClient, ngozi: CustomUser
    ) -> None:
        response = confirm(anonymous_api, another(reset_code(ngozi)), new_password="ngoziokonjo")

        assert problem(response) == (422, "invalid_code")

    def test_weak_password_does_not_use_the_code_up(self, anonymous_api: ApiClient, ngozi: CustomUser) -> None:
        code = reset_code(ngozi)

        assert problem(confirm(anonymous_api, code, new_password="short")) == (422, "weak_password")

        assert OTP.objects.get().tries == 0
        assert confirm(anonymous_api, code).status_code == 200

    def test_code_to_verify_does_not_reset(self, anonymous_api: ApiClient, ngozi: CustomUser) -> None:
        issued = issue_code(user=ngozi, purpose=OTPPurpose.VERIFY_EMAIL, sent_to=ngozi.email)
        assert issued is not None

        assert problem(confirm(anonymous_api, issued[1])) == (422, "invalid_code")

    def test_banned_person_cannot_reset(self, anonymous_api: ApiClient, ngozi: CustomUser) -> None:
        code = reset_code(ngozi)
        CustomUser.objects.update(is_active=False, banned_at=clock.now())

        assert problem(confirm(anonymous_api, code)) == (422, "invalid_code")
        ngozi.refresh_from_db()
        assert ngozi.check_password(PASSWORD)


def test_email_is_found_by_the_unique_index(ngozi: CustomUser) -> None:
    """`iexact` compares upper(email), which no index serves."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = CustomUser.objects.with_email("Ngozi@Example.com").explain()

    assert "Index Scan using accounts_user_email_unique" in plan
    assert "Index Cond: (lower((email)::text) = " in plan


def test_outdated_hash_is_replaced_at_the_door_of_admin(ngozi: CustomUser, settings: Any) -> None:
    """A user is a cached model: written outside a transaction it would raise."""
    argon = settings.PASSWORD_HASHERS
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    ngozi.set_password(PASSWORD)
    ngozi.save(update_fields=["password"])
    settings.PASSWORD_HASHERS = [*argon, "django.contrib.auth.hashers.MD5PasswordHasher"]

    assert ngozi.check_password(PASSWORD)

    ngozi.refresh_from_db()
    assert ngozi.password.startswith("argon2$argon2id$")
