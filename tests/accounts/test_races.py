"""P3: a code and a refresh token have one winner under any parallelism. Each with its control: the guard taken away."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import models

from accounts.auth import load_actor
from accounts.exceptions import InvalidCode, TokenRotated
from accounts.models import OTP, CustomUser, Device, EarlierAccess, OTPPurpose
from accounts.services import codes, refreshing, sessions, signup
from accounts.services.locks import lock_user_by_email
from core import clock
from core.actor import Role
from core.models import PayshiftQuerySet
from tests.accounts.conftest import another
from tests.factories.accounts import PASSWORD
from tests.support.books import without_constraint
from tests.support.notices import told
from tests.support.races import errors_of, race

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 64
CONTROL_THREADS = 8
PURPOSE = OTPPurpose.CONFIRM_IDENTITY


def read_then_write(model: type[models.Model]) -> Callable[..., int]:
    """`update()` as one would write it first: look, and then change what one saw, without asking again.

    All threads have looked before the first one writes.
    """
    looked = Barrier(CONTROL_THREADS)
    careful = PayshiftQuerySet.update

    def update(queryset: Any, **values: Any) -> int:
        if queryset.model is not model:
            return careful(queryset, **values)
        seen = list(queryset.values_list("pk", flat=True))
        if not looked.broken and looked.n_waiting < looked.parties:
            looked.wait(timeout=30)
        return models.QuerySet(model).filter(pk__in=seen).update(**values)

    return update


def test_p3_of_64_parallel_refreshes_one_makes_the_pair_and_all_are_given_it(wale: CustomUser) -> None:
    tokens = sessions.open_device(user=wale, name="Phone")

    outcomes = race(*[lambda: refreshing.refresh(refresh_token=tokens.refresh_token)] * THREADS)

    assert errors_of(outcomes) == []
    [pair] = set(pairs_of(outcomes))
    device = Device.objects.get()
    assert (device.generation, device.revoked_at) == (1, None)
    assert EarlierAccess.objects.count() == 1
    assert refreshing.refresh(refresh_token=pair[1]).device_id == device.pk


def test_p3_parallel_refreshes_while_the_new_pair_is_used_harm_nobody(wale: CustomUser) -> None:
    """The quickest uses its pair while others are still asking for it: those are refused, and no device ends."""
    tokens = sessions.open_device(user=wale, name="Phone")

    def refresh_and_use() -> sessions.Tokens:
        fresh = refreshing.refresh(refresh_token=tokens.refresh_token)
        load_actor(fresh.access_token, None)
        return fresh

    outcomes = race(*[refresh_and_use] * 16)

    assert set(errors_of(outcomes)) <= {TokenRotated}
    assert len(set(pairs_of(outcomes))) == 1
    device = Device.objects.get()
    assert (device.generation, device.revoked_at, device.successor_seed) == (1, None, None)


def test_control_without_the_lock_several_refreshes_make_pairs_of_their_own(
    wale: CustomUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = sessions.open_device(user=wale, name="Phone")
    looked = Barrier(CONTROL_THREADS)

    def look(device_id: int) -> Device:
        device = Device.objects.planned().select_related("user").get(pk=device_id)
        looked.wait(timeout=30)
        return device

    monkeypatch.setattr(refreshing, "lock_device", look)

    outcomes = race(*[lambda: refreshing.refresh(refresh_token=tokens.refresh_token)] * CONTROL_THREADS)

    assert len(set(pairs_of(outcomes))) > 1 or "IntegrityError" in {error.__name__ for error in errors_of(outcomes)}


def test_p3_64_parallel_guesses_get_five_tries(wale: CustomUser) -> None:
    code = new_code(wale)
    compared: list[bytes] = []

    def guess() -> OTP | None:
        return codes.use_code(user_id=wale.pk, purpose=PURPOSE, code=another(code))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("hmac.compare_digest", counting(compared))
        outcomes = race(*[guess] * THREADS)

    assert outcomes == [None] * THREADS
    assert len(compared) == 5
    assert OTP.objects.get().tries == 5
    assert codes.use_code(user_id=wale.pk, purpose=PURPOSE, code=code) is None


def test_control_without_the_condition_in_the_update_more_guesses_are_compared(
    wale: CustomUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = new_code(wale)
    compared: list[bytes] = []

    def guess() -> OTP | None:
        return codes.use_code(user_id=wale.pk, purpose=PURPOSE, code=another(code))

    with without_constraint("accounts_otp", "accounts_otp_tries_bounds"):
        monkeypatch.setattr("hmac.compare_digest", counting(compared))
        monkeypatch.setattr(PayshiftQuerySet, "update", read_then_write(OTP))
        race(*[guess] * CONTROL_THREADS)

        assert OTP.objects.get().tries == len(compared) == CONTROL_THREADS


def test_p3_right_code_sent_64_times_has_one_winner(wale: CustomUser) -> None:
    code = new_code(wale)

    outcomes = race(*[lambda: codes.require_code(user_id=wale.pk, purpose=PURPOSE, code=code)] * THREADS)

    assert Counter(map(type, outcomes)) == {OTP: 1, InvalidCode: THREADS - 1}


def test_parallel_requests_make_one_code(wale: CustomUser) -> None:
    """They wait for each other at the user's row."""
    from accounts.services.code_mail import send_code

    outcomes = race(*[lambda: send_code(user_id=wale.pk, purpose=PURPOSE, to=wale.email)] * 8)

    assert outcomes == [None] * 8
    assert OTP.objects.count() == 1


def test_parallel_signups_with_one_address_make_one_person_and_answer_alike() -> None:
    """A conflict for the slower one would tell that the address was new."""

    def sign_up() -> None:
        signup.sign_up(
            email="ngozi@example.com",
            password=PASSWORD,
            role=Role.APPLICANT,
            first_name="Ngozi",
            last_name="Eze",
            address="10.0.0.1",
        )

    outcomes = race(*[sign_up] * 6)

    assert outcomes == [None] * 6
    assert CustomUser.objects.count() == 1


def test_control_without_the_lock_parallel_signups_conflict(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = Barrier(4)
    look = lock_user_by_email

    def look_and_wait(email: str) -> CustomUser | None:
        found = look(email)
        looked.wait(timeout=30)
        return found

    def sign_up() -> None:
        signup.sign_up(
            email="ngozi@example.com",
            password=PASSWORD,
            role=Role.APPLICANT,
            first_name="Ngozi",
            last_name="Eze",
            address="10.0.0.1",
        )

    monkeypatch.setattr(signup, "lock_email", lambda email: None)
    monkeypatch.setattr(signup, "lock_user_by_email", look_and_wait)

    outcomes = race(*[sign_up] * 4)

    assert [error.__name__ for error in errors_of(outcomes)] == ["IntegrityError"] * 3


def test_reuse_of_an_old_token_by_many_ends_the_device_and_tells_once(wale: CustomUser) -> None:
    old = sessions.open_device(user=wale, name="Phone").refresh_token
    load_actor(refreshing.refresh(refresh_token=old).access_token, None)
    Device.objects.update(rotated_at=clock.now() - timedelta(seconds=11))

    outcomes = race(*[lambda: refreshing.refresh(refresh_token=old)] * 16)

    assert [error.__name__ for error in errors_of(outcomes)] == ["InvalidRefreshToken"] * 16
    assert [notice.kind for notice in told()] == ["new_device", "device_revoked"]


def pairs_of(outcomes: Sequence[object]) -> list[tuple[str, str]]:
    return [(each.access_token, each.refresh_token) for each in outcomes if isinstance(each, sessions.Tokens)]


def counting(compared: list[bytes]) -> Callable[[bytes, bytes], bool]:
    """`compare_digest` that writes down what it compared, and finds nothing equal."""

    def compare(known: bytes, given: bytes) -> bool:
        compared.append(given)
        return False

    return compare


def new_code(user: CustomUser) -> str:
    issued = codes.issue_code(user=user, purpose=PURPOSE, sent_to=user.email)
    assert issued is not None
    return issued[1]
