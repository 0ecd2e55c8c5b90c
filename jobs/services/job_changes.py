"""What a client wants changed about a job."""

from datetime import date as Day
from datetime import time
from typing import TypedDict


class JobChanges(TypedDict, total=False):
    """What a client wants changed; a name that is missing stays as it is."""

    title: str
    description: str
    industry: str
    subcategory: str | None
    job_type: str
    shift_type: str
    date: Day
    end_date: Day
    start_time: time
    end_time: time
    weekdays: tuple[int, ...]
    break_minutes: int
    time_zone: str
    applicants_needed: int
    rate_kobo: int
    location: str
    latitude: float | None
    longitude: float | None
    code_only: bool
    accept_favourites: bool
    accept_worked_times: int | None
    accept_score_at_least: int | None
