"""Factories of work. They write rows directly and call no service; money is left to payment's factories.

A job comes with its shifts: tomorrow 09:00 to 17:00 in Lagos unless told otherwise, funded and open.
"""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import factory
from factory.django import DjangoModelFactory

from core import clock
from core.actor import Role
from jobs.models import (
    Application,
    ApplicationStatus,
    AssignmentStatus,
    Block,
    CalendarLink,
    Favourite,
    Invitation,
    Job,
    JobIndustry,
    JobSeries,
    JobStatus,
    JobSubcategory,
    JobTemplate,
    JobType,
    Report,
    SavedJob,
    SavedSearch,
    SeriesOccurrence,
    Shift,
    ShiftAssignment,
    ShiftType,
    StaffNote,
)
from jobs.services.calendar_links import hash_of
from jobs.services.recurrence import as_json
from jobs.services.terms import stated_terms
from tests.factories.accounts import UserFactory

# Victoria Island, Lagos.
LATITUDE, LONGITUDE = 6.4281, 3.4219
LIVE_OR_DONE = (ApplicationStatus.ACCEPTED, ApplicationStatus.COMPLETED)
DECIDED = (*LIVE_OR_DONE, ApplicationStatus.NO_SHOW, ApplicationStatus.CANCELED)


def share(amount_kobo: int, *, numerator: int, denominator: int) -> int:
    """Half-up, in integers."""
    return (2 * amount_kobo * numerator + denominator) // (2 * denominator)


def wage_of(rate_kobo: int, minutes: int) -> int:
    return share(rate_kobo, numerator=minutes, denominator=60)


def fee_of(wage_kobo: int) -> int:
    return share(wage_kobo, numerator=1000, denominator=10000)


class JobIndustryFactory(DjangoModelFactory[JobIndustry]):
    class Meta:
        model = JobIndustry
        django_get_or_create = ("slug",)

    slug = "hospitality"
    name = "Hospitality"


class JobSubcategoryFactory(DjangoModelFactory[JobSubcategory]):
    class Meta:
        model = JobSubcategory
        django_get_or_create = ("slug",)

    industry = factory.SubFactory(JobIndustryFactory)
    slug = "waiter"
    name = "Waiter"


class JobFactory(DjangoModelFactory[Job]):
    class Meta:
        model = Job
        skip_postgeneration_save = True

    class Params:
        days = 1
        shift_minutes = factory.LazyAttribute(
            lambda o: (
                ((o.end_time.hour - o.start_time.hour) * 60 + o.end_time.minute - o.start_time.minute - 1) % 1440 + 1
            )
        )

    title = factory.Sequence(lambda n: f"Waiter for a wedding {n}")
    description = "Serve guests at a wedding reception. Black trousers, white shirt."
    industry = factory.SubFactory(JobIndustryFactory)
    subcategory = factory.SubFactory(JobSubcategoryFactory)
    job_type = factory.LazyAttribute(lambda o: JobType.SINGLE_DAY if o.days == 1 else JobType.MULTIPLE_DAYS)
    shift_type = ShiftType.DAY
    time_zone = "Africa/Lagos"
    break_minutes = 0
    date = factory.LazyAttribute(lambda o: clock.now().astimezone(ZoneInfo(o.time_zone)).date() + timedelta(days=1))
    end_date = factory.LazyAttribute(lambda o: o.date + timedelta(days=o.days - 1))
    start_time = time(9)
    end_time = time(17)
    starts_at = factory.LazyAttribute(
        lambda o: datetime.combine(o.date, o.start_time, ZoneInfo(o.time_zone)).astimezone(UTC)
    )
    ends_at = factory.LazyAttribute(lambda o: o.starts_at + timedelta(days=o.days - 1, minutes=o.shift_minutes))
    applicants_needed = 2
    rate_kobo = 150_000
    price_wage_kobo = factory.LazyAttribute(
        lambda o: wage_of(o.rate_kobo, o.shift_minutes - o.break_minutes) * o.applicants_needed * o.days
    )
    price_fee_kobo = factory.LazyAttribute(
        lambda o: fee_of(wage_of(o.rate_kobo, o.shift_minutes - o.break_minutes)) * o.applicants_needed * o.days
    )
    location = "Victoria Island, Lagos"
    latitude = LATITUDE
    longitude = LONGITUDE
    client = factory.SubFactory(UserFactory, role=Role.CLIENT)
    created_by = factory.SelfAttribute("client")
    status = JobStatus.UPCOMING
    canceled_at = factory.LazyAttribute(lambda o: clock.now() if o.status == JobStatus.CANCELED else None)
    created_at = factory.LazyFunction(clock.now)
    updated_at = factory.SelfAttribute("created_at")

    @classmethod
    def _create(cls, model_class: type[Job], *args: Any, **kwargs: Any) -> Job:
        job: Job = super()._create(model_class, *args, **kwargs)
        first_end = job.ends_at - (job.end_date - job.date)
        for day in range((job.end_date - job.date).days + 1):
            ShiftFactory(
                job=job,
                starts_at=job.starts_at + timedelta(days=day),
                ends_at=first_end + timedelta(days=day),
            )
        return job


class ShiftFactory(DjangoModelFactory[Shift]):
    class Meta:
        model = Shift

    job = factory.SubFactory(JobFactory)
    starts_at = factory.LazyAttribute(lambda o: o.job.ends_at + timedelta(hours=16))
    ends_at = factory.LazyAttribute(lambda o: o.starts_at + timedelta(hours=8))
    minutes = factory.LazyAttribute(lambda o: (o.ends_at - o.starts_at) // timedelta(minutes=1) - o.job.break_minutes)
    on_site_code = "246810"


class ApplicationFactory(DjangoModelFactory[Application]):
    class Meta:
        model = Application

    job = factory.SubFactory(JobFactory)
    applicant = factory.SubFactory(UserFactory, role=Role.APPLICANT)
    status = ApplicationStatus.APPLIED
    note = ""
    created_at = factory.LazyFunction(clock.now)
    accepted_at = factory.LazyAttribute(lambda o: o.created_at if o.status in DECIDED else None)
    decided_at = factory.LazyAttribute(lambda o: None if o.status == ApplicationStatus.APPLIED else o.created_at)


class ShiftAssignmentFactory(DjangoModelFactory[ShiftAssignment]):
    """On the first shift of its application's job unless told otherwise."""

    class Meta:
        model = ShiftAssignment

    application = factory.SubFactory(ApplicationFactory, status=ApplicationStatus.ACCEPTED)
    shift = factory.LazyAttribute(lambda o: Shift.objects.filter(job=o.application.job).earliest("starts_at"))
    worker = factory.SelfAttribute("application.applicant")
    client = factory.SelfAttribute("application.job.client")
    industry = factory.SelfAttribute("application.job.industry")
    subcategory = factory.SelfAttribute("application.job.subcategory")
    starts_at = factory.SelfAttribute("shift.starts_at")
    ends_at = factory.SelfAttribute("shift.ends_at")
    status = AssignmentStatus.SCHEDULED
    wage_kobo = factory.LazyAttribute(lambda o: wage_of(o.application.job.rate_kobo, o.shift.minutes))
    fee_kobo = factory.LazyAttribute(lambda o: fee_of(o.wage_kobo))

    class Params:
        checked_in = factory.Trait(
            status=AssignmentStatus.CHECKED_IN,
            checked_in_at=factory.SelfAttribute("starts_at"),
            check_in_method="position",
            check_in_distance_m=12,
        )
        checked_out = factory.Trait(
            checked_in=True,
            status=AssignmentStatus.CHECKED_OUT,
            checked_out_at=factory.SelfAttribute("ends_at"),
            worked_minutes=factory.SelfAttribute("shift.minutes"),
        )
        approved = factory.Trait(
            checked_out=True,
            status=AssignmentStatus.APPROVED,
            approved_at=factory.SelfAttribute("ends_at"),
            approved_minutes=factory.SelfAttribute("shift.minutes"),
            paid_wage_kobo=factory.SelfAttribute("wage_kobo"),
            paid_fee_kobo=factory.SelfAttribute("fee_kobo"),
        )


class SavedJobFactory(DjangoModelFactory[SavedJob]):
    class Meta:
        model = SavedJob

    user = factory.SubFactory(UserFactory, role=Role.APPLICANT)
    job = factory.SubFactory(JobFactory)
    saved_at = factory.LazyFunction(clock.now)


class SavedSearchFactory(DjangoModelFactory[SavedSearch]):
    class Meta:
        model = SavedSearch

    user = factory.SubFactory(UserFactory, role=Role.APPLICANT)
    name = factory.Sequence(lambda n: f"Search {n}")
    min_rate_kobo = 1
    created_at = factory.LazyFunction(clock.now)


# As the API keeps them.
TEMPLATE_TERMS: dict[str, Any] = {
    "title": "Ushers for a fair",
    "description": "Welcome the guests.",
    "location": "Landmark Centre, Lagos",
    "industry": "hospitality",
    "subcategory": None,
    "job_type": "single_day",
    "shift_type": "day",
    "start_time": "09:00:00",
    "end_time": "17:00:00",
    "weekdays": [],
    "break_minutes": 30,
    "time_zone": "Africa/Lagos",
    "applicants_needed": 4,
    "rate_kobo": 250_000,
    "latitude": 6.4226,
    "longitude": 3.4462,
    "code_only": False,
    "release_unconfirmed": True,
    "accept_favourites": True,
    "accept_worked_times": None,
    "accept_score_at_least": None,
}


class JobTemplateFactory(DjangoModelFactory[JobTemplate]):
    class Meta:
        model = JobTemplate

    client = factory.SubFactory(UserFactory, role=Role.CLIENT)
    name = factory.Sequence(lambda n: f"Template {n}")
    terms = factory.LazyFunction(lambda: {**TEMPLATE_TERMS})
    created_at = factory.LazyFunction(clock.now)


def repeated(job: Job) -> JobSeries:
    """A series of which the job is week 0, and that has posted no other."""
    now = clock.now()
    series = JobSeries.objects.create(
        client=job.client, terms=as_json(stated_terms(job)), due_at=now, created_at=now, updated_at=now
    )
    SeriesOccurrence.objects.create(series=series, number=0, job=job, created_at=now)
    return series


class InvitationFactory(DjangoModelFactory[Invitation]):
    class Meta:
        model = Invitation

    job = factory.SubFactory(JobFactory)
    worker = factory.SubFactory(UserFactory, role=Role.APPLICANT)
    created_at = factory.LazyFunction(clock.now)


class FavouriteFactory(DjangoModelFactory[Favourite]):
    class Meta:
        model = Favourite

    client = factory.SubFactory(UserFactory, role=Role.CLIENT)
    worker = factory.SubFactory(UserFactory, role=Role.APPLICANT)
    created_at = factory.LazyFunction(clock.now)


class CalendarLinkFactory(DjangoModelFactory[CalendarLink]):
    """`token` is the secret in the address."""

    class Meta:
        model = CalendarLink

    class Params:
        token = factory.Sequence(lambda n: f"psc_{n:043}")

    user = factory.SubFactory(UserFactory, role=Role.APPLICANT)
    token_sha256 = factory.LazyAttribute(lambda o: hash_of(o.token))
    created_at = factory.LazyFunction(clock.now)


class StaffNoteFactory(DjangoModelFactory[StaffNote]):
    """About a job, unless about somebody."""

    class Meta:
        model = StaffNote

    author = factory.SubFactory(UserFactory)
    text = "Called about the address."
    created_at = factory.LazyFunction(clock.now)


class BlockFactory(DjangoModelFactory[Block]):
    class Meta:
        model = Block

    blocker = factory.SubFactory(UserFactory, role=Role.CLIENT)
    blocked = factory.SubFactory(UserFactory, role=Role.APPLICANT)
    created_at = factory.LazyFunction(clock.now)


class ReportFactory(DjangoModelFactory[Report]):
    """Of a job, unless of somebody."""

    class Meta:
        model = Report

    reporter = factory.SubFactory(UserFactory)
    category = "scam"
    text = "Asked me for money."
    created_at = factory.LazyFunction(clock.now)
