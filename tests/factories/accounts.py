"""People for tests: verified, unremarkable, unique."""

from datetime import time, timedelta
from typing import Any

import factory
from factory.django import DjangoModelFactory

from accounts.models import (
    OTP,
    BankAccount,
    CustomUser,
    Device,
    Notification,
    NotificationKind,
    NotificationPreference,
    OTPPurpose,
    Profile,
    PushSubscription,
    QuietHours,
    RecoveryCode,
    SecondFactor,
)
from accounts.secrets_at_rest import encrypt
from accounts.services.second_factor import PURPOSE
from core import clock
from core.actor import Role

PASSWORD = "correct horse battery"


class ProfileFactory(DjangoModelFactory):
    class Meta:
        model = Profile

    user = factory.SubFactory("tests.factories.accounts.UserFactory", profile=None)
    joined_at = factory.LazyFunction(clock.now)


class UserFactory(DjangoModelFactory):
    """A verified person with a profile. `password=` hashes one (slow); without it nobody can log in."""

    class Meta:
        model = CustomUser
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.com")
    first_name = factory.Sequence(lambda n: f"First{n}")
    last_name = "Okafor"
    role = Role.APPLICANT
    is_staff = factory.LazyAttribute(lambda user: user.role == Role.ADMIN)
    email_verified_at = factory.LazyFunction(clock.now)
    password = "!"
    profile = factory.RelatedFactory(ProfileFactory, factory_related_name="user")

    @classmethod
    def _create(cls, model_class: type[CustomUser], *args: Any, **kwargs: Any) -> CustomUser:
        user = model_class(**kwargs)
        if kwargs["password"] != "!":
            user.set_password(kwargs["password"])
        return CustomUser.objects.create(**{field: getattr(user, field) for field in kwargs})


class OTPFactory(DjangoModelFactory):
    class Meta:
        model = OTP

    user = factory.SubFactory(UserFactory)
    purpose = OTPPurpose.VERIFY_EMAIL
    code_hmac = b"\x00" * 32
    sent_to = factory.LazyAttribute(lambda otp: otp.user.email)
    created_at = factory.LazyFunction(clock.now)
    expires_at = factory.LazyAttribute(lambda otp: otp.created_at + timedelta(minutes=10))


class DeviceFactory(DjangoModelFactory):
    class Meta:
        model = Device

    user = factory.SubFactory(UserFactory)
    name = "Phone"
    created_at = factory.LazyFunction(clock.now)
    last_used_at = factory.SelfAttribute("created_at")
    rotated_at = factory.SelfAttribute("created_at")
    expires_at = factory.LazyAttribute(lambda device: device.created_at + timedelta(days=90))
    access_sha256 = factory.Sequence(lambda n: n.to_bytes(32))
    access_expires_at = factory.LazyAttribute(lambda device: device.created_at + timedelta(minutes=15))
    refresh_sha256 = factory.Sequence(lambda n: (n + 2**64).to_bytes(32))
    refresh_expires_at = factory.LazyAttribute(lambda device: device.created_at + timedelta(days=30))


TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


class SecondFactorFactory(DjangoModelFactory[SecondFactor]):
    """Switched on, with `TOTP_SECRET`; without recovery codes."""

    class Meta:
        model = SecondFactor

    user = factory.SubFactory(UserFactory)
    encrypted_secret = factory.LazyFunction(lambda: encrypt(TOTP_SECRET, purpose=PURPOSE))
    created_at = factory.LazyFunction(clock.now)
    confirmed_at = factory.SelfAttribute("created_at")


class RecoveryCodeFactory(DjangoModelFactory[RecoveryCode]):
    class Meta:
        model = RecoveryCode

    factor = factory.SubFactory(SecondFactorFactory)
    code_hmac = factory.Sequence(lambda n: n.to_bytes(32))


class PushSubscriptionFactory(DjangoModelFactory[PushSubscription]):
    class Meta:
        model = PushSubscription

    device = factory.SubFactory(DeviceFactory)
    endpoint = factory.Sequence(lambda n: f"https://push.example.com/{n}")
    public_key = b"\x04" * 65
    auth_secret = b"\x00" * 16
    created_at = factory.LazyFunction(clock.now)


class QuietHoursFactory(DjangoModelFactory[QuietHours]):
    class Meta:
        model = QuietHours

    user = factory.SubFactory(UserFactory)
    start_time = time(22)
    end_time = time(6)
    time_zone = "Africa/Lagos"


class BankAccountFactory(DjangoModelFactory):
    class Meta:
        model = BankAccount

    user = factory.SubFactory(UserFactory)
    bank_code = "058"
    bank_name = "Guaranty Trust Bank"
    account_number = factory.Sequence(lambda n: f"{n:010d}")
    account_name = factory.LazyAttribute(lambda account: account.user.name.upper())
    verified_at = factory.LazyFunction(lambda: clock.now() - timedelta(days=30))
    changed_at = factory.SelfAttribute("verified_at")


class NotificationFactory(DjangoModelFactory):
    class Meta:
        model = Notification

    user = factory.SubFactory(UserFactory)
    kind = NotificationKind.WAGE_PAID
    title = "You were paid"
    body = "Your wage is in your wallet."
    dedupe_key = factory.Sequence(lambda n: f"fact:{n}")
    created_at = factory.LazyFunction(clock.now)


class NotificationPreferenceFactory(DjangoModelFactory):
    class Meta:
        model = NotificationPreference

    user = factory.SubFactory(UserFactory)
    kind = NotificationKind.WAGE_PAID
