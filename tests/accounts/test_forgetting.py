"""What is over is forgotten after thirty days; what still counts stays."""

from datetime import timedelta

import pytest

from accounts.models import OTP, CustomUser, Device
from core import clock, retention
from tests.factories.accounts import DeviceFactory, OTPFactory, PushSubscriptionFactory

pytestmark = pytest.mark.django_db


def test_old_codes_and_ended_devices_go_and_the_others_stay(wale: CustomUser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    now = clock.now()
    for _ in range(3):
        OTPFactory.create(user=wale, is_live=False, created_at=now - timedelta(days=31))
        PushSubscriptionFactory.create(device=DeviceFactory.create(user=wale, created_at=now - timedelta(days=121)))
    code = OTPFactory.create(user=wale, created_at=now - timedelta(days=29))
    device = DeviceFactory.create(user=wale, created_at=now - timedelta(days=119))

    assert [retention.carry_out(name) for name in ("one-time codes", "log-ins")] == [3, 3]

    assert list(OTP.objects.all()) == [code]
    assert list(Device.objects.all()) == [device]
    assert [retention.carry_out(name) for name in ("one-time codes", "log-ins")] == [0, 0]
