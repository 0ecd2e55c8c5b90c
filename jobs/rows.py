"""What the rules of work read of a row that was read without models: columns by name, and relations as in the models.

A rule that services ask too takes the model or the row: it has the same to say of both.
"""

from dataclasses import dataclass
from datetime import date as Day
from datetime import datetime, time
from typing import TypedDict


@dataclass(slots=True)
class WorkedJob:
    """Of an assignment's job."""

    status: str
    rate_kobo: int
    code_only: bool
    canceled_at: datetime | None


@dataclass(slots=True)
class WorkedApplication:
    status: str
    confirmed_at: datetime | None
    job: WorkedJob


@dataclass(slots=True)
class AssignmentRow:
    worker_id: int
    client_id: int
    status: str
    starts_at: datetime
    ends_at: datetime
    checked_in_at: datetime | None
    check_in_method: str
    checked_out_at: datetime | None
    checked_out_automatically: bool
    worked_minutes: int | None
    contested_at: datetime | None
    ended_early_at: datetime | None
    extra_minutes: int
    extra_offered_minutes: int | None
    withheld_kobo: int
    withheld_until: datetime | None
    minutes_accepted_at: datetime | None
    application: WorkedApplication
    # Of the query: see `selectors.assignments`.
    is_disputed: bool
    scheduled_minutes: int
    shift_ends_at: datetime
    # See `jobs.confirmation`.
    first_starts_at: datetime | None


class AssignmentSummary(TypedDict):
    id: int
    shift_id: int
    status: str
    starts_at: str
    ends_at: str
    worked_minutes: int | None
    approved_minutes: int | None


@dataclass(slots=True)
class ApplicationRow:
    """To the client of its job."""

    status: str
    confirmation_asked_at: datetime | None
    confirmed_at: datetime | None
    # Of the query: see `selectors.applications`.
    assignment_list: list[AssignmentSummary]


@dataclass(slots=True)
class ActiveClient:
    is_active: bool


@dataclass(slots=True)
class OfferedJob:
    """Of an application's job: whether it takes people on, and to which terms."""

    status: str
    starts_at: datetime
    canceled_at: datetime | None
    hidden_at: datetime | None
    short_since: datetime | None
    is_open: bool
    open_until: datetime | None
    offers_until: datetime | None
    rate_kobo: int
    date: Day
    end_date: Day
    start_time: time
    end_time: time
    weekdays: list[int]
    break_minutes: int
    time_zone: str
    location: str
    latitude: float | None
    longitude: float | None
    client: ActiveClient


@dataclass(slots=True)
class OwnApplicationRow(ApplicationRow):
    """To the worker who made it."""

    offered_until: datetime | None
    terms: dict[str, int | float | str | list[int] | list[str] | None] | None
    job: OfferedJob
    # See `jobs.days_left`.
    open_shifts: list[str] | None
