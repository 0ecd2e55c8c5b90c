"""Shapes of the export: what clients and workers set up so that it happens by itself."""

from datetime import date as Day
from datetime import datetime
from typing import Any

from core.schemas import Out


class ExportedSavedSearch(Out):
    """Filters under a name; those that were not set are null."""

    name: str
    text: str
    industries: list[str] | None
    subcategories: list[str] | None
    shift_types: list[str] | None
    job_types: list[str] | None
    min_rate_kobo: int | None
    max_rate_kobo: int | None
    date_from: Day | None
    date_to: Day | None
    latitude: float | None
    longitude: float | None
    radius_km: float | None
    south: float | None
    north: float | None
    west: float | None
    east: float | None
    created_at: datetime


class ExportedTemplate(Out):
    """The terms of a posting without its days, under a name."""

    name: str
    terms: dict[str, Any]
    created_at: datetime


class ExportedSeries(Out):
    id: int
    terms: dict[str, Any]
    until: Day | None
    created_at: datetime
    ended_at: datetime | None
    ended_by: str


class ExportedWeek(Out):
    """A week of a series: its job, or the rule for which there is none."""

    series_id: int
    number: int
    job_id: int | None
    left_out: str
    changed_at: datetime | None
    created_at: datetime


class ExportedReport(Out):
    """What the person reported of a job, or of somebody."""

    job_id: int | None
    user_id: int | None
    category: str
    text: str
    created_at: datetime
    answered_at: datetime | None
    verdict: str
