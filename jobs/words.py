"""Times as people read them: in the job's own zone, which is named after its city."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from core.moments import city_of
from jobs.models import Job, Shift

# A mail is read at a glance.
NAMED_DAYS = 6


def shift_in_words(starts_at: datetime, ends_at: datetime, time_zone: str) -> str:
    """For example "Tue 3 Mar 2026, 09:00 to 17:00 (Lagos time)"; a night shift names both days."""
    zone = ZoneInfo(time_zone)
    start, end = starts_at.astimezone(zone), ends_at.astimezone(zone)
    last = f"{end:%H:%M}" if start.date() == end.date() else f"{end:%a %-d %b, %H:%M}"
    return f"{start:%a %-d %b %Y, %H:%M} to {last} ({city_of(time_zone)} time)"


def job_in_words(job: Job) -> str:
    """For example "Tue 3 Mar to Thu 5 Mar 2026, 09:00 to 17:00 each day (Lagos time)"; one day as its shift."""
    if job.date == job.end_date:
        return shift_in_words(job.starts_at, job.ends_at, job.time_zone)
    return (
        f"{job.date:%a %-d %b} to {job.end_date:%a %-d %b %Y}, {_hours(job)} each day ({city_of(job.time_zone)} time)"
    )


def days_in_words(job: Job, shifts: Sequence[Shift]) -> str:
    """Some of its days, for example "Wed 4 Mar and Fri 6 Mar 2026, 09:00 to 17:00 each day (Lagos time)"; one as a
    shift, and many by the first few and the last. A day on which somebody stays longer says until when.
    """
    if len(shifts) == 1:
        return shift_in_words(shifts[0].starts_at, shifts[0].ends_at, job.time_zone)
    zone = ZoneInfo(job.time_zone)
    local = [(shift.starts_at.astimezone(zone), shift.ends_at.astimezone(zone)) for shift in shifts]
    days = named_days([start.date() for start, _ in local])
    longer = "".join(f", {start:%a %-d %b} until {end:%H:%M}" for start, end in local if end.time() != job.end_time)
    return f"{days}, {_hours(job)} each day{longer} ({city_of(job.time_zone)} time)"


def named_days(days: Sequence[date]) -> str:
    """For example "Wed 4 Mar and Fri 6 Mar 2026"; many by the first few and the last."""
    *before, last = days
    named = [f"{day:%a %-d %b}" for day in before]
    if len(named) >= NAMED_DAYS:
        named = [*named[: NAMED_DAYS - 2], f"{len(named) - NAMED_DAYS + 2} more"]
    return " and ".join([*([", ".join(named)] if named else []), f"{last:%a %-d %b %Y}"])


def _hours(job: Job) -> str:
    return f"{job.start_time:%H:%M} to {job.end_time:%H:%M}"
