"""From dates and clock times to shifts, without a database."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from jobs.exceptions import InvalidSchedule
from jobs.services.schedule import Schedule, plan_shifts
from tests.jobs.conftest import MONDAY

WORKWEEK = Schedule(
    job_type="multiple_days",
    date=date(2026, 3, 9),
    end_date=date(2026, 3, 13),
    start_time=time(9),
    end_time=time(17),
    weekdays=(),
    time_zone="Africa/Lagos",
)
ONE_DAY = replace(WORKWEEK, job_type="single_day", end_date=date(2026, 3, 9))


def test_five_days_of_eight_hours_are_forty_hours() -> None:
    shifts = plan_shifts(WORKWEEK, now=MONDAY)

    assert [shift.minutes for shift in shifts] == [480] * 5
    assert shifts[0].starts_at == datetime(2026, 3, 9, 8, tzinfo=UTC)
    assert shifts[-1].ends_at == datetime(2026, 3, 13, 16, tzinfo=UTC)


def test_night_shift_ends_on_the_next_day() -> None:
    (shift,) = plan_shifts(replace(ONE_DAY, start_time=time(22), end_time=time(6)), now=MONDAY)

    assert shift.minutes == 480
    assert shift.ends_at == datetime(2026, 3, 10, 5, tzinfo=UTC)


def test_weekdays_skip_the_days_between() -> None:
    fortnight = replace(WORKWEEK, end_date=date(2026, 3, 22), weekdays=(0, 2))

    days = [shift.starts_at.date() for shift in plan_shifts(fortnight, now=MONDAY)]

    assert days == [date(2026, 3, 9), date(2026, 3, 11), date(2026, 3, 16), date(2026, 3, 18)]


def test_night_in_which_clocks_change_has_the_minutes_that_pass() -> None:
    # London springs forward on 29 March 2026 at 01:00: the night has 7 hours, not 8.
    night = replace(
        ONE_DAY,
        date=date(2026, 3, 28),
        end_date=date(2026, 3, 28),
        start_time=time(22),
        end_time=time(6),
        time_zone="Europe/London",
    )

    (shift,) = plan_shifts(night, now=MONDAY)

    assert shift.minutes == 420


def test_night_with_an_hour_twice_is_longer() -> None:
    # London falls back on 25 October 2026 at 02:00.
    night = replace(
        ONE_DAY,
        job_type="multiple_days",
        date=date(2026, 10, 23),
        end_date=date(2026, 10, 25),
        start_time=time(22),
        end_time=time(6),
        time_zone="Europe/London",
    )

    shifts = plan_shifts(night, now=MONDAY)

    assert [shift.minutes for shift in shifts] == [480, 540, 480]
    # The clock on the wall says 22:00 each time.
    assert [shift.starts_at.hour for shift in shifts] == [21, 21, 22]


def test_longest_job_has_62_days() -> None:
    assert len(plan_shifts(replace(WORKWEEK, end_date=date(2026, 5, 9)), now=MONDAY)) == 62


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"end_date": date(2026, 5, 10)}, "end_date", "too_long"),
        ({"end_date": date(2026, 3, 8)}, "end_date", "reversed_dates"),
        ({"job_type": "single_day"}, "end_date", "not_a_single_day"),
        ({"end_time": time(9)}, "end_time", "empty_shift"),
        ({"time_zone": "Africa/Atlantis"}, "time_zone", "unknown_time_zone"),
        ({"time_zone": "../../etc/passwd"}, "time_zone", "unknown_time_zone"),
        ({"time_zone": "localtime"}, "time_zone", "unknown_time_zone"),
        ({"weekdays": (6,)}, "weekdays", "no_working_day"),
        ({"date": date(2026, 3, 1)}, "date", "in_the_past"),
        ({"date": date.min, "time_zone": "Asia/Kolkata"}, "date", "in_the_past"),
        ({"date": date(2032, 1, 1), "end_date": date(2032, 1, 1)}, "end_date", "too_far_ahead"),
        # Its night would end on a day that no calendar has.
        ({"date": date.max, "end_date": date.max, "end_time": time(6)}, "end_date", "too_far_ahead"),
        # An hour that London does not have that night: it ends when it starts.
        (
            {
                "date": date(2026, 3, 29),
                "end_date": date(2026, 3, 29),
                "start_time": time(1),
                "end_time": time(2),
                "time_zone": "Europe/London",
            },
            "end_time",
            "empty_shift",
        ),
    ],
)
def test_impossible_schedule_names_the_field(changes: dict[str, Any], field: str, code: str) -> None:
    with pytest.raises(InvalidSchedule) as refused:
        plan_shifts(replace(WORKWEEK, **changes), now=MONDAY)

    assert [(error.field, error.code) for error in refused.value.errors] == [(field, code)]


def test_shift_that_starts_this_very_moment_is_in_the_past() -> None:
    with pytest.raises(InvalidSchedule):
        plan_shifts(ONE_DAY, now=datetime(2026, 3, 9, 8, tzinfo=UTC))
