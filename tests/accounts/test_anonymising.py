"""Closing an account: the person is forgotten, the history stays."""

from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from accounts.models import (
    OTP,
    BankAccount,
    CustomUser,
    Device,
    Notification,
    NotificationPreference,
    Profile,
    SecondFactor,
)
from accounts.ports import BANK_DIRECTORY, Bank
from accounts.services import profiles
from accounts.services.anonymising import anonymise
from accounts.services.avatars import set_avatar
from accounts.services.bank_accounts import set_bank_account
from core.actor import Actor, Role
from core.errors import Unauthenticated
from tests.accounts.conftest import Api, problem
from tests.accounts.test_avatar import picture
from tests.factories.accounts import (
    PASSWORD,
    BankAccountFactory,
    DeviceFactory,
    NotificationFactory,
    NotificationPreferenceFactory,
    OTPFactory,
    PushSubscriptionFactory,
    QuietHoursFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ngozi() -> CustomUser:
    user: CustomUser = UserFactory.create(
        email="ngozi@example.com", username="ngozi", first_name="Ngozi", last_name="Okonjo", password=PASSWORD
    )
    Profile.objects.filter(user=user).update(
        bio="Ngozi here.",
        phone="+2348031234567",
        location="Yaba",
        latitude=6.5,
        longitude=3.4,
        skills=["waiter"],
        reviews_count=2,
        rating_sum=9,
        approved_count=4,
    )
    for factory in (BankAccountFactory, NotificationFactory, NotificationPreferenceFactory, OTPFactory):
        factory.create(user=user)
    QuietHoursFactory.create(user=user)
    PushSubscriptionFactory.create(device__user=user)
    return user


def test_nothing_tells_who_it_was_and_the_counters_stay(
    api: Api, ngozi: CustomUser, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    set_avatar(actor=Actor(ngozi.pk, Role.APPLICANT), file=BytesIO(picture()))
    client = api(ngozi)
    client.get("/me")
    DeviceFactory.create(user=ngozi, name="Ngozi's phone")

    anonymise(user_id=ngozi.pk)

    kept: dict[str, Any] = {
        **CustomUser.objects.values().get(pk=ngozi.pk),
        **Profile.objects.values().get(user=ngozi),
    }
    for trace in ("ngozi", "okonjo", "234803", "yaba", "waiter", "6.5"):
        assert trace not in str(kept).lower()
    assert (kept["reviews_count"], kept["rating_sum"], kept["approved_count"]) == (2, 9, 4)
    assert (kept["first_name"], kept["last_name"], kept["is_active"]) == ("Deleted", "user", False)
    for model in (OTP, BankAccount, Device, Notification, NotificationPreference):
        assert not model._default_manager.filter(user=ngozi).exists()
    assert list((tmp_path / "avatars").iterdir()) == []
    assert problem(client.get("/me")) == (401, "unauthenticated")


def test_nobody_logs_in_and_the_address_is_free_again(api: Api, ngozi: CustomUser, anonymous_api: Any) -> None:
    anonymise(user_id=ngozi.pk)

    answer = anonymous_api.post("/auth/login", {"email": "ngozi@example.com", "password": PASSWORD})

    assert problem(answer) == (401, "bad_credentials")
    assert UserFactory.create(email="ngozi@example.com").pk != ngozi.pk


def what_is_kept(user: CustomUser) -> list[object]:
    rows = [model._default_manager.filter(user=user).values() for model in (Profile, BankAccount, SecondFactor)]
    return [CustomUser.objects.values().get(pk=user.pk), *map(list, rows)]


@pytest.mark.parametrize(
    "write",
    [
        lambda actor: profiles.update_me(actor=actor, changes={"first_name": "Ngozi", "phone": "+2348031234567"}),
        lambda actor: profiles.change_role(actor=actor, role=Role.CLIENT),
        lambda actor: set_avatar(actor=actor, file=BytesIO(picture())),
    ],
    ids=["profile", "role", "picture"],
)
def test_request_that_was_under_way_writes_nothing_back(
    ngozi: CustomUser, write: Callable[[Actor], None], settings: Any, tmp_path: Path
) -> None:
    """Its token was good when it was read."""
    settings.MEDIA_ROOT = tmp_path
    anonymise(user_id=ngozi.pk)
    before = what_is_kept(ngozi)

    with pytest.raises(Unauthenticated):
        write(Actor(ngozi.pk, Role.APPLICANT))

    assert what_is_kept(ngozi) == before
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == []


def test_bank_account_that_the_bank_was_being_asked_about_is_not_kept(ngozi: CustomUser) -> None:
    directory = BANK_DIRECTORY.get()

    class SlowBank:
        def banks(self) -> Sequence[Bank]:
            return [Bank("058", "Guaranty Trust Bank")]

        def resolve_account_name(self, *, bank_code: str, account_number: str) -> str:
            anonymise(user_id=ngozi.pk)
            return "NGOZI OKONJO DELETED USER"

    BANK_DIRECTORY.bind(SlowBank())
    try:
        with pytest.raises(Unauthenticated):
            set_bank_account(
                actor=Actor(ngozi.pk, Role.APPLICANT),
                bank_code="058",
                account_number="0123456789",
                password=PASSWORD,
                code=None,
            )
    finally:
        BANK_DIRECTORY.bind(directory)

    assert not BankAccount.objects.filter(user=ngozi).exists()


def test_doing_it_again_changes_nothing(ngozi: CustomUser) -> None:
    anonymise(user_id=ngozi.pk)
    before = CustomUser.objects.values("email", "first_name", "is_active").get(pk=ngozi.pk)

    anonymise(user_id=ngozi.pk)

    assert CustomUser.objects.values("email", "first_name", "is_active").get(pk=ngozi.pk) == before
