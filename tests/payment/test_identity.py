"""A BVN or NIN is asked about under the person's name, raises what may leave the wallet, and is kept nowhere."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django_redis import get_redis_connection
from pytest_django import Settings

from accounts.models import CustomUser, IdentityCheck, IdentityKind, Notification, NotificationKind
from accounts.services import identity
from accounts.services.identity import confirm_number
from core.actor import Actor, Role
from payment.exceptions import AboveMaximum, WithdrawalLimit
from payment.services.withdrawals import withdraw
from tests.factories.accounts import PASSWORD, BankAccountFactory
from tests.factories.payment import fund_wallet
from tests.payment.conftest import alerts
from tests.support.api_client import ApiClient
from tests.support.gateway import Gateway
from tests.support.jobs import RunJobs
from tests.support.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)

NUMBER = "22212345678"


@pytest.fixture
def registered(gateway: Gateway, wale: CustomUser) -> None:
    for kind in ("bvn", "nin"):
        gateway.command(
            "identities", kind=kind, number=NUMBER, first_name=wale.first_name.upper(), last_name=wale.last_name
        )


def ask(user: CustomUser, *, kind: str = "bvn", number: str = NUMBER) -> tuple[int, str]:
    answer = ApiClient(user).post("/wallet/limits/identity", {"kind": kind, "number": number})
    return answer.status_code, answer.json().get("code", "")


def test_each_number_that_is_confirmed_raises_the_tier_and_asked_again_nobody_is_asked(
    registered: None, wale: CustomUser, settings: Settings
) -> None:
    settings.TIER_1_WITHDRAWAL_KOBO = "2026-01-01=5000000"
    settings.TIER_2_WITHDRAWAL_KOBO_PER_DAY = "2026-01-01=20000000"
    settings.NEW_ACCOUNT_DAYS = 0
    client = ApiClient(wale)
    before = client.get("/wallet/limits").json()

    first = client.post("/wallet/limits/identity", {"kind": "bvn", "number": NUMBER}).json()
    settings.PREMBLY_BASE_URL = "http://127.0.0.1:9"
    again = ask(wale)
    settings.PREMBLY_BASE_URL = f"{settings.SANDBOX_GATEWAY_URL}/prembly"
    second = client.post("/wallet/limits/identity", {"kind": "nin", "number": NUMBER}).json()

    assert (before["tier"], before["maximum_withdrawal_kobo"], before["may_confirm"]) == (1, 5_000_000, ["bvn", "nin"])
    assert before["raised_to"] == {
        "maximum_withdrawal_kobo": 20_000_000,
        "withdrawal_kobo_per_day": 20_000_000,
    }
    assert (first["tier"], first["maximum_withdrawal_kobo"]) == (2, 20_000_000)
    assert (first["withdrawal_kobo_per_day"], first["confirmed"]) == (20_000_000, ["bvn"])
    assert again == (200, "")
    assert (second["tier"], second["may_confirm"], second["raised_to"]) == (3, [], None)
    assert second["withdrawal_kobo_per_day"] == settings.WITHDRAWAL_KOBO_PER_DAY


def test_number_of_nobody_of_somebody_else_and_a_blocked_one_are_one_refusal(
    registered: None, gateway: Gateway, wale: CustomUser, chidi: CustomUser
) -> None:
    gateway.command(
        *("identities",),
        kind="bvn",
        number="22200000002",
        first_name=wale.first_name,
        last_name=wale.last_name,
        blocked=True,
    )

    answers = [ask(wale, number="22200000001"), ask(chidi), ask(wale, number="22200000002")]

    assert answers == [(422, "identity_number_refused")] * 3
    assert not IdentityCheck.objects.exists()


@pytest.mark.parametrize("fault", ["drop_request", "drop_answer", "error_5xx_before", "error_5xx_after_effect"])
def test_unknown_outcome_raises_nothing_and_is_asked_again(
    fault: str, registered: None, gateway: Gateway, wale: CustomUser
) -> None:
    gateway.fault(fault, provider="prembly", operation="identity")

    assert ask(wale) == (503, "provider_unavailable")
    assert not IdentityCheck.objects.exists()
    assert ask(wale) == (200, "")


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ('200 {"status": false, "response_code": "03", "detail": "Insufficient wallet balance"}', True),
        ('401 {"status": false, "detail": "Invalid API key."}', True),
        ('200 {"status": true, "response_code": "02", "detail": "Retry later"}', False),
        ('200 {"status": true, "response_code": "00", "data": null}', False),
        ('400 {"status": false, "detail": "Odd"}', False),
        ("200 <html>", False),
    ],
)
def test_answer_about_us_is_told_to_staff_and_no_answer_but_names_confirms(
    answer: str, told: bool, registered: None, gateway: Gateway, wale: CustomUser
) -> None:
    gateway.fault("answer_before", provider="prembly", operation="identity", value=answer, times=2)

    assert [ask(wale), ask(wale)] == [(503, "provider_unavailable")] * 2
    assert alerts() == ["identity_provider_refuses_us"] * told
    assert not IdentityCheck.objects.exists()


def test_largest_withdrawal_of_the_wallet_is_its_tiers(wale: CustomUser, settings: Settings) -> None:
    settings.TIER_1_WITHDRAWAL_KOBO = "2026-01-01=5000000"
    settings.NEW_ACCOUNT_DAYS = 0
    client = ApiClient(wale)
    before = client.get("/wallet").json()["maximum_withdrawal_kobo"]

    IdentityCheck.objects.create(
        user=wale, kind="nin", provider="prembly", confirmed_at=datetime(2026, 3, 2, tzinfo=UTC)
    )

    assert (before, client.get("/wallet").json()["maximum_withdrawal_kobo"]) == (
        5_000_000,
        settings.MAX_WITHDRAWAL_KOBO,
    )


def test_number_that_raises_nothing_promises_nothing(wale: CustomUser) -> None:
    limits = ApiClient(wale).get("/wallet/limits").json()

    assert (limits["may_confirm"], limits["raised_to"]) == (["bvn", "nin"], None)


# Whoever comes so far has read what was confirmed, and writes.
WRITES = "LOCK TABLE accounts_identitycheck IN SHARE MODE"


def checks_at_once(user: CustomUser) -> list[str]:
    actor = Actor(user.pk, Role.APPLICANT)
    return at_once(
        [lambda: confirm_number(actor=actor, kind=IdentityKind.BVN, number=NUMBER)] * 3,
        holding=WRITES,
    )


def test_checks_at_once_are_one_that_is_told_once(registered: None, wale: CustomUser, run_jobs: RunJobs) -> None:
    assert checks_at_once(wale) == ["done"] * 3

    assert IdentityCheck.objects.count() == 1
    run_jobs()
    assert [notice.title for notice in told(wale)] == ["BVN or NIN"]


def test_control_without_the_users_lock_checks_at_once_break(
    registered: None, wale: CustomUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity, "lock_active_user", lambda user_id: CustomUser.objects.get(pk=user_id))

    outcomes = checks_at_once(wale)

    assert ["accounts_identitycheck_once" in outcome for outcome in outcomes].count(True) == 2


def test_what_was_confirmed_is_told_and_by_mail_whatever_the_person_prefers(
    registered: None, wale: CustomUser, run_jobs: RunJobs
) -> None:
    for kind in ("bvn", "nin", "nin"):
        ask(wale, kind=kind)

    run_jobs()

    assert [notice.body[:23] for notice in told(wale)] == ["Your BVN was confirmed.", "Your NIN was confirmed."]
    assert {(notice.link, notice.mail_at is None) for notice in told(wale)} == {("/wallet/limits", False)}


def test_new_name_voids_what_was_confirmed_of_the_old_one_and_says_so(
    registered: None, wale: CustomUser, run_jobs: RunJobs
) -> None:
    ask(wale)
    ask(wale, kind="nin")
    run_jobs()
    wale.set_password(PASSWORD)
    wale.save()
    changes = {"last_name": "Smith", "password": PASSWORD}

    assert ApiClient(wale).patch("/me", changes).status_code == 200

    assert not IdentityCheck.objects.exists()
    run_jobs()
    assert told(wale)[-1].body.startswith("Your name was changed, so your BVN and NIN must be confirmed again")


def told(user: CustomUser) -> list[Notification]:
    return list(Notification.objects.filter(user=user, kind=NotificationKind.IDENTITY_CHANGED).order_by("pk"))


def test_tries_are_few(wale: CustomUser, gateway: Gateway) -> None:
    answers = [ask(wale, number="22200000001")[0] for _ in range(6)]

    assert answers == [422] * 5 + [429]


def test_without_a_provider_there_are_no_checks(wale: CustomUser, settings: Settings) -> None:
    settings.PREMBLY_SECRET_KEY = ""

    assert ask(wale) == (409, "no_identity_checks")
    assert ApiClient(wale).get("/wallet/limits").json()["may_confirm"] == []


def bank_of(user: CustomUser) -> None:
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)
    BankAccountFactory(user=user, changed_at=long_ago, verified_at=long_ago)
    fund_wallet(user.pk, 900_000)


@pytest.mark.parametrize(
    ("at", "amount_kobo", "goes"),
    [
        # The last second of the day before in Lagos, and the first of the day.
        (datetime(2026, 3, 2, 22, 59, 59, tzinfo=UTC), 100_001, True),
        (datetime(2026, 3, 2, 23, 0, 0, tzinfo=UTC), 100_000, True),
        (datetime(2026, 3, 2, 23, 0, 0, tzinfo=UTC), 100_001, False),
    ],
)
def test_tier_begins_with_its_day_in_lagos_and_holds_to_the_kobo(
    at: datetime, amount_kobo: int, goes: bool, registered: None, wale: CustomUser, settings: Settings
) -> None:
    settings.TIER_1_WITHDRAWAL_KOBO = "2026-03-03=100000"
    settings.NEW_ACCOUNT_DAYS = 0
    with time_machine.travel(at, tick=False):
        bank_of(wale)
        if goes:
            assert withdraw(user_id=wale.pk, amount_kobo=amount_kobo).amount_kobo == amount_kobo
        else:
            with pytest.raises(AboveMaximum):
                withdraw(user_id=wale.pk, amount_kobo=amount_kobo)


def test_limits_hold_by_the_day_in_lagos_and_only_until_a_number_is_confirmed(
    registered: None, wale: CustomUser, settings: Settings
) -> None:
    bank_of(wale)
    settings.TIER_1_WITHDRAWAL_KOBO = "2026-03-03=100000"
    settings.TIER_2_WITHDRAWAL_KOBO_PER_DAY = "2026-03-03=300000"
    settings.NEW_ACCOUNT_DAYS = 0
    # 23:30 in UTC is the next day in Lagos.
    with time_machine.travel(datetime(2026, 3, 2, 23, 30, tzinfo=UTC), tick=False):
        with pytest.raises(AboveMaximum, match="Confirm your BVN or NIN"):
            withdraw(user_id=wale.pk, amount_kobo=100_001)
        IdentityCheck.objects.create(
            user=wale, kind="bvn", provider="prembly", confirmed_at=datetime(2026, 3, 2, tzinfo=UTC)
        )
        with pytest.raises(WithdrawalLimit, match="₦3,000 "):
            withdraw(user_id=wale.pk, amount_kobo=300_001)
        assert withdraw(user_id=wale.pk, amount_kobo=300_000).amount_kobo == 300_000
    assert IdentityCheck.objects.count() == 1


def test_number_is_in_no_row_no_log_no_job_and_no_export(
    registered: None,
    gateway: Gateway,
    wale: CustomUser,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    gateway.fault("error_5xx_after_effect", provider="prembly", operation="identity")
    statuses = [ask(wale)[0], ask(wale, kind="nin", number="22200000009")[0], ask(wale)[0]]

    exported = ApiClient(wale).get("/me/export").content.decode()

    assert statuses == [503, 422, 200]
    logged = "".join([*capfd.readouterr(), caplog.text])
    for number in (NUMBER, "22200000009"):
        assert number not in exported
        assert number not in logged
        assert kept(number) == []
    assert '"identity_checks"' in exported


def kept(text: str) -> list[str]:
    """Where this is kept: in which tables and under which keys of Redis, sessions and throttles among them."""
    redis = get_redis_connection("default")
    read: dict[bytes, Callable[[bytes], object]] = {
        b"string": redis.get,
        b"hash": redis.hgetall,
        b"set": redis.smembers,
        b"list": lambda key: redis.lrange(key, 0, -1),
        b"zset": lambda key: redis.zrange(key, 0, -1),
        b"stream": redis.xrange,
    }
    keys = [key for key in redis.scan_iter("*") if text in f"{key!r} {read[redis.type(key)](key)!r}"]
    return [*rows_with(text), *map(repr, keys)]


def test_control_what_is_kept_is_found(wale: CustomUser) -> None:
    cache.set("a-place", {"number": NUMBER})
    CustomUser.objects.filter(pk=wale.pk).update(first_name=NUMBER)

    found = kept(NUMBER)

    assert "accounts_customuser" in found
    assert any("a-place" in place for place in found)


def rows_with(text: str) -> list[str]:
    """Every table of the application that has this in any row; the sandbox's register is not ours."""
    with connection.cursor() as cursor:
        tables = [name for name in connection.introspection.table_names(cursor) if not name.startswith("sandbox_")]
        found = []
        for table in tables:
            cursor.execute(f'SELECT EXISTS (SELECT FROM "{table}" t WHERE t::text LIKE %s)', [f"%{text}%"])
            found += [table] * cursor.fetchone()[0]
    return found
