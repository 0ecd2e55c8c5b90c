"""Single jobs, as everybody, the caller, and the client see them."""

import json
from dataclasses import dataclass
from datetime import date as Day
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Count, Exists, F, OuterRef, Prefetch, QuerySet, Subquery, TextField, When
from django.db.models.functions import Cast, Coalesce, Greatest, JSONObject
from django_stubs_ext import WithAnnotations

from core import clock
from core.actor import Actor, Role
from core.errors import NotFound, PayshiftError, WrongRole
from core.instances import instances
from core.listings import Given, Prepared, Selection, where_one_or_several
from jobs.days_left import OpenShifts, days_left_of, open_shifts_in_sql, pay_for_days_left_kobo_of
from jobs.eligibility import EligibilityFacts, refusal_to_apply, with_eligibility
from jobs.models import (
    Application,
    ApplicationStatus,
    AssignmentStatus,
    Job,
    JobStatus,
    SavedJob,
    SeriesOccurrence,
    Shift,
    ShiftAssignment,
)
from jobs.models.job import JobQuerySet
from jobs.ports import ESCROW
from jobs.selectors.applications import applications_of_job
from jobs.visibility import visible_to

# What the client's view of one job lists by itself; the rest is a page of `/jobs/{id}/applications`.
EMBEDDED_APPLICATIONS = 100


@dataclass(frozen=True, slots=True)
class JobForCaller:
    """The caller's part of a job, kept apart so that the job itself is the same for everybody."""

    is_own: bool
    saved: bool
    application_id: int | None
    application_status: str | None
    refusal: PayshiftError | None
    days_left: list[Day] | None
    pay_for_days_left_kobo: int | None
    # The days on which the caller comes, or came, and their wages; None for all of the job's, and without any.
    own_days: list[Day] | None
    pay_for_own_days_kobo: int | None

    @property
    def may_apply(self) -> bool:
        return self.refusal is None


def _whole_jobs() -> JobQuerySet:
    shifts = Prefetch("shifts", Shift.objects.planned().order_by("starts_at"))
    return Job.objects.planned().select_related("industry", "subcategory", "client__profile").prefetch_related(shifts)


def one_job(given: Given) -> JobQuerySet:
    """`given`: `job_id`. Nothing in it depends on who asks."""
    return Job.objects.filter(pk=given["job_id"])


def shifts_of_job(given: Given) -> QuerySet[Shift]:
    return Shift.objects.filter(job_id=given["job_id"]).order_by("starts_at")


def get_job(*, job_id: int) -> Job:
    """A job with its shifts, in two queries. Nothing in it depends on who asks. Raises `NotFound`."""
    if job := _whole_jobs().filter(pk=job_id).first():
        return job
    raise NotFound


class OfCaller(EligibilityFacts):
    saved: bool
    application_id: int | None
    application_status: str | None
    open_shifts: OpenShifts
    own_shifts: list[str]


type JobOfCaller = WithAnnotations[Job, OfCaller]


@instances("job_id", "user_id", "now")
def _job_of_caller(given: Given) -> QuerySet[JobOfCaller]:
    user_id = given["user_id"]
    mine = Application.objects.filter(job_id=OuterRef("pk"), applicant_id=user_id).order_by("-pk")
    own = ShiftAssignment.objects.filter(application__job_id=OuterRef("pk"), application__applicant_id=user_id).exclude(
        status=AssignmentStatus.CANCELED
    )
    own_shift = Cast(JSONObject(starts_at=F("starts_at"), wage_kobo=F("wage_kobo")), TextField())
    visible = visible_to(Job.objects.planned().defer("description"), user_id=user_id).filter(pk=given["job_id"])
    return with_eligibility(visible, user_id=user_id).annotate(
        saved=Exists(SavedJob.objects.filter(job_id=OuterRef("pk"), user_id=user_id)),
        application_id=Subquery(mine.values("pk")[:1]),
        application_status=Subquery(mine.values("status")[:1]),
        open_shifts=open_shifts_in_sql(now=given["now"]),
        own_shifts=ArraySubquery(own.order_by("starts_at").values_list(own_shift)),
    )


def get_job_for_caller(*, actor: Actor, job_id: int) -> JobForCaller:
    """What the caller did with a job and may do, in one query. Raises `NotFound`."""
    now = clock.now()
    job: JobOfCaller = _job_of_caller.one(job_id=job_id, user_id=actor.user_id, now=now)
    refusal = refusal_to_apply(job, user_id=actor.user_id, now=now)
    if refusal is None and actor.role is not Role.APPLICANT:
        refusal = WrongRole("Only applicant accounts may apply.")
    own_days = days_left_of(job, job.own_shifts) if job.own_shifts else None
    wages = (json.loads(shift)["wage_kobo"] for shift in job.own_shifts)
    return JobForCaller(
        is_own=job.client_id == actor.user_id,
        saved=job.saved,
        application_id=job.application_id,
        application_status=job.application_status,
        refusal=refusal,
        days_left=days_left_of(job, job.open_shifts),
        pay_for_days_left_kobo=pay_for_days_left_kobo_of(job, job.open_shifts),
        own_days=own_days,
        pay_for_own_days_kobo=None if own_days is None else sum(wages),
    )


def client_jobs(given: Given) -> Selection[Job]:
    """A client's own jobs with what there is to do. `given`: `client_id`, and perhaps `status` or `status_among`."""
    jobs = where_one_or_several(Job.objects.filter(client_id=given["client_id"]), "status", given)
    return Selection(with_what_there_is_to_do(jobs))


def with_what_there_is_to_do(jobs: JobQuerySet) -> JobQuerySet:
    """For their client: who waits for an answer, which shifts for a word, and what is to be paid."""
    waiting = Application.objects.filter(job_id=OuterRef("pk"), status=ApplicationStatus.APPLIED)
    worked = ShiftAssignment.objects.filter(application__job_id=OuterRef("pk"), status=AssignmentStatus.CHECKED_OUT)
    lacking = F("price_wage_kobo") + F("price_fee_kobo") - ESCROW.get().held_of(OuterRef("pk"))
    return jobs.annotate(
        waiting_applications=_number(waiting, of="job_id"),
        to_approve=_number(worked, of="application__job_id"),
        # A job that is not pending has been paid for, and pays out.
        outstanding_kobo=Case(When(status=JobStatus.PENDING, then=Greatest(lacking, 0)), default=0),
    )


def _by_status(given: Given) -> QuerySet[Any, Any]:
    jobs = Job.objects.filter(client_id=given["client_id"]).order_by()
    return jobs.values("status").annotate(count=Count("pk"))


COUNTS = Prepared(_by_status, ("status", "count"), given=("client_id",))


def client_job_counts(client_id: int) -> dict[str, int]:
    """How many jobs a client has in each status; one without any is left out. One query."""
    return {row[0]: row[1] for row in COUNTS.rows(client_id=client_id)}


def _number(rows: QuerySet[Any], *, of: str) -> Coalesce:
    """How many of these there are for each row, as a subquery of their own: joins would multiply each other."""
    return Coalesce(Subquery(rows.order_by().values(of).annotate(count=Count("pk")).values("count")), 0)


def one_own_job(given: Given) -> JobQuerySet:
    """With the series that repeats it, unless that has ended. `given`: `job_id` and its `client_id`."""
    running = SeriesOccurrence.objects.filter(job_id=OuterRef("pk"), series__ended_at__isnull=True)
    own = Job.objects.filter(pk=given["job_id"], client_id=given["client_id"])
    return own.annotate(series_id=Subquery(running.values("series_id")))


def first_applications(given: Given) -> QuerySet[Application]:
    """`given`: `job_id`. Whose job it is is not asked here."""
    applications = applications_of_job(given).queryset
    return applications.order_by("status", "created_at", "id")[:EMBEDDED_APPLICATIONS]


def job_for_payment(*, job_id: int, client_id: int) -> Job:
    """The client's own job, to be paid for. Raises `NotFound`."""
    if job := Job.objects.planned().filter(pk=job_id, client_id=client_id).first():
        return job
    raise NotFound
