"""What is forgotten of people: what they were told, codes nobody can use any more, log-ins that have ended."""

from accounts.models import OTP, Device, Notification
from core.retention import forget


def declare() -> None:
    forget("notifications", rows=Notification.objects.all, made="created_at", days="KEPT_NOTIFICATIONS_DAYS")
    forget("one-time codes", rows=OTP.objects.all, made="created_at", days="KEPT_CODES_DAYS")
    forget("log-ins", rows=Device.objects.all, made="expires_at", days="KEPT_CODES_DAYS")
