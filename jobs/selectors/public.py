"""Jobs as everybody may read them, logged in or not: no person, no address, and of an open job only."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date as Day
from datetime import datetime, time
from operator import attrgetter
from typing import TypedDict, cast

from django_stubs_ext import WithAnnotations

from core import clock
from core.cache.values import CachedValue
from core.errors import NotFound
from core.models import PayshiftQuerySet
from jobs import work_offered
from jobs.areas import Area, area_of
from jobs.days_left import (
    OpenShifts,
    days_left,
    minutes_of_days_left,
    open_shifts_in_sql,
    pay_for_days_left_kobo,
    still_ahead,
)
from jobs.models import Job, JobStatus
from jobs.models.job import JobQuerySet
from jobs.ports import ESCROW
from jobs.public_words import without_contacts
from jobs.selectors.search import open_jobs
from jobs.work_offered import HOURS

SIMILAR = 6
NEXT = 20


@dataclass(frozen=True, slots=True)
class Offer:
    """What somebody who applies now would get."""

    # None for all days of the job.
    days: list[Day] | None
    shift_count: int
    minutes: int
    pay_kobo: int


@dataclass(frozen=True, slots=True)
class PublicJob:
    """`client_id` and the trade's ids are for the cache; a page shows none of them."""

    id: int
    client_id: int
    industry_id: int
    subcategory_id: int | None
    title: str
    description: str
    trade: str
    area: Area
    date: Day
    end_date: Day
    weekdays: list[int]
    start_time: time
    end_time: time
    time_zone: str
    break_minutes: int
    starts_at: datetime
    created_at: datetime
    places_left: int
    rate_kobo: int
    whole: Offer
    # As they were when this was read: by the time that it is shown some may have begun.
    open_shifts: OpenShifts
    status: str
    has_places: bool
    takes_people_until: datetime

    @property
    def is_open(self) -> bool:
        """The clock is asked at each reading: the start passes without a write."""
        return self.has_places and self.takes_people_until > clock.now()

    @property
    def offer(self) -> Offer:
        ahead, hours = still_ahead(self.open_shifts, now=clock.now()), attrgetter(*HOURS)(self)
        days = days_left(ahead, *hours)
        pay_kobo = pay_for_days_left_kobo(ahead, self.rate_kobo, *hours)
        if ahead is None or days is None or pay_kobo is None:
            return self.whole
        return Offer(days=days, shift_count=len(days), minutes=minutes_of_days_left(ahead), pay_kobo=pay_kobo)


def entities_of(job: PublicJob) -> Iterator[str]:
    """What it shows; of its client whether they may post at all, and the name that is left out."""
    yield from (f"job:{job.id}", f"user:{job.client_id}", f"industry:{job.industry_id}")
    if job.subcategory_id is not None:
        yield f"subcategory:{job.subcategory_id}"


class DaysLeft(TypedDict):
    open_shifts: OpenShifts


type JobOnOffer = WithAnnotations[Job, DaysLeft]

PUBLIC_JOB = CachedValue(PublicJob, name="get_public_job", ttl_seconds=1800, key="{job_id}", entities=entities_of)


def public_job(job_id: int) -> PublicJob:
    """A job that was paid for at some time: open, or gone. Cached; two queries at most.

    Raises `NotFound` for one that strangers were never shown.
    """
    job = PUBLIC_JOB.get(lambda: _read(job_id), job_id=job_id)
    # Cancelled or expired before it was paid for: its client alone has ever seen it.
    ended = job.status in (JobStatus.CANCELED, JobStatus.EXPIRED)
    if ended and not ESCROW.get().summary(job_id=job_id, required_kobo=0).paid_in_kobo:
        raise NotFound
    return job


def similar_jobs(job: PublicJob) -> list[PublicJob]:
    """Open jobs of the same trade, the newest first, in one query."""
    jobs = _with_what_is_shown(open_jobs(viewer_id=0)).filter(industry_id=job.industry_id).exclude(pk=job.id)
    return [_as_public(row) for row in jobs.order_by("-created_at", "-id")[:SIMILAR]]


def next_jobs() -> list[PublicJob]:
    """The open jobs that begin next, in one query."""
    jobs = _with_what_is_shown(open_jobs(viewer_id=0))
    return [_as_public(row) for row in jobs.order_by("starts_at", "id")[:NEXT]]


def listed_jobs() -> JobQuerySet:
    """What a search engine is told of: every open job, for a page of ids with the time of the last edit."""
    return open_jobs(viewer_id=0).order_by("id").only("id", "updated_at")


def _read(job_id: int) -> PublicJob:
    job = _with_what_is_shown(Job.objects.planned().filter(pk=job_id)).first()
    if job is None or job.status == JobStatus.PENDING:
        raise NotFound
    return _as_public(job)


def _with_what_is_shown(jobs: JobQuerySet) -> PayshiftQuerySet[JobOnOffer]:
    shown = jobs.select_related("industry", "subcategory", "client")
    shown = shown.annotate(open_shifts=open_shifts_in_sql(now=clock.now()))
    return cast("PayshiftQuerySet[JobOnOffer]", shown)


def _as_public(job: JobOnOffer) -> PublicJob:
    names = (job.client.first_name, job.client.last_name)
    return PublicJob(
        id=job.pk,
        client_id=job.client_id,
        industry_id=job.industry_id,
        subcategory_id=job.subcategory_id,
        title=without_contacts(job.title, names=names, location=job.location),
        description=without_contacts(job.description, names=names, location=job.location),
        trade=", ".join(part.name for part in (job.industry, job.subcategory) if part),
        area=area_of(job.location, latitude=job.latitude, longitude=job.longitude),
        date=job.date,
        end_date=job.end_date,
        weekdays=job.weekdays,
        start_time=job.start_time,
        end_time=job.end_time,
        time_zone=job.time_zone,
        break_minutes=job.break_minutes,
        starts_at=job.starts_at,
        created_at=job.created_at,
        places_left=job.places_left,
        rate_kobo=job.rate_kobo,
        whole=Offer(
            days=None,
            shift_count=work_offered.shift_count_of(job),
            minutes=work_offered.minutes_of(job),
            pay_kobo=work_offered.pay_kobo_of(job),
        ),
        open_shifts=job.open_shifts,
        status=job.status,
        has_places=job.is_open and job.client.is_active,
        takes_people_until=(job.open_until or job.starts_at) if job.status == JobStatus.ONGOING else job.starts_at,
    )
