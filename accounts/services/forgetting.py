"""What is forgotten of people: what they were told, codes nobody can use any more, log-ins that have ended; and, after
years, what staff did.
"""

from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session

from accounts.models import OTP, Device, Notification, StaffExport
from core.retention import forget, forget_by_time


def declare() -> None:
    forget("notifications", rows=Notification.objects.all, made="created_at", days="KEPT_NOTIFICATIONS_DAYS")
    forget("one-time codes", rows=OTP.objects.all, made="created_at", days="KEPT_CODES_DAYS")
    forget("log-ins", rows=Device.objects.all, made="expires_at", days="KEPT_CODES_DAYS")
    forget_by_time("sessions of staff", rows=Session.objects.all, made="expire_date", days="KEPT_CODES_DAYS")
    forget("files of staff", rows=StaffExport.objects.all, made="created_at", days="KEPT_EXPORTS_DAYS")
    forget("log of staff", rows=LogEntry.objects.all, made="action_time", days="KEPT_HISTORIES_DAYS")
