"""From a job's dates and clock times to its shifts.

Clock times belong to the job's zone; minutes are counted in UTC, so a night in which the clocks change has the minutes
that really pass. A shift whose end is not after its start ends on the next day.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from datetime import date as Day
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from core.errors import FieldProblem
from core.moments import known_zones
from jobs.exceptions import InvalidSchedule
from jobs.models.job import MAX_DAYS, JobType

# Further away is a slip of the keyboard, and near the end of the calendar there is no next day.
MAX_YEARS_AHEAD = 5


@dataclass(frozen=True, slots=True)
class PlannedShift:
    """`minutes` are those that are paid: without the break."""

    starts_at: datetime
    ends_at: datetime
    minutes: int


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a job takes place, as its client typed it. `weekdays` counts from Monday = 0; empty means every day."""

    job_type: str
    date: Day
    end_date: Day
    start_time: time
    end_time: time
    weekdays: tuple[int, ...]
    time_zone: str
    break_minutes: int = 0


def plan_shifts(schedule: Schedule, *, now: datetime) -> list[PlannedShift]:
    """One shift per working day, in order. Raises `InvalidSchedule` naming the field that makes it impossible."""
    zone = _zone(schedule.time_zone)
    _check_dates(schedule, today=now.date())
    shifts = [
        _shift_on(day, schedule.start_time, schedule.end_time, zone, schedule.break_minutes)
        for day in _working_days(schedule.date, schedule.end_date, schedule.weekdays)
    ]
    if not shifts:
        raise refusal("weekdays", "no_working_day", "No day between the dates is one of the weekdays.")
    if any(shift.minutes < 1 for shift in shifts):
        if schedule.break_minutes:
            raise refusal("break_minutes", "empty_shift", "The break must be shorter than the shift.")
        raise refusal("end_time", "empty_shift", "A shift needs at least one minute.")
    if shifts[0].starts_at <= now:
        raise _in_the_past()
    if any(later.starts_at < earlier.ends_at for earlier, later in pairwise(shifts)):
        raise refusal("end_time", "overlapping_shifts", "A shift must end before the next one starts.")
    return shifts


def first_start(schedule: Schedule) -> datetime:
    """Of the first shift of a schedule that was posted before, on whatever days."""
    day = _working_days(schedule.date, schedule.end_date, schedule.weekdays)[0]
    return datetime.combine(day, schedule.start_time, ZoneInfo(schedule.time_zone)).astimezone(UTC)


@lru_cache(maxsize=4096)
def posted_hours(
    *,
    date: Day,
    end_date: Day,
    start_time: time,
    end_time: time,
    weekdays: tuple[int, ...],
    time_zone: str,
    break_minutes: int,
) -> tuple[int, int]:
    """How many shifts a posted job has, and their paid minutes together, for lists that read no shifts."""
    # A zone that the server's own list has lost must not keep a list of jobs from being shown.
    zone = ZoneInfo(time_zone if time_zone in known_zones() else "UTC")
    shifts = [
        _shift_on(day, start_time, end_time, zone, break_minutes) for day in _working_days(date, end_date, weekdays)
    ]
    return len(shifts), sum(shift.minutes for shift in shifts)


def refusal(field: str, code: str, message: str) -> InvalidSchedule:
    return InvalidSchedule(message, errors=[FieldProblem(field, code, message)])


def _in_the_past() -> InvalidSchedule:
    return refusal("date", "in_the_past", "The first shift must start in the future.")


def _zone(name: str) -> ZoneInfo:
    # ZoneInfo opens a file named like the zone: only known names reach it.
    if name not in known_zones():
        raise refusal("time_zone", "unknown_time_zone", "Name an IANA time zone, for example Africa/Lagos.")
    return ZoneInfo(name)


def _check_dates(schedule: Schedule, *, today: Day) -> None:
    # Days are off by one between zones: to the hour it is checked once the shifts are known.
    if schedule.date < today - timedelta(days=1):
        raise _in_the_past()
    if schedule.end_date.year > today.year + MAX_YEARS_AHEAD:
        raise refusal("end_date", "too_far_ahead", f"A job is at most {MAX_YEARS_AHEAD} years ahead.")
    days = (schedule.end_date - schedule.date).days + 1
    if days < 1:
        raise refusal("end_date", "reversed_dates", "The last day is before the first.")
    if days > MAX_DAYS:
        raise refusal("end_date", "too_long", f"A job lasts at most {MAX_DAYS} days.")
    if schedule.job_type == JobType.SINGLE_DAY and days != 1:
        raise refusal("end_date", "not_a_single_day", "A single-day job ends on the day it starts.")
    if schedule.start_time == schedule.end_time:
        raise refusal("end_time", "empty_shift", "A shift needs an end that is not its start.")


def _working_days(first: Day, last: Day, weekdays: Collection[int]) -> list[Day]:
    days = [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
    return [day for day in days if not weekdays or day.weekday() in weekdays]


def _shift_on(day: Day, start: time, end: time, zone: ZoneInfo, break_minutes: int) -> PlannedShift:
    last_day = day if end > start else day + timedelta(days=1)
    starts_at = datetime.combine(day, start, zone).astimezone(UTC)
    ends_at = datetime.combine(last_day, end, zone).astimezone(UTC)
    return PlannedShift(starts_at, ends_at, int((ends_at - starts_at).total_seconds() // 60) - break_minutes)
