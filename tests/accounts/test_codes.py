"""One-time codes: five tries, then a quarter of an hour of silence that asking again does not end."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import transaction

from accounts.exceptions import CodeLocked, InvalidCode
from accounts.models import OTP, CustomUser, OTPPurpose
from accounts.services.codes import issue_code, require_code, use_code
from core import clock
from tests.accounts.conftest import another

pytestmark = pytest.mark.django_db

PURPOSE = OTPPurpose.CONFIRM_IDENTITY


@pytest.fixture
def traveller() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        yield traveller


def issue(user: CustomUser, purpose: OTPPurpose = PURPOSE) -> str | None:
    issued = issue_code(user=user, purpose=purpose, sent_to=user.email)
    return issued[1] if issued else None


def new_code(user: CustomUser, purpose: OTPPurpose = PURPOSE) -> str:
    code = issue(user, purpose)
    assert code is not None
    return code


def guess(user: CustomUser, code: str, times: int = 1) -> list[type[Exception]]:
    outcomes: list[type[Exception]] = []
    for _ in range(times):
        with pytest.raises((InvalidCode, CodeLocked)) as refused:
            require_code(user_id=user.pk, purpose=PURPOSE, code=code)
        outcomes.append(refused.type)
    return outcomes


def later(traveller: time_machine.Traveller, **delta: int) -> datetime:
    traveller.shift(timedelta(**delta))
    return clock.now()


def test_fifth_try_may_still_be_right(wale: CustomUser) -> None:
    code = new_code(wale)

    assert guess(wale, another(code), 4) == [InvalidCode] * 4

    assert require_code(user_id=wale.pk, purpose=PURPOSE, code=code).user_id == wale.pk


def test_five_wrong_tries_lock_even_the_right_code(wale: CustomUser) -> None:
    code = new_code(wale)

    # The fifth one ends it.
    assert guess(wale, another(code), 5) == [InvalidCode] * 4 + [CodeLocked]

    assert guess(wale, code, 3) == [CodeLocked] * 3
    assert OTP.objects.get().tries == 5


def test_lock_lasts_a_quarter_of_an_hour_whoever_asks_again(
    wale: CustomUser, traveller: time_machine.Traveller
) -> None:
    guess(wale, another(new_code(wale)), 5)

    for _ in range(14):
        later(traveller, minutes=1)
        assert issue(wale) is None
        assert guess(wale, "000000") == [CodeLocked]
    later(traveller, minutes=1)

    code = new_code(wale)
    assert use_code(user_id=wale.pk, purpose=PURPOSE, code=code) is not None


def test_new_code_brings_no_new_tries(wale: CustomUser, traveller: time_machine.Traveller) -> None:
    """Otherwise somebody guesses four times a minute for ever."""
    guess(wale, another(new_code(wale)), 4)
    later(traveller, minutes=2)

    code = new_code(wale)

    assert guess(wale, another(code), 2) == [CodeLocked, CodeLocked]


def test_tries_are_forgotten_after_a_quarter_of_an_hour(wale: CustomUser, traveller: time_machine.Traveller) -> None:
    guess(wale, another(new_code(wale)), 4)
    later(traveller, minutes=15)

    code = new_code(wale)

    assert guess(wale, another(code), 4) == [InvalidCode] * 4
    assert use_code(user_id=wale.pk, purpose=PURPOSE, code=code) is not None


def test_right_code_ends_the_count(wale: CustomUser, traveller: time_machine.Traveller) -> None:
    code = new_code(wale)
    guess(wale, another(code), 4)
    use_code(user_id=wale.pk, purpose=PURPOSE, code=code)
    later(traveller, minutes=2)

    assert guess(wale, another(new_code(wale)), 4) == [InvalidCode] * 4


def test_lock_of_one_purpose_and_person_leaves_the_others_alone(wale: CustomUser, ada: CustomUser) -> None:
    guess(wale, another(new_code(wale)), 5)

    reset = new_code(wale, OTPPurpose.RESET_PASSWORD)
    hers = new_code(ada)

    assert use_code(user_id=wale.pk, purpose=OTPPurpose.RESET_PASSWORD, code=reset) is not None
    assert use_code(user_id=ada.pk, purpose=PURPOSE, code=hers) is not None


def test_code_is_bound_to_its_purpose_and_person(wale: CustomUser, ada: CustomUser) -> None:
    """Even if somebody copied the hash of one row into another."""
    code = new_code(wale)
    for user, purpose in ((ada, PURPOSE), (wale, OTPPurpose.RESET_PASSWORD)):
        new_code(user, purpose)
        OTP.objects.filter(user=user, purpose=purpose).update(code_hmac=OTP.objects.earliest("pk").code_hmac)
        assert use_code(user_id=user.pk, purpose=purpose, code=code) is None


def test_second_code_within_a_minute_is_not_made(wale: CustomUser, traveller: time_machine.Traveller) -> None:
    new_code(wale)

    later(traveller, seconds=59)
    assert issue(wale) is None
    later(traveller, seconds=1)
    assert issue(wale) is not None


def test_codes_are_drawn_evenly_from_a_million(
    wale: CustomUser, traveller: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[int] = []

    def draw(limit: int) -> int:
        drawn.append(limit)
        return 7

    monkeypatch.setattr("secrets.randbelow", draw)

    assert new_code(wale) == "000007"
    assert drawn == [1_000_000]


def test_try_inside_a_callers_transaction_is_refused(wale: CustomUser) -> None:
    """Rolled back with the caller, it would not have counted."""
    code = new_code(wale)

    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        use_code(user_id=wale.pk, purpose=PURPOSE, code=code)
