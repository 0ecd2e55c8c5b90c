"""Taking somebody on, by the client's word or by an offer: the one place where a place is given away."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import BooleanField, Exists, ExpressionWrapper, Q, QuerySet

from accounts.models import CustomUser, NotificationKind
from accounts.services.notifications import expect_to_tell
from core.actor import Role
from core.instances import insert
from core.listings import Given, Prepared
from jobs.days_left import days_of, open_shifts
from jobs.eligibility import blocks_between
from jobs.exceptions import Blocked, JobFull, TermsChanged, WorkerUnavailable
from jobs.fair_terms import changes_on_offer
from jobs.models import Application, ApplicationStatus, Job, JobStatus, Shift, ShiftAssignment
from jobs.ports import ESCROW
from jobs.services.history import change_status, stand_by
from jobs.services.notices import tell_about_application, tell_about_applications


def _worker(given: Given) -> QuerySet[CustomUser]:
    workers = CustomUser.objects.filter(pk=given["worker_id"])
    blocks = blocks_between(given["worker_id"], given["client_id"])
    available = ExpressionWrapper(Q(is_active=True, role=Role.APPLICANT), BooleanField())
    return workers.annotate(is_blocked=Exists(blocks), is_available=available)


WORKER = Prepared(_worker, ("is_blocked", "is_available"), given=("worker_id", "client_id"))
# What the database keeps of a job, as it is after this transaction's own writes.
STILL_OPEN = Prepared(
    lambda given: Job.objects.filter(pk=given["job_id"], is_open=True).order_by(), ("pk",), given=("job_id",)
)


def take_on(job: Job, application: Application, *, now: datetime, changed_by: int | None) -> Sequence[Shift] | None:
    """One assignment per shift that has a place, at the price fixed now. With the last place taken, whoever still waits
    stands by. The shifts, where they are not all of the job's.

    `changed_by` is None where the client's rule takes them on. The caller holds the locks of worker, job and
    application, and has checked that the job takes somebody. Raises `TermsChanged` while the worker agreed to other
    terms, or days, than there are; `JobFull` where no day is left.
    """
    shifts = open_shifts(job, now=now)
    if not shifts:
        raise JobFull
    days = days_of(shifts, job) if _in_part(job) else None
    if changes_on_offer(application, job, days=days):
        raise TermsChanged
    expect_to_tell(application.applicant_id)
    fills_in = _in_part(job) or job.is_full
    if fills_in:
        application.fills_in = True
    also = ("fills_in",) if fills_in else ()
    change_status(application, ApplicationStatus.ACCEPTED, changed_by=changed_by, also=also)
    _create_assignments(job, application, shifts)
    by_rule = changed_by is None
    told = shifts if days is not None else None
    tell_about_application(application, job, NotificationKind.APPLICATION_ACCEPTED, by_rule=by_rule, shifts=told)
    if not _has_more(job, shifts):
        stand_by_if_full(job, changed_by=changed_by)
    return told


def stand_by_if_full(job: Job, *, changed_by: int | None) -> None:
    """Whoever waits for an answer stands by once no shift of the locked job has a place."""
    if STILL_OPEN.rows(job_id=job.pk):
        return
    waiting = stand_by(job_id=job.pk, changed_by=changed_by)
    tell_about_applications(waiting, job, NotificationKind.STANDING_BY)
    if job.offers_until is not None:
        job.offers_until = None
        job.save(update_fields=["offers_until"])
        offered = Application.objects.filter(job=job, status=ApplicationStatus.STANDING_BY)
        offered.filter(offered_until__isnull=False).update(offered_until=None)


def check_worker(job: Job, worker_id: int) -> None:
    """Raises `Blocked` and `WorkerUnavailable`."""
    ((is_blocked, is_available),) = WORKER.rows(worker_id=worker_id, client_id=job.client_id)
    if is_blocked:
        raise Blocked
    if not is_available:
        raise WorkerUnavailable


def _has_more(job: Job, shifts: Sequence[Shift]) -> bool:
    """Whether a place is left in any case, by what was read under the job's lock before one of each shift was taken."""
    needed = job.applicants_needed
    return job.accepted_count + 1 < needed and any(shift.taken_count + 1 < needed for shift in shifts)


def _in_part(job: Job) -> bool:
    return job.status == JobStatus.ONGOING or job.part_open


def _create_assignments(job: Job, application: Application, shifts: Sequence[Shift]) -> None:
    price_of = ESCROW.get().assignment_price
    assignments = []
    for shift in shifts:
        price = price_of(rate_kobo=job.rate_kobo, minutes=shift.minutes)
        assignments.append(
            ShiftAssignment(
                application=application,
                shift=shift,
                worker_id=application.applicant_id,
                client_id=job.client_id,
                industry_id=job.industry_id,
                subcategory_id=job.subcategory_id,
                starts_at=shift.starts_at,
                ends_at=shift.ends_at,
                wage_kobo=price.wage_kobo,
                fee_kobo=price.fee_kobo,
            )
        )
    insert(*assignments)
