from accounts.models.bank_account import BankAccount
from accounts.models.device import Device, EarlierAccess
from accounts.models.identity import IdentityCheck, IdentityKind
from accounts.models.notification import Notification, NotificationKind, NotificationPreference
from accounts.models.otp import OTP, OTPPurpose
from accounts.models.profile import Profile
from accounts.models.push import PushSubscription, QuietHours
from accounts.models.second_factor import RecoveryCode, SecondFactor
from accounts.models.staff_export import ExportFormat, ExportStatus, StaffExport, StaffExportPart
from accounts.models.user import CustomUser

__all__ = [
    "OTP",
    "BankAccount",
    "CustomUser",
    "Device",
    "EarlierAccess",
    "ExportFormat",
    "ExportStatus",
    "IdentityCheck",
    "IdentityKind",
    "Notification",
    "NotificationKind",
    "NotificationPreference",
    "OTPPurpose",
    "Profile",
    "PushSubscription",
    "QuietHours",
    "RecoveryCode",
    "SecondFactor",
    "StaffExport",
    "StaffExportPart",
]
