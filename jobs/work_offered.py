"""What a job offers one worker: how many shifts, how long, for how much. Told of rows and of models alike."""

from collections.abc import Callable
from datetime import date as Day
from datetime import time
from operator import attrgetter

from jobs.models import Job
from jobs.rows import OfferedJob
from jobs.services.schedule import posted_hours

# The columns that hours are made of.
HOURS = ("date", "end_date", "start_time", "end_time", "weekdays", "time_zone", "break_minutes")
Hours = tuple[Day, Day, time, time, list[int], str, int]
hours_of: Callable[[Job | OfferedJob], Hours] = attrgetter(*HOURS)


def shift_count(*hours: *Hours) -> int:
    return _hours(*hours)[0]


def minutes(*hours: *Hours) -> int:
    return _hours(*hours)[1]


def pay_kobo(price_wage_kobo: int, applicants_needed: int) -> int:
    """The wage of every shift. The price is that of all places, each rounded by itself: nothing remains."""
    return price_wage_kobo // applicants_needed


def shift_count_of(job: Job) -> int:
    return shift_count(*hours_of(job))


def minutes_of(job: Job) -> int:
    return minutes(*hours_of(job))


def pay_kobo_of(job: Job) -> int:
    return pay_kobo(job.price_wage_kobo, job.applicants_needed)


def _hours(
    date: Day, end_date: Day, start: time, end: time, weekdays: list[int], time_zone: str, break_minutes: int
) -> tuple[int, int]:
    return posted_hours(
        date=date,
        end_date=end_date,
        start_time=start,
        end_time=end,
        weekdays=tuple(weekdays),
        time_zone=time_zone,
        break_minutes=break_minutes,
    )
