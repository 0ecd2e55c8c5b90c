"""Taking somebody on, by the client's word or by an offer: the one place where a place is given away."""

from django.contrib.auth import get_user_model

from accounts.models import NotificationKind
from core.actor import Role
from jobs.eligibility import blocks_between
from jobs.exceptions import Blocked, TermsChanged, WorkerUnavailable
from jobs.fair_terms import changes_since
from jobs.models import Application, ApplicationStatus, Job, Shift, ShiftAssignment
from jobs.ports import ESCROW
from jobs.services.history import change_status, stand_by
from jobs.services.notices import tell_about_application


def take_on(job: Job, application: Application, *, changed_by: int | None) -> None:
    """One assignment per shift, at the price fixed now. With the last place taken, whoever still waits stands by.

    `changed_by` is None where the client's rule takes them on. The caller holds the locks of worker, job and
    application, and has checked that the job takes somebody.
    """
    change_status(application, ApplicationStatus.ACCEPTED, changed_by=changed_by)
    _create_assignments(job, application)
    by_rule = changed_by is None
    tell_about_application(application, job, NotificationKind.APPLICATION_ACCEPTED, by_rule=by_rule)
    if job.places_left > 1:
        return
    for waiting in stand_by(job_id=job.pk, changed_by=changed_by):
        tell_about_application(waiting, job, NotificationKind.STANDING_BY)
    if job.offers_until is not None:
        job.offers_until = None
        job.save(update_fields=["offers_until"])
        offered = Application.objects.filter(job=job, status=ApplicationStatus.STANDING_BY)
        offered.filter(offered_until__isnull=False).update(offered_until=None)


def refuse_new_terms(application: Application, job: Job) -> None:
    """Raises `TermsChanged` while the worker agreed to other terms than the job has."""
    if changes_since(application, job):
        raise TermsChanged


def check_worker(job: Job, worker_id: int) -> None:
    """Raises `Blocked` and `WorkerUnavailable`."""
    if blocks_between(worker_id, job.client_id).exists():
        raise Blocked
    workers = get_user_model()._default_manager.filter(pk=worker_id, is_active=True, role=Role.APPLICANT)
    if not workers.exists():
        raise WorkerUnavailable


def _create_assignments(job: Job, application: Application) -> None:
    price_of = ESCROW.get().assignment_price
    assignments = []
    for shift in Shift.objects.planned().filter(job=job, canceled_at__isnull=True).order_by("starts_at"):
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
    ShiftAssignment.objects.bulk_create(assignments)
