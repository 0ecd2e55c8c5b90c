"""POST /auth/email and /auth/email/confirm: the new address is proved before it counts."""

import pytest
from django.core import mail

from accounts.models import OTP, CustomUser, OTPPurpose
from accounts.services.code_mail import send_code
from accounts.services.codes import issue_code
from core.queries import count_queries
from tests.accounts.conftest import Api, CodeFor, QueuedJobs, another, problem
from tests.factories.accounts import PASSWORD, UserFactory
from tests.support.jobs import RunJobs

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ngozi() -> CustomUser:
    user: CustomUser = UserFactory.create(email="ngozi@example.com", first_name="Ngozi", password=PASSWORD)
    return user


@pytest.fixture
def amaka() -> CustomUser:
    user: CustomUser = UserFactory.create(email="amaka@example.com", password=PASSWORD)
    return user


def ask(api: Api, user: CustomUser, email: str, password: str = PASSWORD) -> tuple[int, str]:
    response = api(user).post("/auth/email", {"email": email, "password": password})
    return response.status_code, response.json()["detail"]


def test_code_to_the_new_address_changes_it_and_the_old_one_is_told(
    api: Api, ngozi: CustomUser, code_for: CodeFor, run_jobs: RunJobs
) -> None:
    assert ask(api, ngozi, "new@example.com")[0] == 202
    code = code_for("new@example.com")
    assert CustomUser.objects.get().email == "ngozi@example.com"

    response = api(ngozi).post("/auth/email/confirm", {"code": code})

    assert response.status_code == 200
    assert CustomUser.objects.get().email == "new@example.com"
    run_jobs()
    assert (mail.outbox[-1].to, mail.outbox[-1].subject) == (
        ["ngozi@example.com"],
        "Your Payshift e-mail was changed",
    )


def test_address_that_somebody_has_answers_alike_and_its_owner_is_told(
    api: Api, ngozi: CustomUser, amaka: CustomUser, wale: CustomUser, run_jobs: RunJobs
) -> None:
    with count_queries() as for_taken:
        taken = ask(api, ngozi, "WALE@example.com")
    with count_queries() as for_free:
        free = ask(api, amaka, "new@example.com")

    assert (taken, for_taken.count) == (free, for_free.count)
    run_jobs()
    code, told = mail.outbox
    assert (told.to, told.subject) == (["wale@example.com"], "Sign-up with your e-mail")
    assert (code.to, code.subject) == (["new@example.com"], "Your Payshift code to confirm your new e-mail")


def test_wrong_codes_do_not_tell_a_taken_address_from_a_free_one(
    api: Api, ngozi: CustomUser, amaka: CustomUser, wale: CustomUser, run_jobs: RunJobs
) -> None:
    """They are counted in both cases, and lock in both."""
    ask(api, ngozi, "wale@example.com")
    ask(api, amaka, "new@example.com")
    run_jobs()

    answers = [
        [problem(api(user).post("/auth/email/confirm", {"code": "000000"})) for _ in range(6)]
        for user in (ngozi, amaka)
    ]

    assert answers[0] == answers[1] == [(422, "invalid_code")] * 4 + [(403, "code_locked")] * 2
    ngozi.refresh_from_db()
    assert ngozi.email == "ngozi@example.com"


def test_codes_to_one_address_are_throttled_whoever_asks(
    api: Api, ngozi: CustomUser, amaka: CustomUser, queued_jobs: QueuedJobs
) -> None:
    answers = [ask(api, user, "new@example.com")[0] for user in (ngozi, amaka) * 6]

    assert answers == [202] * 10 + [429] * 2
    assert len(queued_jobs()) == 10


def test_address_taken_meanwhile_is_refused(api: Api, ngozi: CustomUser, code_for: CodeFor) -> None:
    ask(api, ngozi, "new@example.com")
    code = code_for("new@example.com")
    UserFactory.create(email="New@example.com")

    assert problem(api(ngozi).post("/auth/email/confirm", {"code": code})) == (409, "email_taken")
    ngozi.refresh_from_db()
    assert ngozi.email == "ngozi@example.com"


def test_wrong_password_sends_nothing(api: Api, ngozi: CustomUser, run_jobs: RunJobs) -> None:
    response = api(ngozi).post("/auth/email", {"email": "new@example.com", "password": "wrong"})

    assert problem(response) == (403, "identity_not_confirmed")
    assert run_jobs() == 0


def test_wrong_codes_are_counted(api: Api, ngozi: CustomUser, code_for: CodeFor) -> None:
    ask(api, ngozi, "new@example.com")
    code = code_for("new@example.com")
    client = api(ngozi)

    answers = [problem(client.post("/auth/email/confirm", {"code": another(code)})) for _ in range(6)]

    assert answers == [(422, "invalid_code")] * 4 + [(403, "code_locked")] * 2
    assert problem(client.post("/auth/email/confirm", {"code": code})) == (403, "code_locked")
    ngozi.refresh_from_db()
    assert ngozi.email == "ngozi@example.com"


def test_code_asked_for_before_does_not_go_to_the_old_address(ngozi: CustomUser) -> None:
    """The job had found the person before the address changed, and makes the code after."""
    CustomUser.objects.filter(pk=ngozi.pk).update(email="new@example.com")

    send_code(user_id=ngozi.pk, purpose=OTPPurpose.RESET_PASSWORD, to="ngozi@example.com")

    assert (OTP.objects.count(), mail.outbox) == (0, [])


def test_code_that_went_to_the_old_address_dies(api: Api, ngozi: CustomUser, code_for: CodeFor) -> None:
    issue_code(user=ngozi, purpose=OTPPurpose.RESET_PASSWORD, sent_to=ngozi.email)
    ask(api, ngozi, "new@example.com")

    api(ngozi).post("/auth/email/confirm", {"code": code_for("new@example.com")})

    assert not OTP.objects.filter(is_live=True).exists()
