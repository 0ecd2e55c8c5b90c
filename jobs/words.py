"""Times as people read them: in the job's own zone, which is named after its city."""

from datetime import datetime
from zoneinfo import ZoneInfo


def moment_in_words(moment: datetime, time_zone: str) -> str:
    """For example "Tue 3 Mar 2026, 17:00 (Lagos time)"."""
    return f"{moment.astimezone(ZoneInfo(time_zone)):%a %-d %b %Y, %H:%M} ({_city(time_zone)} time)"


def shift_in_words(starts_at: datetime, ends_at: datetime, time_zone: str) -> str:
    """For example "Tue 3 Mar 2026, 09:00 to 17:00 (Lagos time)"; a night shift names both days."""
    zone = ZoneInfo(time_zone)
    start, end = starts_at.astimezone(zone), ends_at.astimezone(zone)
    last = f"{end:%H:%M}" if start.date() == end.date() else f"{end:%a %-d %b, %H:%M}"
    return f"{start:%a %-d %b %Y, %H:%M} to {last} ({_city(time_zone)} time)"


def _city(time_zone: str) -> str:
    return time_zone.rpartition("/")[2].replace("_", " ")
