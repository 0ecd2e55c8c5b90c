from datetime import datetime
from typing import Annotated

from pydantic import Field

from core.schemas import Kobo, Out, StrictIn
from jobs.models import JobType, ShiftType
from jobs.schemas.job import ClockTime
from jobs.schemas.terms import HoursIn, PayIn, WorkIn

TemplateName = Annotated[str, Field(min_length=1, max_length=60)]


class TemplateTermsIn(WorkIn, PayIn, HoursIn):
    """What `POST /jobs` takes, without the days."""


class TemplateNameIn(StrictIn):
    name: TemplateName


class TemplateIn(TemplateNameIn):
    terms: TemplateTermsIn


class TemplateTermsOut(Out):
    """Named as in `POST /jobs`: with the days added they can be sent there."""

    title: str
    description: str
    industry: Annotated[str, Field(description="Its slug. The trade may be gone since the template was kept.")]
    subcategory: str | None
    job_type: JobType
    shift_type: ShiftType
    start_time: ClockTime
    end_time: ClockTime
    weekdays: list[int]
    break_minutes: int
    time_zone: str
    applicants_needed: int
    rate_kobo: Kobo
    location: str
    latitude: float | None
    longitude: float | None
    code_only: bool
    release_unconfirmed: bool
    accept_favourites: bool
    accept_worked_times: int | None
    accept_score_at_least: int | None


class TemplateOut(Out):
    id: int
    name: str
    terms: TemplateTermsOut
    created_at: datetime
