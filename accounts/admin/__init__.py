"""People for staff: find a person, keep one out, see how they were told. Hashes, codes and tokens are not shown."""

from accounts.admin.contact import (
    NotificationAdmin,
    NotificationPreferenceAdmin,
    PushSubscriptionAdmin,
    QuietHoursAdmin,
)
from accounts.admin.people import BankAccountAdmin, IdentityCheckAdmin, ProfileAdmin, UserAdmin
from accounts.admin.security import DeviceAdmin, OTPAdmin, RecoveryCodeAdmin, SecondFactorAdmin

__all__ = [
    "BankAccountAdmin",
    "DeviceAdmin",
    "IdentityCheckAdmin",
    "NotificationAdmin",
    "NotificationPreferenceAdmin",
    "OTPAdmin",
    "ProfileAdmin",
    "PushSubscriptionAdmin",
    "QuietHoursAdmin",
    "RecoveryCodeAdmin",
    "SecondFactorAdmin",
    "UserAdmin",
]
