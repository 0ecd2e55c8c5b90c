"""The terms of a job as its client states them, and how they become columns and shifts."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, TypedDict

from core import clock
from core.errors import FieldProblem
from jobs.exceptions import UnknownTrade
from jobs.models import Job, JobIndustry, JobSubcategory, Shift
from jobs.services.job_changes import JobChanges
from jobs.services.pricing import Quote, price_job, quote_job
from jobs.services.schedule import PlannedShift, Schedule

# Two postings that agree in all of these are the same posting; what else there is follows from them.
IDENTITY = (
    "title",
    "description",
    "industry_id",
    "subcategory_id",
    "job_type",
    "shift_type",
    "date",
    "end_date",
    "start_time",
    "end_time",
    "weekdays",
    "break_minutes",
    "time_zone",
    "applicants_needed",
    "rate_kobo",
    "location",
    "latitude",
    "longitude",
    "code_only",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobTerms:
    title: str
    description: str
    industry: str
    subcategory: str | None
    shift_type: str
    schedule: Schedule
    applicants_needed: int
    rate_kobo: int
    location: str
    latitude: float | None
    longitude: float | None
    code_only: bool = False
    release_unconfirmed: bool = False
    accept_favourites: bool = False
    accept_worked_times: int | None = None
    accept_score_at_least: int | None = None


# What a job's columns say under the same name.
WITHOUT_TRADE = {field.name for field in fields(JobTerms)} - {"industry", "subcategory", "schedule"}


class Trade(TypedDict):
    industry: JobIndustry
    subcategory: JobSubcategory | None


def find_trade(*, industry: str, subcategory: str | None) -> Trade:
    """Industry and subcategory by slug, in one query. Raises `UnknownTrade` naming the field."""
    if subcategory is None:
        found = JobIndustry.objects.planned().filter(slug=industry).first()
        if found is None:
            raise _unknown("industry", industry)
        return {"industry": found, "subcategory": None}
    row = JobSubcategory.objects.planned().select_related("industry").filter(slug=subcategory).first()
    if row is None or row.industry.slug != industry:
        raise _unknown("subcategory", subcategory)
    return {"industry": row.industry, "subcategory": row}


def stated_terms(job: Job) -> JobTerms:
    """What a job's client stated, in two queries."""
    schedule = {field.name: getattr(job, field.name) for field in fields(Schedule)}
    stated: dict[str, Any] = {name: getattr(job, name) for name in WITHOUT_TRADE}
    return JobTerms(
        **stated,
        industry=JobIndustry.objects.values_list("slug", flat=True).get(pk=job.industry_id),
        subcategory=JobSubcategory.objects.values_list("slug", flat=True).filter(jobs=job).first(),
        schedule=Schedule(**{**schedule, "weekdays": tuple(job.weekdays)}),
    )


def with_changes(terms: JobTerms, changes: JobChanges) -> JobTerms:
    """The terms with the changes laid over them."""
    of_schedule = {field.name for field in fields(Schedule)}
    days: dict[str, Any] = {name: value for name, value in changes.items() if name in of_schedule}
    others: dict[str, Any] = {name: value for name, value in changes.items() if name not in of_schedule}
    # A subcategory belongs to one industry: naming another industry drops it.
    if others.get("industry", terms.industry) != terms.industry:
        others.setdefault("subcategory", None)
    return replace(terms, **others, schedule=replace(terms.schedule, **days))


def terms_of(job: Job) -> list[object]:
    return [getattr(job, name) for name in IDENTITY]


def quote_terms(terms: JobTerms) -> Quote:
    return quote_job(schedule=terms.schedule, rate_kobo=terms.rate_kobo, applicants_needed=terms.applicants_needed)


def price_terms(terms: JobTerms) -> Quote:
    """Without the bounds, for a job that was posted before them."""
    return price_job(schedule=terms.schedule, rate_kobo=terms.rate_kobo, applicants_needed=terms.applicants_needed)


def write_terms(job: Job, terms: JobTerms, *, trade: Trade, quote: Quote) -> None:
    """Set every column that follows from the terms; saving is the caller's."""
    schedule = terms.schedule
    job.title = terms.title
    job.description = terms.description
    job.industry = trade["industry"]
    job.subcategory = trade["subcategory"]
    job.job_type = schedule.job_type
    job.shift_type = terms.shift_type
    job.date = schedule.date
    job.end_date = schedule.end_date
    job.start_time = schedule.start_time
    job.end_time = schedule.end_time
    job.weekdays = list(schedule.weekdays)
    job.break_minutes = schedule.break_minutes
    job.time_zone = schedule.time_zone
    job.starts_at = quote.shifts[0].starts_at
    job.ends_at = quote.shifts[-1].ends_at
    job.applicants_needed = terms.applicants_needed
    job.rate_kobo = terms.rate_kobo
    job.price_wage_kobo = quote.total.wage_kobo
    job.price_fee_kobo = quote.total.fee_kobo
    job.location = terms.location
    job.latitude = terms.latitude
    job.longitude = terms.longitude
    job.code_only = terms.code_only
    job.release_unconfirmed = terms.release_unconfirmed
    job.accept_favourites = terms.accept_favourites
    job.accept_worked_times = terms.accept_worked_times
    job.accept_score_at_least = terms.accept_score_at_least
    job.updated_at = clock.now()


def create_shifts(job: Job, planned: Sequence[PlannedShift]) -> None:
    Shift.objects.bulk_create(
        Shift(
            job=job,
            starts_at=shift.starts_at,
            ends_at=shift.ends_at,
            minutes=shift.minutes,
            on_site_code=f"{secrets.randbelow(1_000_000):06}",
        )
        for shift in planned
    )


def _unknown(field: str, slug: str) -> UnknownTrade:
    message = f"There is no {field} {slug!r} here."
    return UnknownTrade(errors=[FieldProblem(field, "unknown", message)])
