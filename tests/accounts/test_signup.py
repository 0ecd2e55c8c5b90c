"""POST /auth/signup, /auth/verify and /auth/otp: an account, a code, a proved address."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.mail import EmailMultiAlternatives

from accounts.models import OTP, CustomUser, Notification
from core import clock
from core.actor import Role
from core.queries import count_queries
from tests.accounts.conftest import CodeFor, Mails, another, problem
from tests.factories.accounts import PASSWORD, UserFactory
from tests.support.api_client import ApiClient
from tests.support.jobs import RunJobs

pytestmark = pytest.mark.django_db(transaction=True)

ANSWER = {"detail": "If this address can get a code, it is on its way. It is good for ten minutes."}


def form(**changes: Any) -> dict[str, Any]:
    return {
        "email": "ngozi@example.com",
        "password": PASSWORD,
        "first_name": "Ngozi",
        "last_name": "Eze",
        "role": "applicant",
        **changes,
    }


def test_signup_makes_an_unverified_person_with_a_profile(anonymous_api: ApiClient) -> None:
    response = anonymous_api.post("/auth/signup", form(role="client"))

    assert (response.status_code, response.json()) == (202, ANSWER)
    user = CustomUser.objects.select_related("profile").get()
    assert (user.email, user.name, user.role) == ("ngozi@example.com", "Ngozi Eze", Role.CLIENT)
    assert user.email_verified_at is None
    assert user.check_password(PASSWORD)
    assert user.password.startswith("argon2$argon2id$")
    assert not user.is_staff


def test_code_by_mail_proves_the_address(anonymous_api: ApiClient, code_for: CodeFor) -> None:
    anonymous_api.post("/auth/signup", form())

    response = anonymous_api.post("/auth/verify", {"email": "Ngozi@Example.com", "code": code_for("ngozi@example.com")})

    assert response.status_code == 200
    assert CustomUser.objects.get().email_verified_at is not None
    assert [(message.subject, message.to) for message in mail.outbox] == [
        ("Your Payshift code to verify your e-mail", ["ngozi@example.com"])
    ]


def test_code_is_kept_only_as_a_hash(anonymous_api: ApiClient, code_for: CodeFor) -> None:
    anonymous_api.post("/auth/signup", form())
    code = code_for("ngozi@example.com")

    row = OTP.objects.values().get()

    assert len(bytes(row["code_hmac"])) == 32
    assert code not in str(row)


def test_code_is_good_once(anonymous_api: ApiClient, code_for: CodeFor) -> None:
    anonymous_api.post("/auth/signup", form())
    sent = {"email": "ngozi@example.com", "code": code_for("ngozi@example.com")}
    anonymous_api.post("/auth/verify", sent)

    assert problem(anonymous_api.post("/auth/verify", sent)) == (422, "invalid_code")


def test_code_of_one_person_is_not_good_for_another(anonymous_api: ApiClient, code_for: CodeFor) -> None:
    anonymous_api.post("/auth/signup", form())
    anonymous_api.post("/auth/signup", form(email="other@example.com"))
    code_for("other@example.com")

    response = anonymous_api.post("/auth/verify", {"email": "other@example.com", "code": code_for("ngozi@example.com")})

    assert problem(response) == (422, "invalid_code")
    assert not CustomUser.objects.exclude(email_verified_at=None).exists()


def test_code_is_over_after_ten_minutes(anonymous_api: ApiClient, code_for: CodeFor) -> None:
    anonymous_api.post("/auth/signup", form())
    sent = {"email": "ngozi@example.com", "code": code_for("ngozi@example.com")}

    with time_machine.travel(clock.now() + timedelta(minutes=10), tick=False):
        assert problem(anonymous_api.post("/auth/verify", sent)) == (422, "invalid_code")


def test_signup_with_a_known_address_answers_alike_and_tells_its_owner(
    anonymous_api: ApiClient, wale: CustomUser, mails_to: Mails
) -> None:
    before = CustomUser.objects.values().get()

    response = anonymous_api.post("/auth/signup", form(email="WALE@example.com"))

    assert (response.status_code, response.json()) == (202, ANSWER)
    assert CustomUser.objects.values().get() == before
    assert [message.subject for message in mails_to("wale@example.com")] == ["Sign-up with your e-mail"]
    assert not OTP.objects.exists()


def test_known_address_costs_the_queries_of_a_new_one(anonymous_api: ApiClient, wale: CustomUser) -> None:
    with count_queries(statements=True) as new:
        anonymous_api.post("/auth/signup", form())
    with count_queries(statements=True) as known:
        anonymous_api.post("/auth/signup", form(email=wale.email))

    # Both: lock the address, look the person up, write user and profile, queue a job.
    verbs = [[sql.split()[0] for sql in counted.statements if "SAVEPOINT" not in sql] for counted in (new, known)]
    assert verbs == [["SELECT", "SELECT", "INSERT", "INSERT", "SELECT"]] * 2
    assert CustomUser.objects.count() == 2


def test_owner_hears_of_many_attempts_once_an_hour(anonymous_api: ApiClient, wale: CustomUser, mails_to: Mails) -> None:
    with time_machine.travel(clock.now().replace(minute=10), tick=False):
        for _ in range(3):
            anonymous_api.post("/auth/signup", form(email=wale.email))

        assert len(mails_to(wale.email)) == 1
    assert Notification.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": "no-address"}, "email"),
        ({"email": "a" * 250 + "@example.com"}, "email"),
        ({"password": ""}, "password"),
        ({"password": "x" * 129}, "password"),
        ({"first_name": ""}, "first_name"),
        ({"first_name": "x" * 101}, "first_name"),
        ({"role": "admin"}, "role"),
        ({"is_staff": True}, "is_staff"),
        ({"email": None}, "email"),
        ({"email": ["a@example.com"]}, "email"),
        ({"first_name": "\ud800"}, "first_name"),
        ({"first_name": "a\x00b"}, ""),
        ({"first_name": "   "}, "first_name"),
        ({"last_name": "Eze\r\nBcc: everybody@example.com"}, "last_name"),
        ({"first_name": "Ngozi\u2028Go to evil.example"}, "first_name"),
        ({"first_name": "Ng\u202eozi"}, "first_name"),
        ({"email": "ngozi@example.com\n"}, "email"),
        ({"email": "ngozi@example.com,ada@example.com"}, "email"),
        ({"email": "ngozİ@example.com"}, "email"),
        ({"email": "\u212aing@example.com"}, "email"),
        ({"email": '"\x01\x02"@example.com'}, "email"),
        ({"email": '"ngozi eze"@example.com'}, "email"),
        ({"email": "a" * 60 + "@" + ("İ" * 30 + ".") * 5 + "example.com"}, "email"),
    ],
)
def test_bad_form_is_refused(anonymous_api: ApiClient, changes: dict[str, Any], field: str) -> None:
    response = anonymous_api.post("/auth/signup", form(**changes))

    assert problem(response) == (422, "invalid_input")
    assert field in [error["field"] for error in response.json()["errors"]] or not field
    assert not CustomUser.objects.exists()


def test_spaces_around_names_do_not_count(anonymous_api: ApiClient) -> None:
    anonymous_api.post("/auth/signup", form(first_name=" Ṣadé ", last_name=" O'Neil-Bákàrè "))

    assert CustomUser.objects.get().name == "Ṣadé O'Neil-Bákàrè"


@pytest.mark.parametrize("spelling", ["ngozi@EXÄMPLE.com", "NGOZI@exämple.COM", "ngozi@exämple.com"])
def test_address_is_one_in_any_spelling_of_its_domain(anonymous_api: ApiClient, spelling: str) -> None:
    for email in ("ngozi@exämple.com", spelling):
        assert anonymous_api.post("/auth/signup", form(email=email)).status_code == 202

    assert CustomUser.objects.get().email == "ngozi@exämple.com"


def test_capital_that_postgresql_and_python_make_small_differently_is_one_too(anonymous_api: ApiClient) -> None:
    for _ in range(2):
        assert anonymous_api.post("/auth/signup", form(email="ngozi@İstanbul.example")).status_code == 202

    assert CustomUser.objects.count() == 1


def test_stranger_is_not_greeted_by_what_somebody_else_typed(anonymous_api: ApiClient, mails_to: Mails) -> None:
    """Anybody may sign up with anybody's address: the mail to it must not carry their words."""
    anonymous_api.post("/auth/signup", form(first_name="Win at evil.example"))

    [message] = mails_to("ngozi@example.com")

    assert isinstance(message, EmailMultiAlternatives)
    assert "evil.example" not in f"{message.body} {message.alternatives}"


@pytest.mark.parametrize("password", ["short", "password123", "1234567890", "ngozi@example.com"])
def test_weak_password_is_refused_with_reasons(anonymous_api: ApiClient, password: str) -> None:
    response = anonymous_api.post("/auth/signup", form(password=password))

    assert problem(response) == (422, "weak_password")
    assert {error["field"] for error in response.json()["errors"]} == {"password"}
    assert not CustomUser.objects.exists()


@pytest.mark.parametrize("password", ["  spaces at both ends  ", "ọ̀rọ̀ aṣínà mi 🔑", "x1" * 64])
def test_password_is_kept_verbatim(anonymous_api: ApiClient, password: str) -> None:
    anonymous_api.post("/auth/signup", form(password=password))

    user = CustomUser.objects.get()
    assert user.check_password(password)
    assert not user.check_password(password.strip() + "!")


def test_requested_code_replaces_the_older_one(anonymous_api: ApiClient, code_for: CodeFor) -> None:
    anonymous_api.post("/auth/signup", form())
    older = code_for("ngozi@example.com")

    with time_machine.travel(clock.now() + timedelta(seconds=61), tick=False):
        response = anonymous_api.post("/auth/otp", {"email": "ngozi@example.com", "purpose": "verify_email"})
        newer = code_for("ngozi@example.com")
        assert (response.status_code, response.json()) == (202, ANSWER)
        assert OTP.objects.filter(is_live=True).count() == 1
        if older != newer:
            sent = {"email": "ngozi@example.com", "code": older}
            assert problem(anonymous_api.post("/auth/verify", sent)) == (422, "invalid_code")
        sent = {"email": "ngozi@example.com", "code": newer}
        assert anonymous_api.post("/auth/verify", sent).status_code == 200


def test_code_is_sent_at_most_once_a_minute(anonymous_api: ApiClient, mails_to: Mails) -> None:
    anonymous_api.post("/auth/signup", form())
    assert len(mails_to("ngozi@example.com")) == 1

    for _ in range(3):
        anonymous_api.post("/auth/otp", {"email": "ngozi@example.com", "purpose": "verify_email"})

    assert len(mails_to("ngozi@example.com")) == 1


@pytest.mark.parametrize("purpose", ["verify_email", "reset_password", "confirm_identity"])
def test_code_for_an_unknown_address_answers_alike(anonymous_api: ApiClient, run_jobs: RunJobs, purpose: str) -> None:
    response = anonymous_api.post("/auth/otp", {"email": "nobody@example.com", "purpose": purpose})

    assert (response.status_code, response.json()) == (202, ANSWER)
    assert run_jobs() == 1
    assert mail.outbox == []


def test_proved_address_gets_no_further_code_to_prove_it(
    anonymous_api: ApiClient, wale: CustomUser, mails_to: Mails
) -> None:
    anonymous_api.post("/auth/otp", {"email": wale.email, "purpose": "verify_email"})

    assert mails_to(wale.email) == []


def test_banned_person_gets_no_code(anonymous_api: ApiClient, mails_to: Mails) -> None:
    UserFactory.create(email="gone@example.com", is_active=False, banned_at=clock.now())

    anonymous_api.post("/auth/otp", {"email": "gone@example.com", "purpose": "reset_password"})

    assert mails_to("gone@example.com") == []


def test_code_to_change_the_email_cannot_be_asked_for_by_strangers(anonymous_api: ApiClient, wale: CustomUser) -> None:
    response = anonymous_api.post("/auth/otp", {"email": wale.email, "purpose": "change_email"})

    assert problem(response) == (422, "invalid_input")


def test_wrong_code_answers_alike_for_unknown_known_and_locked(anonymous_api: ApiClient, code_for: CodeFor) -> None:
    """An answer of its own for "locked" would tell that there is such an account."""
    anonymous_api.post("/auth/signup", form())
    wrong = another(code_for("ngozi@example.com"))
    unknown = anonymous_api.post("/auth/verify", {"email": "nobody@example.com", "code": wrong})

    for _ in range(7):
        response = anonymous_api.post("/auth/verify", {"email": "ngozi@example.com", "code": wrong})
        answer, expected = response.json(), unknown.json()
        assert response.status_code == unknown.status_code == 422
        assert {**answer, "request_id": None} == {**expected, "request_id": None}


@pytest.mark.parametrize("code", ["", "12345", "1234567", "12345a", "１２３４５６", 123456])
def test_malformed_code_is_refused_without_a_try(anonymous_api: ApiClient, code_for: CodeFor, code: str | int) -> None:
    anonymous_api.post("/auth/signup", form())
    code_for("ngozi@example.com")

    response = anonymous_api.post("/auth/verify", {"email": "ngozi@example.com", "code": code})

    assert problem(response) == (422, "invalid_input")
    assert OTP.objects.get().tries == 0


def test_signups_are_throttled_per_address_of_the_caller(anonymous_api: ApiClient, settings: Any) -> None:
    settings.SIGNUPS_PER_ADDRESS_HOUR = 20
    answers = [
        anonymous_api.post("/auth/signup", form(email=f"n{number}@example.com", password="short")).status_code
        for number in range(21)
    ]

    assert answers == [422] * 20 + [429]


def test_guesses_are_throttled_per_address_of_the_caller_whosever_code_is_guessed(
    anonymous_api: ApiClient, settings: Any
) -> None:
    settings.CODE_TRIES_PER_ADDRESS_HOUR = 60
    answers = [
        anonymous_api.post("/auth/verify", {"email": f"n{number}@example.com", "code": "000000"}).status_code
        for number in range(61)
    ]

    assert answers == [422] * 60 + [429]


def test_codes_are_throttled_per_email(anonymous_api: ApiClient) -> None:
    sent = {"email": "nobody@example.com", "purpose": "reset_password"}

    answers = [anonymous_api.post("/auth/otp", sent) for _ in range(11)]

    assert [answer.status_code for answer in answers] == [202] * 10 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
