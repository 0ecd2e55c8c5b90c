"""What strangers can do to an owner's log-in, reset and address: the attacks, as they were tried, and what is left."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction

from accounts.models import OTP, CustomUser
from accounts.services.origins import LOGIN_PER_ACCOUNT
from core import clock
from tests.accounts.conftest import CodeFor, another, problem
from tests.accounts.test_signup import form
from tests.factories.accounts import PASSWORD, UserFactory
from tests.support.api_client import ApiClient

pytestmark = pytest.mark.django_db(transaction=True)

HOME, ELSEWHERE = "198.51.100.7", "203.0.113.9"
EMAIL = "ngozi@example.com"


@pytest.fixture(autouse=True)
def _behind_a_proxy(settings: Any) -> None:
    settings.NINJA_NUM_PROXIES = 1


@pytest.fixture
def ngozi() -> CustomUser:
    user: CustomUser = UserFactory.create(email=EMAIL, password=PASSWORD)
    return user


def log_in(api: ApiClient, password: str = PASSWORD, *, email: str = EMAIL, address: str = HOME) -> Any:
    return api.post("/auth/login", {"email": email, "password": password}, X_Forwarded_For=address)


def verify(api: ApiClient, code: str, *, address: str = HOME, **fields: str) -> Any:
    return api.post("/auth/verify", {"email": EMAIL, "code": code, **fields}, X_Forwarded_For=address)


class TestLogIn:
    def test_wrong_passwords_from_elsewhere_do_not_lock_the_owner_out(
        self, anonymous_api: ApiClient, ngozi: CustomUser
    ) -> None:
        answers = [log_in(anonymous_api, "wrong horse", address=ELSEWHERE).status_code for _ in range(12)]

        assert answers[:10] == [401] * 10
        assert 429 in answers
        assert log_in(anonymous_api).status_code == 200

    def test_guesser_waits_and_the_owner_beside_him_waits_a_second_at_most(
        self, anonymous_api: ApiClient, ngozi: CustomUser
    ) -> None:
        for _ in range(10):
            log_in(anonymous_api, "wrong horse")

        refused = log_in(anonymous_api)

        assert problem(refused) == (429, "too_many_requests")
        assert int(refused.headers["Retry-After"]) == 1

    def test_right_password_ends_the_delay(self, anonymous_api: ApiClient, ngozi: CustomUser) -> None:
        for _ in range(9):
            log_in(anonymous_api, "wrong horse")
        assert log_in(anonymous_api).status_code == 200

        assert [log_in(anonymous_api, "wrong horse").status_code for _ in range(10)] == [401] * 10

    @pytest.mark.parametrize("spelling", ["NGOZI@example.com", "ngozi@EXAMPLE.com", " ngozi@example.com"])
    def test_tries_of_all_spellings_count_together(
        self, anonymous_api: ApiClient, ngozi: CustomUser, spelling: str
    ) -> None:
        for _ in range(10):
            log_in(anonymous_api, "wrong horse")

        assert log_in(anonymous_api, "wrong horse", email=spelling).status_code in (422, 429)

    @pytest.mark.parametrize("spelling", ["ngozİ@example.com", "ngoz\u0131@example.com", "\u212a@example.com"])
    def test_letters_that_fold_differently_are_no_spelling(
        self, anonymous_api: ApiClient, ngozi: CustomUser, spelling: str
    ) -> None:
        assert problem(log_in(anonymous_api, email=spelling)) == (422, "invalid_input")
        assert not CustomUser.objects.with_email(spelling).exists()
        with pytest.raises(IntegrityError, match="accounts_user_email_ascii_local"), transaction.atomic():
            UserFactory.create(email=spelling)

    def test_multitude_from_everywhere_does_not_stop_the_owner_at_home(
        self, anonymous_api: ApiClient, ngozi: CustomUser, settings: Any
    ) -> None:
        assert log_in(anonymous_api).status_code == 200
        settings.LOGINS_PER_ACCOUNT_HOUR = 10
        while LOGIN_PER_ACCOUNT.passes(EMAIL):
            pass

        assert log_in(anonymous_api, address=ELSEWHERE).status_code == 429
        # Another address of the same neighbourhood: a phone's changes.
        assert log_in(anonymous_api, address="198.51.100.200").status_code == 200


class TestCodes:
    def test_strangers_who_ask_for_codes_do_not_keep_the_owner_from_one(
        self, anonymous_api: ApiClient, ngozi: CustomUser, code_for: CodeFor
    ) -> None:
        sent = {"email": EMAIL, "purpose": "reset_password"}
        answers = [anonymous_api.post("/auth/otp", sent, X_Forwarded_For=ELSEWHERE).status_code for _ in range(12)]
        assert answers == [202] * 10 + [429] * 2

        assert anonymous_api.post("/auth/otp", sent, X_Forwarded_For=HOME).status_code == 202
        reset = {"email": EMAIL, "code": code_for(EMAIL), "new_password": "an even better staple"}
        assert anonymous_api.post("/auth/password-reset/confirm", reset, X_Forwarded_For=HOME).status_code == 200

    def test_wrong_codes_of_strangers_do_not_use_the_owner_s_tries_up(
        self, anonymous_api: ApiClient, code_for: CodeFor
    ) -> None:
        anonymous_api.post("/auth/signup", form(), X_Forwarded_For=HOME)
        code = code_for(EMAIL)
        for number in range(48):
            address = f"192.0.{number}.1"
            assert problem(verify(anonymous_api, another(code), address=address)) == (422, "invalid_code")
        # Ten of them were compared.
        assert OTP.objects.get().tries == 10

        assert verify(anonymous_api, code).status_code == 200

    def test_one_stranger_has_five_tries_though_he_asks_again(
        self, anonymous_api: ApiClient, ngozi: CustomUser, code_for: CodeFor
    ) -> None:
        sent = {"email": EMAIL, "purpose": "reset_password"}
        for minutes in range(4):
            with time_machine.travel(clock.now() + timedelta(minutes=2 * minutes), tick=False):
                anonymous_api.post("/auth/otp", sent, X_Forwarded_For=ELSEWHERE)
                reset = {"email": EMAIL, "code": another(code_for(EMAIL)), "new_password": "an even better staple"}
                for _ in range(3):
                    anonymous_api.post("/auth/password-reset/confirm", reset, X_Forwarded_For=ELSEWHERE)

        assert OTP.objects.latest("pk").tries == 5

    def test_codes_go_out_ever_more_slowly_and_the_last_is_there_to_be_used(
        self, anonymous_api: ApiClient, ngozi: CustomUser, code_for: CodeFor
    ) -> None:
        sent = {"email": EMAIL, "purpose": "reset_password"}
        with time_machine.travel(clock.now(), tick=False) as time:
            for number in range(30):
                anonymous_api.post("/auth/otp", sent, X_Forwarded_For=f"192.0.{number}.1")
                code_for(EMAIL)
                time.shift(timedelta(seconds=61))

        # Five in five minutes, then one in ten.
        assert OTP.objects.count() <= 8


class TestSquatting:
    SQUATTER = "the squatter's own key"

    def squat(self, api: ApiClient) -> None:
        api.post("/auth/signup", form(password=self.SQUATTER, first_name="Squatter"), X_Forwarded_For=ELSEWHERE)

    @pytest.mark.parametrize("first", ["squatter", "owner"])
    def test_code_without_a_password_activates_nobody_s_password(
        self, anonymous_api: ApiClient, code_for: CodeFor, first: str
    ) -> None:
        """The owner's own code, typed by the owner, opens no door to who signed up with it as well."""
        if first == "squatter":
            self.squat(anonymous_api)
        anonymous_api.post("/auth/signup", form(), X_Forwarded_For=HOME)
        if first == "owner":
            self.squat(anonymous_api)

        answer = verify(anonymous_api, code_for(EMAIL))

        assert answer.status_code == 200
        assert "reset the password" in answer.json()["detail"]
        for password in (self.SQUATTER, PASSWORD):
            assert problem(log_in(anonymous_api, password)) == (401, "bad_credentials")
        assert CustomUser.objects.get().email_verified_at is not None

    @pytest.mark.parametrize("first", ["squatter", "owner"])
    def test_password_sent_with_the_code_is_the_account_s(
        self, anonymous_api: ApiClient, code_for: CodeFor, first: str
    ) -> None:
        if first == "squatter":
            self.squat(anonymous_api)
        anonymous_api.post("/auth/signup", form(), X_Forwarded_For=HOME)
        if first == "owner":
            self.squat(anonymous_api)

        assert verify(anonymous_api, code_for(EMAIL), password=PASSWORD).status_code == 200

        assert problem(log_in(anonymous_api, self.SQUATTER)) == (401, "bad_credentials")
        assert log_in(anonymous_api).status_code == 200
        assert not CustomUser.objects.get().signup_contested

    def test_owner_who_never_signed_up_opens_no_door_to_who_did(
        self, anonymous_api: ApiClient, code_for: CodeFor
    ) -> None:
        self.squat(anonymous_api)

        assert verify(anonymous_api, code_for(EMAIL), password=PASSWORD).status_code == 200

        assert problem(log_in(anonymous_api, self.SQUATTER)) == (401, "bad_credentials")
        assert log_in(anonymous_api).status_code == 200

    def test_code_that_the_squatter_asks_for_again_is_no_better(
        self, anonymous_api: ApiClient, code_for: CodeFor
    ) -> None:
        anonymous_api.post("/auth/signup", form(), X_Forwarded_For=HOME)
        code_for(EMAIL)
        self.squat(anonymous_api)
        with time_machine.travel(clock.now() + timedelta(minutes=2), tick=False):
            sent = {"email": EMAIL, "purpose": "verify_email"}
            anonymous_api.post("/auth/otp", sent, X_Forwarded_For=HOME)
            verify(anonymous_api, code_for(EMAIL))
            assert problem(log_in(anonymous_api, self.SQUATTER)) == (401, "bad_credentials")

    def test_owner_resets_the_password_and_is_in(self, anonymous_api: ApiClient, code_for: CodeFor) -> None:
        self.squat(anonymous_api)
        anonymous_api.post("/auth/signup", form(), X_Forwarded_For=HOME)
        verify(anonymous_api, code_for(EMAIL))
        anonymous_api.post("/auth/password-reset", {"email": EMAIL}, X_Forwarded_For=HOME)
        reset = {"email": EMAIL, "code": code_for(EMAIL), "new_password": "an even better staple"}

        assert anonymous_api.post("/auth/password-reset/confirm", reset, X_Forwarded_For=HOME).status_code == 200
        assert log_in(anonymous_api, "an even better staple").status_code == 200

    def test_sign_up_sent_twice_is_one_person_s(self, anonymous_api: ApiClient, code_for: CodeFor) -> None:
        for _ in range(2):
            anonymous_api.post("/auth/signup", form(), X_Forwarded_For=HOME)

        assert verify(anonymous_api, code_for(EMAIL)).json() == {"detail": "Your e-mail is verified. Log in."}
        assert log_in(anonymous_api).status_code == 200

    def test_weak_password_with_the_code_is_refused_without_a_try(
        self, anonymous_api: ApiClient, code_for: CodeFor
    ) -> None:
        anonymous_api.post("/auth/signup", form(), X_Forwarded_For=HOME)
        code = code_for(EMAIL)

        assert problem(verify(anonymous_api, code, password="short")) == (422, "weak_password")
        assert OTP.objects.get().tries == 0
