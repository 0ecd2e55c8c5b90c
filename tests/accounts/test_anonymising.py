"""Closing an account: the person is forgotten, the history stays."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from accounts.models import OTP, BankAccount, CustomUser, Device, Notification, NotificationPreference, Profile
from accounts.services.anonymising import anonymise
from accounts.services.avatars import set_avatar
from core.actor import Actor, Role
from tests.accounts.conftest import Api, problem
from tests.accounts.test_avatar import picture
from tests.factories.accounts import (
    PASSWORD,
    BankAccountFactory,
    DeviceFactory,
    NotificationFactory,
    NotificationPreferenceFactory,
    OTPFactory,
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


def test_doing_it_again_changes_nothing(ngozi: CustomUser) -> None:
    anonymise(user_id=ngozi.pk)
    before = CustomUser.objects.values("email", "first_name", "is_active").get(pk=ngozi.pk)

    anonymise(user_id=ngozi.pk)

    assert CustomUser.objects.values("email", "first_name", "is_active").get(pk=ngozi.pk) == before
