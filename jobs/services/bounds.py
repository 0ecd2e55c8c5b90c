"""What no job may offer: pay below the minimum of its last day, and shifts longer than the longest of their day.

Both count what is paid: breaks are left out. Checked where terms are made or changed; triggers (migration
`bounds_of_terms`) refuse the same to whoever writes rows around it. What was posted before a bound stays as it is, and
may be edited in everything else.
"""

from collections.abc import Sequence
from datetime import date as Day

from django.conf import settings

from core.dated import in_force
from core.errors import FieldProblem
from core.money import sum_in_words
from jobs.exceptions import RateTooLow, ShiftTooLong
from jobs.services.schedule import PlannedShift


def minimum_rate_kobo(day: Day) -> int:
    """Of an hour of work; 0 where there is none."""
    return in_force(settings.MINIMUM_RATE_KOBO, day) or 0


def longest_shift_minutes(day: Day) -> int | None:
    return in_force(settings.LONGEST_SHIFT_MINUTES, day)


def refuse_low_rate(rate_kobo: int, *, last_day: Day) -> None:
    """Raises `RateTooLow`, which names the bound."""
    minimum_kobo = minimum_rate_kobo(last_day)
    if rate_kobo < minimum_kobo:
        message = f"Pay at least {sum_in_words(minimum_kobo)} an hour."
        raise RateTooLow(message, errors=[FieldProblem("rate_kobo", "minimum_rate", message)])


def refuse_long_shifts(shifts: Sequence[PlannedShift]) -> None:
    """Raises `ShiftTooLong`, which names the bound. The day of a shift is the one it starts on, in UTC."""
    for shift in shifts:
        longest = longest_shift_minutes(shift.starts_at.date())
        if longest is not None and shift.minutes > longest:
            message = f"A shift lasts at most {_in_words(longest)}, without its break."
            raise ShiftTooLong(message, errors=[FieldProblem("end_time", "longest_shift", message)])


def _in_words(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return f"{hours} hours" if rest == 0 else f"{hours} hours {rest} minutes"
