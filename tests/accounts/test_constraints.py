"""What the database refuses, whatever the code above it does."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from factory.django import DjangoModelFactory

from accounts.models import OTP, BankAccount, CustomUser, Device, Notification, Profile
from core import clock
from core.actor import Role
from tests.factories.accounts import (
    BankAccountFactory,
    DeviceFactory,
    NotificationFactory,
    NotificationPreferenceFactory,
    OTPFactory,
    PushSubscriptionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def refused_by(constraint: str, factory: type[DjangoModelFactory], **fields: Any) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        factory.create(**fields)


def update_refused_by(constraint: str, row: Any, **fields: Any) -> None:
    model = type(row)
    before = model.objects.values().get(pk=row.pk)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        model.objects.filter(pk=row.pk).update(**fields)
    assert model.objects.values().get(pk=row.pk) == before


class TestUser:
    def test_same_email_in_another_case_is_refused(self) -> None:
        UserFactory.create(email="wale@example.com")

        refused_by("accounts_user_email_unique", UserFactory, email="WALE@Example.com")
        assert CustomUser.objects.count() == 1

    def test_same_username_in_another_case_is_refused(self) -> None:
        UserFactory.create(username="wale")

        refused_by("accounts_user_username_unique", UserFactory, username="Wale")

    def test_any_number_of_people_have_no_username(self) -> None:
        UserFactory.create_batch(3, username=None)

        assert CustomUser.objects.filter(username=None).count() == 3

    @pytest.mark.parametrize("username", ["", "ab", "a" * 31, "has space", "wale@example.com", "naïve"])
    def test_username_of_another_form_is_refused(self, username: str) -> None:
        # 31 characters do not even fit the column.
        with pytest.raises(Exception, match=r"accounts_user_username_form|value too long"), transaction.atomic():
            UserFactory.create(username=username)
        assert CustomUser.objects.count() == 0

    def test_unknown_role_is_refused(self, wale: CustomUser) -> None:
        update_refused_by("accounts_user_role_known", wale, role="boss")

    def test_admin_without_staff_flag_is_refused(self, bisi: CustomUser) -> None:
        update_refused_by("accounts_user_admin_is_staff", bisi, is_staff=False)

    @pytest.mark.parametrize("role", [Role.APPLICANT, Role.CLIENT])
    def test_staff_flag_without_admin_role_is_refused(self, role: Role) -> None:
        refused_by("accounts_user_admin_is_staff", UserFactory, role=role, is_staff=True)

    def test_banned_but_active_is_refused(self, wale: CustomUser) -> None:
        update_refused_by("accounts_user_banned_is_inactive", wale, banned_at=clock.now())


class TestProfile:
    def test_second_profile_is_refused(self, wale: CustomUser) -> None:
        with pytest.raises(IntegrityError, match="accounts_profile_user_id_key"), transaction.atomic():
            Profile.objects.create(user=wale, joined_at=clock.now())

    @pytest.mark.parametrize(
        ("latitude", "longitude"), [(91, 0), (-91, 0), (0, 181), (0, -181), (6.5, None), (None, 3.4)]
    )
    def test_position_off_the_earth_or_by_halves_is_refused(
        self, wale: CustomUser, latitude: float | None, longitude: float | None
    ) -> None:
        update_refused_by("accounts_profile_position_on_earth", wale.profile, latitude=latitude, longitude=longitude)

    @pytest.mark.parametrize(("latitude", "longitude"), [(90, 180), (-90, -180), (None, None)])
    def test_position_at_the_bounds_is_kept(
        self, wale: CustomUser, latitude: float | None, longitude: float | None
    ) -> None:
        Profile.objects.filter(user=wale).update(latitude=latitude, longitude=longitude)

        assert Profile.objects.values_list("latitude", "longitude").get(user=wale) == (latitude, longitude)

    @pytest.mark.parametrize(("count", "total"), [(0, 1), (1, 0), (1, 6), (2, 11), (3, 2)])
    def test_sum_of_ratings_that_no_ratings_make_is_refused(self, wale: CustomUser, count: int, total: int) -> None:
        update_refused_by("accounts_profile_rating_sum_bounds", wale.profile, reviews_count=count, rating_sum=total)

    @pytest.mark.parametrize(
        "counter", ["approved_count", "no_show_count", "late_cancel_count", "given_count", "called_off_count"]
    )
    def test_negative_counter_is_refused(self, wale: CustomUser, counter: str) -> None:
        update_refused_by(f"accounts_profile_{counter}_check", wale.profile, **{counter: -1})

    @pytest.mark.parametrize("phone", ["08031234567", "+0803123456", "+234 803 1234", "+23", "+234803123456789012"])
    def test_phone_that_is_not_e164_is_refused(self, wale: CustomUser, phone: str) -> None:
        with pytest.raises(Exception, match=r"accounts_profile_phone_e164|value too long"), transaction.atomic():
            Profile.objects.filter(user=wale).update(phone=phone)
        assert Profile.objects.get(user=wale).phone == ""


class TestOneTimeCode:
    def test_second_live_code_of_a_purpose_is_refused(self, wale: CustomUser) -> None:
        OTPFactory.create(user=wale)

        refused_by("accounts_otp_one_live_per_purpose", OTPFactory, user=wale)

    def test_live_codes_of_other_purposes_and_dead_ones_are_kept(self, wale: CustomUser) -> None:
        OTPFactory.create(user=wale)
        OTPFactory.create(user=wale, is_live=False)
        OTPFactory.create(user=wale, purpose="reset_password")

        assert OTP.objects.filter(user=wale).count() == 3

    def test_try_beyond_the_strangers_and_the_owner_s_is_refused(self, wale: CustomUser) -> None:
        update_refused_by("accounts_otp_tries_bounds", OTPFactory.create(user=wale, tries=25), tries=26)

    def test_code_that_is_over_before_it_begins_is_refused(self, wale: CustomUser) -> None:
        now = clock.now()

        refused_by("accounts_otp_expires_later", OTPFactory, user=wale, created_at=now, expires_at=now)

    def test_unknown_purpose_is_refused(self, wale: CustomUser) -> None:
        refused_by("accounts_otp_purpose_known", OTPFactory, user=wale, purpose="fun")


class TestDevice:
    @pytest.mark.parametrize("column", ["access_sha256", "refresh_sha256"])
    def test_p3_one_token_on_two_devices_is_refused(self, wale: CustomUser, column: str) -> None:
        first = DeviceFactory.create(user=wale)

        refused_by(f"accounts_device_{column}", DeviceFactory, user=wale, **{column: bytes(getattr(first, column))})
        assert Device.objects.count() == 1

    def test_device_that_is_over_before_it_begins_is_refused(self, wale: CustomUser) -> None:
        now = clock.now()

        refused_by(
            "accounts_device_expires_later", DeviceFactory, user=wale, created_at=now, expires_at=now - timedelta(1)
        )


class TestBankAccount:
    @pytest.mark.parametrize("number", ["", "123456789", "12345678x0", "0123 45678", "١٢٣٤٥٦٧٨٩٠"])
    def test_number_that_is_not_ten_digits_is_refused(self, wale: CustomUser, number: str) -> None:
        refused_by("accounts_bankaccount_ten_digits", BankAccountFactory, user=wale, account_number=number)

    def test_second_account_of_a_person_is_refused(self, wale: CustomUser) -> None:
        BankAccountFactory.create(user=wale)

        refused_by("accounts_bankaccount_user_id_key", BankAccountFactory, user=wale)
        assert BankAccount.objects.count() == 1


class TestNotification:
    def test_second_notification_of_one_fact_is_refused(self, wale: CustomUser) -> None:
        NotificationFactory.create(user=wale, dedupe_key="wage_paid:7")

        refused_by("accounts_notification_once", NotificationFactory, user=wale, dedupe_key="wage_paid:7")
        assert Notification.objects.count() == 1

    def test_one_fact_is_told_to_two_people(self, wale: CustomUser, ada: CustomUser) -> None:
        NotificationFactory.create(user=wale, dedupe_key="job_canceled:7")
        NotificationFactory.create(user=ada, dedupe_key="job_canceled:7")

        assert Notification.objects.count() == 2

    def test_unknown_kind_is_refused(self, wale: CustomUser) -> None:
        refused_by("accounts_notification_kind_known", NotificationFactory, user=wale, kind="gossip")

    def test_second_preference_for_a_kind_is_refused(self, wale: CustomUser) -> None:
        NotificationPreferenceFactory.create(user=wale)

        refused_by("accounts_preference_once", NotificationPreferenceFactory, user=wale)

    def test_preference_for_an_unknown_kind_is_refused(self, wale: CustomUser) -> None:
        refused_by("accounts_preference_kind_known", NotificationPreferenceFactory, user=wale, kind="gossip")


class TestPushSubscription:
    def test_browser_has_one_person(self) -> None:
        one = PushSubscriptionFactory.create()

        refused_by("accounts_push_endpoint_once", PushSubscriptionFactory, endpoint=one.endpoint)

    @pytest.mark.parametrize("keys", [{"public_key": b"x" * 64}, {"auth_secret": b"x" * 17}])
    def test_keys_of_another_length_are_refused(self, keys: dict[str, bytes]) -> None:
        refused_by("accounts_push_keys_of_a_browser", PushSubscriptionFactory, **keys)
