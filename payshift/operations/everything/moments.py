"""Times for staff: of Lagos, which is one hour ahead of UTC all year."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings


def in_lagos(moment: datetime) -> str:
    return f"{moment.astimezone(ZoneInfo(settings.DEFAULT_JOB_TIME_ZONE)):%Y-%m-%d %H:%M}"
