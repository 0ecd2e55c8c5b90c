"""Editing a job. Everything before anyone was accepted, the description afterwards."""

from collections.abc import Sequence
from datetime import date as Day
from datetime import time
from typing import TypedDict

from django.db import transaction

from accounts.models import NotificationKind
from core import clock
from core.actor import Actor, Role, require_role
from core.errors import InvalidState, NotFound
from core.throttling import Throttle
from jobs.exceptions import JobLocked
from jobs.models import Application, ApplicationStatus, Job, JobIndustry, JobStatus, JobSubcategory
from jobs.ports import ESCROW
from jobs.services.funding import set_job_status
from jobs.services.locks import lock_job
from jobs.services.notices import tell_about_job
from jobs.services.schedule import Schedule
from jobs.services.terms import JobTerms, create_shifts, find_trade, quote_terms, terms_of, write_terms

MERGE_SECONDS = 15 * 60
MOVES_PER_JOB = Throttle("job-moves", limit="JOB_MOVES_AFTER_APPLICATION", period_seconds=30 * 24 * 3600)
EDITS_PER_JOB = Throttle("job-edits", limit="JOB_EDITS_PER_HOUR", period_seconds=3600)


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
    time_zone: str
    applicants_needed: int
    rate_kobo: int
    location: str
    latitude: float | None
    longitude: float | None


@transaction.atomic
def edit_job(*, actor: Actor, job_id: int, changes: JobChanges) -> Job:
    """Change a job's terms, its shifts, and with its price its funding; who applied is told.

    Dearer: the job is `pending` until the difference is paid. Cheaper: the difference goes to the client's wallet.
    Locks the job, then ledger accounts. Raises `NotFound`, `WrongRole`, `InvalidState`, `JobLocked`,
    `InvalidSchedule` and `UnknownTrade`.
    """
    require_role(actor, Role.CLIENT)
    job = lock_job(job_id)
    if job.client_id != actor.user_id:
        raise NotFound
    if job.canceled_at is not None or job.status not in {JobStatus.PENDING, JobStatus.UPCOMING, JobStatus.ONGOING}:
        raise InvalidState("This job is over or canceled.")
    EDITS_PER_JOB.hit(str(job.pk))
    before = terms_of(job)
    if changes.keys() <= {"description"}:
        job.description = changes.get("description", job.description)
        job.updated_at = clock.now()
        job.save(update_fields=["description", "updated_at"])
        _tell_applicants(job, before)
        return job
    if job.starts_at <= clock.now() or Application.objects.filter(job=job, accepted_at__isnull=False).exists():
        raise JobLocked
    if _moves(job, changes) and Application.objects.filter(job=job).exists():
        # Each move measures how far those who applied live from another place.
        MOVES_PER_JOB.hit(str(job.pk))
    _replace_terms(job, changes)
    _move_difference(job)
    _tell_applicants(job, before)
    return job


def _moves(job: Job, changes: JobChanges) -> bool:
    there = (changes.get("latitude", job.latitude), changes.get("longitude", job.longitude))
    return there != (job.latitude, job.longitude)


def _replace_terms(job: Job, changes: JobChanges) -> None:
    terms = _merge(job, changes)
    quote = quote_terms(terms)
    before = set(job.shifts.values_list("starts_at", "ends_at"))
    write_terms(job, terms, trade=find_trade(industry=terms.industry, subcategory=terms.subcategory), quote=quote)
    job.save()
    if before != {(shift.starts_at, shift.ends_at) for shift in quote.shifts}:
        # Nobody was ever accepted, so no assignment refers to them.
        job.shifts.all().delete()
        create_shifts(job, quote.shifts)


def _move_difference(job: Job) -> None:
    summary = ESCROW.get().fund_difference(job_id=job.pk, required_kobo=job.price_kobo, client_id=job.client_id)
    if summary.outstanding_kobo > 0 and job.status == JobStatus.UPCOMING:
        set_job_status(job, JobStatus.PENDING)
    elif summary.outstanding_kobo == 0 and job.status == JobStatus.PENDING:
        set_job_status(job, JobStatus.UPCOMING)


def _tell_applicants(job: Job, before: Sequence[object]) -> None:
    """They applied to other terms: whoever waits or was accepted should look again."""
    if terms_of(job) == before:
        return
    concerned = Application.objects.filter(
        job=job, status__in=[ApplicationStatus.APPLIED, ApplicationStatus.ACCEPTED]
    ).order_by("pk")
    tell_about_job(
        job,
        NotificationKind.JOB_CHANGED,
        user_ids=concerned.values_list("applicant_id", flat=True),
        # Edits of a quarter of an hour are one piece of news: whoever looks sees the last of them.
        occasion=f":{int(job.updated_at.timestamp()) // MERGE_SECONDS}",
    )


def _merge(job: Job, changes: JobChanges) -> JobTerms:
    """The job's terms with the changes laid over them."""
    industry = JobIndustry.objects.values_list("slug", flat=True).get(pk=job.industry_id)
    subcategory = JobSubcategory.objects.values_list("slug", flat=True).filter(jobs=job).first()
    # A subcategory belongs to one industry: naming another industry drops it.
    kept = subcategory if changes.get("industry", industry) == industry else None
    schedule = Schedule(
        job_type=changes.get("job_type", job.job_type),
        date=changes.get("date", job.date),
        end_date=changes.get("end_date", job.end_date),
        start_time=changes.get("start_time", job.start_time),
        end_time=changes.get("end_time", job.end_time),
        weekdays=changes.get("weekdays", tuple(job.weekdays)),
        time_zone=changes.get("time_zone", job.time_zone),
    )
    return JobTerms(
        title=changes.get("title", job.title),
        description=changes.get("description", job.description),
        industry=changes.get("industry", industry),
        subcategory=changes.get("subcategory", kept),
        shift_type=changes.get("shift_type", job.shift_type),
        schedule=schedule,
        applicants_needed=changes.get("applicants_needed", job.applicants_needed),
        rate_kobo=changes.get("rate_kobo", job.rate_kobo),
        location=changes.get("location", job.location),
        latitude=changes.get("latitude", job.latitude),
        longitude=changes.get("longitude", job.longitude),
    )
