"""The second factor: switched on with an app, asked for at log-in and before money moves, each code good once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from cryptography.fernet import InvalidToken
from django.core import mail
from django.test import Client
from pyotp import TOTP, parse_uri
from pytest_django import Settings

from accounts.exceptions import InvalidSecondFactor, SecondFactorLocked
from accounts.models import CustomUser, Device, RecoveryCode, SecondFactor
from accounts.secrets_at_rest import decrypt, encrypt
from accounts.services.second_factor import PURPOSE, make_recovery_codes, use_second_factor
from core import clock
from core.models import PayshiftQuerySet
from tests.accounts.conftest import Api, Mails, another, problem
from tests.accounts.test_admin import enter
from tests.accounts.test_races import CONTROL_THREADS, read_then_write
from tests.factories.accounts import PASSWORD, TOTP_SECRET, BankAccountFactory, SecondFactorFactory, UserFactory
from tests.support.api_client import ApiClient
from tests.support.races import errors_of, race
from tests.support.staff_pages import act_on_list

pytestmark = pytest.mark.django_db

PATH = "/auth/second-factor"
LOGIN = {"email": "ngozi@example.com", "password": PASSWORD}
# In the middle of its 30 seconds.
NOON = datetime(2031, 5, 5, 12, 0, 15, tzinfo=UTC)
STEP = timedelta(seconds=30)


def at(time: datetime, secret: str = TOTP_SECRET) -> str:
    """What the app shows then."""
    return TOTP(secret).at(time)


@pytest.fixture
def noon() -> Any:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def ngozi(noon: Any) -> CustomUser:
    user: CustomUser = UserFactory.create(email="ngozi@example.com", first_name="Ngozi", password=PASSWORD)
    return user


@pytest.fixture
def factor(ngozi: CustomUser) -> SecondFactor:
    return SecondFactorFactory.create(user=ngozi)


@pytest.fixture
def log_in(anonymous_api: ApiClient) -> Callable[..., Any]:
    return lambda **fields: anonymous_api.post("/auth/login", {**LOGIN, **fields})


# Setting up


def test_it_is_on_once_the_apps_first_code_was_sent(
    api: Api, ngozi: CustomUser, log_in: Callable[..., Any], noon: Any
) -> None:
    client = api(ngozi)
    offer = client.post(PATH, {"password": PASSWORD})
    assert offer.status_code == 201
    assert log_in().status_code == 200
    app = parse_uri(offer.json()["otpauth_uri"])

    confirmed = client.post(f"{PATH}/confirm", {"second_factor_code": at(NOON, offer.json()["secret"])})

    assert (app.issuer, app.name, app.secret) == ("Payshift", "ngozi@example.com", offer.json()["secret"])
    assert confirmed.status_code == 200
    assert len(set(confirmed.json()["recovery_codes"])) == 10
    assert client.get(PATH).json() == {
        "is_on": True,
        "confirmed_at": NOON.isoformat().replace("+00:00", "Z"),
        "recovery_codes_left": 10,
    }
    assert problem(log_in()) == (403, "second_factor_required")


def test_switched_on_it_ends_the_devices_that_a_password_alone_opened(
    api: Api, ngozi: CustomUser, log_in: Callable[..., Any], noon: Any
) -> None:
    for _ in range(2):
        log_in()
    client = api(ngozi)
    secret = client.post(PATH, {"password": PASSWORD}).json()["secret"]
    alive = Device.objects.filter(user=ngozi, revoked_at=None)
    before = alive.count()

    client.post(f"{PATH}/confirm", {"second_factor_code": another(at(NOON, secret))})
    assert alive.count() == before >= 3
    confirmed = client.post(f"{PATH}/confirm", {"second_factor_code": at(NOON, secret)})

    assert confirmed.status_code == 200
    assert alive.count() == 1
    assert client.get("/me").status_code == 200


def test_a_wrong_first_code_switches_nothing_on(api: Api, ngozi: CustomUser) -> None:
    client = api(ngozi)
    secret = client.post(PATH, {"password": PASSWORD}).json()["secret"]

    answer = client.post(f"{PATH}/confirm", {"second_factor_code": another(at(NOON, secret))})

    assert problem(answer) == (403, "invalid_second_factor")
    assert client.get(PATH).json() == {"is_on": False, "confirmed_at": None, "recovery_codes_left": 0}


def test_setting_up_needs_the_password(api: Api, ngozi: CustomUser) -> None:
    assert problem(api(ngozi).post(PATH, {"password": "guessed at random"})) == (403, "identity_not_confirmed")
    assert not SecondFactor.objects.exists()


def test_a_second_one_is_not_set_up_over_the_first(api: Api, ngozi: CustomUser, factor: SecondFactor) -> None:
    client = api(ngozi)

    assert problem(client.post(PATH, {"password": PASSWORD})) == (409, "second_factor_on")
    assert SecondFactor.objects.get().encrypted_secret == factor.encrypted_secret


def test_confirming_without_an_offer_is_refused(api: Api, ngozi: CustomUser) -> None:
    answer = api(ngozi).post(f"{PATH}/confirm", {"second_factor_code": "123456"})

    assert problem(answer) == (409, "second_factor_off")


def test_secret_is_encrypted_and_shown_by_no_later_answer(api: Api, ngozi: CustomUser, noon: Any) -> None:
    client = api(ngozi)
    secret = client.post(PATH, {"password": PASSWORD}).json()["secret"]
    stored = bytes(SecondFactor.objects.get().encrypted_secret)

    answers = [
        client.post(f"{PATH}/confirm", {"second_factor_code": at(NOON, secret)}),
        client.get(PATH),
        client.get("/me"),
    ]

    assert secret.encode() not in stored
    assert decrypt(stored, purpose=PURPOSE) == secret
    assert all(secret not in answer.content.decode() for answer in answers)


def test_another_key_cannot_read_it_and_a_fallback_can(settings: Any) -> None:
    sealed = encrypt("SECRET", purpose=PURPOSE)
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another key of more than thirty-two letters"

    with pytest.raises(InvalidToken):
        decrypt(sealed, purpose=PURPOSE)
    settings.SECRET_KEY_FALLBACKS = [old]

    assert decrypt(sealed, purpose=PURPOSE) == "SECRET"
    with pytest.raises(InvalidToken):
        decrypt(sealed, purpose="something else")


# Logging in


def test_log_in_takes_the_code_of_now(factor: SecondFactor, log_in: Callable[..., Any]) -> None:
    assert log_in(second_factor_code=at(NOON)).status_code == 200
    assert Device.objects.count() == 1


@pytest.mark.parametrize(("steps", "status"), [(-2, 403), (-1, 200), (1, 200), (2, 403)])
def test_a_clock_that_is_one_step_off_is_forgiven(
    steps: int, status: int, factor: SecondFactor, log_in: Callable[..., Any]
) -> None:
    assert log_in(second_factor_code=at(NOON + steps * STEP)).status_code == status


def test_a_code_is_not_taken_twice(factor: SecondFactor, log_in: Callable[..., Any]) -> None:
    log_in(second_factor_code=at(NOON))

    assert problem(log_in(second_factor_code=at(NOON))) == (403, "invalid_second_factor")
    assert Device.objects.count() == 1


def test_an_older_code_than_the_last_one_is_not_taken(factor: SecondFactor, log_in: Callable[..., Any]) -> None:
    log_in(second_factor_code=at(NOON + STEP))

    assert problem(log_in(second_factor_code=at(NOON))) == (403, "invalid_second_factor")


def test_a_wrong_password_tells_nothing_of_the_second_factor(factor: SecondFactor, log_in: Callable[..., Any]) -> None:
    wrong = log_in(password="wrong horse battery", second_factor_code=at(NOON))

    assert problem(wrong) == (401, "bad_credentials")
    assert log_in(second_factor_code=at(NOON)).status_code == 200


def test_five_wrong_codes_lock_even_the_right_one_for_a_quarter_of_an_hour(
    factor: SecondFactor, log_in: Callable[..., Any], noon: Any
) -> None:
    answers = [problem(log_in(second_factor_code=another(at(NOON)))) for _ in range(5)]
    assert answers == [(403, "invalid_second_factor")] * 5

    assert problem(log_in(second_factor_code=at(NOON))) == (403, "second_factor_locked")
    noon.shift(timedelta(minutes=14, seconds=59))
    assert problem(log_in(second_factor_code=at(clock.now()))) == (403, "second_factor_locked")
    noon.shift(timedelta(seconds=1))
    assert log_in(second_factor_code=at(clock.now())).status_code == 200


def test_a_right_code_forgives_the_wrong_ones_before(
    factor: SecondFactor, log_in: Callable[..., Any], noon: Any
) -> None:
    for _ in range(3):
        for _ in range(2):
            log_in(second_factor_code=another(at(clock.now())))
        assert log_in(second_factor_code=at(clock.now())).status_code == 200
        noon.shift(timedelta(minutes=5))


def test_a_recovery_code_is_good_once(factor: SecondFactor, log_in: Callable[..., Any]) -> None:
    code, other = make_recovery_codes(factor)[:2]

    assert log_in(second_factor_code=code).status_code == 200
    assert problem(log_in(second_factor_code=code)) == (403, "invalid_second_factor")
    # As people type it: without the dash.
    assert log_in(second_factor_code=other.replace("-", "")).status_code == 200
    assert RecoveryCode.objects.filter(used_at__isnull=False).count() == 2


def test_recovery_codes_are_kept_as_hashes_and_of_one_person(factor: SecondFactor) -> None:
    [code, *_] = make_recovery_codes(factor)
    stranger = SecondFactorFactory.create()

    with pytest.raises(InvalidSecondFactor):
        use_second_factor(stranger, code)
    assert code.replace("-", "").encode() not in b"".join(bytes(row.code_hmac) for row in RecoveryCode.objects.all())


def test_app_and_recovery_codes_outlive_a_change_of_keys(factor: SecondFactor, settings: Any) -> None:
    [code, *_] = make_recovery_codes(factor)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key of more than thirty-two letters"

    use_second_factor(factor, at(NOON))
    use_second_factor(factor, code)


def test_code_of_another_person_is_refused(factor: SecondFactor, log_in: Callable[..., Any]) -> None:
    SecondFactorFactory.create(encrypted_secret=encrypt("K" * 32, purpose=PURPOSE))

    assert problem(log_in(second_factor_code=at(NOON, "K" * 32))) == (403, "invalid_second_factor")


@pytest.mark.parametrize("code", ["12345", "1234567", "١٢٣٤٥٦", "", "k7qdm-2xrpa", 123456])
def test_malformed_codes_are_no_tries(code: object, factor: SecondFactor, log_in: Callable[..., Any]) -> None:
    assert problem(log_in(second_factor_code=code)) == (422, "invalid_input")
    assert SecondFactor.objects.get().tries == 0


# Before money moves, and what else asks for the password


def guarded(user: CustomUser) -> list[tuple[str, str, dict[str, object]]]:
    BankAccountFactory.create(user=user)
    return [
        ("post", "/wallet/withdrawals", {"amount_kobo": 20_000}),
        ("put", "/account-details", {"bank_code": "058", "account_number": "0123456789"}),
        ("post", "/auth/email", {"email": "new@example.com"}),
        ("post", "/auth/second-factor/recovery-codes", {}),
        ("delete", "/auth/second-factor", {}),
    ]


def test_whatever_asks_for_the_password_asks_for_it_too(api: Api, ngozi: CustomUser, factor: SecondFactor) -> None:
    client = api(ngozi)
    wrong = another(at(NOON))
    refusals: dict[str, list[tuple[int, str]]] = {}

    for method, path, fields in guarded(ngozi):
        body = {**fields, "password": PASSWORD}
        send = getattr(client, method)
        refusals[path] = [
            problem(send(path, body, Idempotency_Key=f"{path}-without")),
            problem(send(path, {**body, "second_factor_code": wrong}, Idempotency_Key=f"{path}-wrong")),
        ]
        SecondFactor.objects.update(tries=0)

    expected = [(403, "second_factor_required"), (403, "invalid_second_factor")]
    assert refusals == dict.fromkeys(refusals, expected)
    assert len(refusals) == 5


def test_password_change_asks_for_it_too(api: Api, ngozi: CustomUser, factor: SecondFactor) -> None:
    body = {"current_password": PASSWORD, "new_password": "a wholly different phrase"}

    assert problem(api(ngozi).post("/auth/password", body)) == (403, "second_factor_required")
    assert api(ngozi).post("/auth/password", {**body, "second_factor_code": at(NOON)}).status_code == 200


def test_a_wrong_password_does_not_use_the_code_up(api: Api, ngozi: CustomUser, factor: SecondFactor) -> None:
    body = {"password": "wrong horse battery", "second_factor_code": at(NOON)}
    client = api(ngozi)

    assert problem(client.delete(PATH, body)) == (403, "identity_not_confirmed")
    assert client.delete(PATH, {**body, "password": PASSWORD}).status_code == 204


# Switching it off, and what is told


def test_switched_off_it_is_forgotten(
    api: Api, ngozi: CustomUser, factor: SecondFactor, log_in: Callable[..., Any]
) -> None:
    make_recovery_codes(factor)

    assert api(ngozi).delete(PATH, {"password": PASSWORD, "second_factor_code": at(NOON)}).status_code == 204

    assert not SecondFactor.objects.exists()
    assert not RecoveryCode.objects.exists()
    assert log_in().status_code == 200
    assert problem(api(ngozi).delete(PATH, {"password": PASSWORD})) == (409, "second_factor_off")


def test_new_recovery_codes_void_the_old(
    api: Api, ngozi: CustomUser, factor: SecondFactor, log_in: Callable[..., Any]
) -> None:
    [old, *_] = make_recovery_codes(factor)

    answer = api(ngozi).post(f"{PATH}/recovery-codes", {"password": PASSWORD, "second_factor_code": at(NOON)})

    [new, *_] = answer.json()["recovery_codes"]
    assert problem(log_in(second_factor_code=old)) == (403, "invalid_second_factor")
    assert log_in(second_factor_code=new).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_the_person_is_told_of_each_change(api: Api, ngozi: CustomUser, mails_to: Mails) -> None:
    client = api(ngozi)
    secret = client.post(PATH, {"password": PASSWORD}).json()["secret"]
    client.post(f"{PATH}/confirm", {"second_factor_code": at(NOON, secret)})
    client.delete(PATH, {"password": PASSWORD, "second_factor_code": at(NOON + STEP, secret)})

    bodies = [str(message.body) for message in mails_to("ngozi@example.com")]

    assert [("switched on" in body, "switched off" in body) for body in bodies] == [(True, False), (False, True)]
    assert all(secret not in str(message.message()) for message in mail.outbox)


# P3: one winner


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["app", "recovery"])
def test_p3_of_64_parallel_uses_of_one_code_one_wins(kind: str, factor: SecondFactor) -> None:
    code = at(NOON) if kind == "app" else make_recovery_codes(factor)[0]

    outcomes = race(*[lambda: use_second_factor(factor, code)] * 64)

    # The limit of tries stops most of them before they compare.
    assert outcomes.count(None) == 1
    assert set(errors_of(outcomes)) <= {InvalidSecondFactor, SecondFactorLocked}


@pytest.mark.django_db(transaction=True)
def test_p3_64_parallel_guesses_get_five_tries(factor: SecondFactor) -> None:
    outcomes = race(*[lambda: use_second_factor(factor, another(at(NOON)))] * 64)

    refused = errors_of(outcomes)
    assert (refused.count(InvalidSecondFactor), refused.count(SecondFactorLocked)) == (5, 59)


@pytest.mark.django_db(transaction=True)
def test_control_without_the_conditions_in_the_updates_several_win(
    factor: SecondFactor, monkeypatch: pytest.MonkeyPatch
) -> None:
    SecondFactor.objects.update(tries=0)
    monkeypatch.setattr(PayshiftQuerySet, "update", read_then_write(SecondFactor))
    monkeypatch.setattr("accounts.services.second_factor._count_try", lambda factor, now: True)

    outcomes = race(*[lambda: use_second_factor(factor, at(NOON))] * CONTROL_THREADS)

    assert outcomes.count(None) > 1


# Staff


@pytest.fixture
def staff(bisi: CustomUser, noon: Any) -> CustomUser:
    bisi.set_password(PASSWORD)
    bisi.save(update_fields=["password"])
    return bisi


def enter_admin(code: str = "", password: str = PASSWORD) -> Any:
    """The answer to the last step."""
    browser = Client()
    first = browser.post("/admin/login/?next=/admin/", {"username": "bisi@example.com", "password": password})
    return browser.post("/admin/login/code/?next=/admin/", {"code": code}) if code else first


def test_switched_on_it_ends_the_sessions_in_admin(staff: CustomUser, api: Api) -> None:
    browser, other = Client(), Client()
    for client in (browser, other):
        client.post("/admin/login/?next=/admin/", {"username": "bisi@example.com", "password": PASSWORD})
    assert browser.get("/admin/").status_code == other.get("/admin/").status_code == 200
    phone = api(staff)
    secret = phone.post(PATH, {"password": PASSWORD}).json()["secret"]
    assert browser.get("/admin/").status_code == 200

    assert phone.post(f"{PATH}/confirm", {"second_factor_code": at(NOON, secret)}).status_code == 200

    assert browser.get("/admin/").status_code == other.get("/admin/").status_code == 302


def test_admin_asks_staff_for_it_on_a_step_of_its_own(staff: CustomUser) -> None:
    SecondFactorFactory.create(user=staff)

    without = enter_admin()

    assert (without.status_code, without.headers["Location"]) == (302, "/admin/login/code/?next=%2Fadmin%2F")
    assert without.client.get("/admin/").status_code == 302
    assert enter_admin(another(at(NOON))).status_code == 200
    entered = enter_admin(at(NOON))
    assert (entered.status_code, entered.headers["Location"]) == (302, "/admin/")
    assert entered.client.get("/admin/").status_code == 200
    assert enter_admin(at(NOON)).status_code == 200


def test_second_step_is_open_to_nobody_without_the_first(staff: CustomUser) -> None:
    factor = SecondFactorFactory.create(user=staff)
    begun = enter_admin().client

    assert Client().post("/admin/login/code/", {"code": at(NOON)}).headers["Location"] == "/admin/login/"
    staff.set_password("another battery staple")
    staff.save(update_fields=["password"])
    assert begun.post("/admin/login/code/", {"code": at(NOON)}).headers["Location"] == "/admin/login/"
    factor.refresh_from_db()
    assert (factor.tries, factor.last_step) == (0, 0)


def test_second_step_waits_ten_minutes(staff: CustomUser) -> None:
    SecondFactorFactory.create(user=staff)
    begun = enter_admin().client

    with time_machine.travel(NOON + timedelta(minutes=11), tick=False):
        late = begun.post("/admin/login/code/", {"code": at(NOON + timedelta(minutes=11))})

    assert late.headers["Location"] == "/admin/login/"


def test_second_step_leads_to_no_other_site(staff: CustomUser) -> None:
    SecondFactorFactory.create(user=staff)
    browser = enter_admin().client

    entered = browser.post("/admin/login/code/?next=https://elsewhere.example/", {"code": at(NOON)})

    assert entered.headers["Location"] == "/admin/"


def test_session_of_staff_is_over_after_some_hours_however_busy(staff: CustomUser, settings: Settings) -> None:
    door = enter_admin().client
    hours = timedelta(hours=settings.STAFF_SESSION_HOURS)

    with time_machine.travel(NOON + hours - timedelta(minutes=1), tick=False):
        assert door.get("/admin/").status_code == 200
    with time_machine.travel(NOON + hours + timedelta(minutes=1), tick=False):
        assert door.get("/admin/").status_code == 302


def test_guessing_at_the_door_of_admin_is_throttled_with_the_api(staff: CustomUser, anonymous_api: ApiClient) -> None:
    for _ in range(5):
        enter_admin(password="wrong horse battery")
        anonymous_api.post("/auth/login", {"email": "bisi@example.com", "password": "wrong horse battery"})

    assert enter_admin().status_code == 200
    assert anonymous_api.post("/auth/login", {**LOGIN, "email": "bisi@example.com"}).status_code == 429


def test_staff_switch_it_off_for_whoever_lost_everything(
    bisi: CustomUser, factor: SecondFactor, log_in: Callable[..., Any]
) -> None:
    office = enter(bisi)

    act_on_list(office, SecondFactor, "switch_off", factor)

    assert not SecondFactor.objects.exists()
    assert log_in().status_code == 200
