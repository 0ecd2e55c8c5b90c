"""The client's word on an application."""

from django.contrib.auth import get_user_model
from django.db import transaction

from accounts.models import NotificationKind
from core import clock
from core.actor import Actor, Role, require_role
from core.errors import NotFound
from jobs.eligibility import blocks_between, refusal_of_job
from jobs.exceptions import Blocked, WorkerUnavailable
from jobs.machines import APPLICATION
from jobs.models import Application, ApplicationStatus, Job, Shift, ShiftAssignment
from jobs.ports import ESCROW
from jobs.services.history import change_status, close_waiting_applications
from jobs.services.locks import lock_application, lock_job, lock_user
from jobs.services.notices import tell_about_application, tell_about_closed_applications


@transaction.atomic
def accept_application(*, actor: Actor, application_id: int) -> Application:
    """Take the worker on: one assignment per shift, at the price fixed now.

    Locks the worker, who can neither leave nor switch roles meanwhile, then job and application. With the last place
    taken, whoever still waits is closed and told. Raises `NotFound` to all but the job's client, `WrongRole`,
    `InvalidState`, `JobNotOpen`, `JobStarted`, `JobFull` (W1), `Blocked`, `WorkerUnavailable`; overlapping shifts of
    the worker are refused by the database (W2).
    """
    job, application = _lock_for_client(actor, application_id, with_worker=True)
    APPLICATION.check(application.status, ApplicationStatus.ACCEPTED)
    if refusal := refusal_of_job(job, client_active=True, now=clock.now()):
        raise refusal
    _check_worker(job, application.applicant_id)
    change_status(application, ApplicationStatus.ACCEPTED, changed_by=actor.user_id)
    _create_assignments(job, application)
    tell_about_application(application, job, NotificationKind.APPLICATION_ACCEPTED)
    if job.places_left == 1:
        closed = close_waiting_applications(job_id=job.pk, changed_by=actor.user_id)
        tell_about_closed_applications(closed, job)
    return application


@transaction.atomic
def reject_application(*, actor: Actor, application_id: int) -> Application:
    """Locks job, then application. Raises `NotFound`, `WrongRole` and `InvalidState`."""
    job, application = _lock_for_client(actor, application_id)
    change_status(application, ApplicationStatus.REJECTED, changed_by=actor.user_id)
    tell_about_application(application, job, NotificationKind.APPLICATION_REJECTED)
    return application


def _lock_for_client(actor: Actor, application_id: int, *, with_worker: bool = False) -> tuple[Job, Application]:
    require_role(actor, Role.CLIENT)
    own = Application.objects.filter(pk=application_id, job__client_id=actor.user_id)
    found = own.values_list("job_id", "applicant_id").first()
    if found is None:
        raise NotFound
    job_id, worker_id = found
    if with_worker:
        lock_user(worker_id)
    return lock_job(job_id), lock_application(application_id)


def _check_worker(job: Job, worker_id: int) -> None:
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
