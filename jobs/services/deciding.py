"""The client's word on an application."""

from django.db import transaction

from accounts.models import NotificationKind
from core import clock
from core.actor import Actor, Role, require_role
from core.errors import InvalidState
from jobs.eligibility import refusal_of_job
from jobs.machines import APPLICATION
from jobs.models import Application, ApplicationStatus
from jobs.services.hiring import check_worker, take_on
from jobs.services.history import change_status
from jobs.services.locks import lock_own_application
from jobs.services.notices import tell_about_application

# They are open again only with an assignment that is.
WORKED_OR_MISSED = {ApplicationStatus.COMPLETED, ApplicationStatus.NO_SHOW}


@transaction.atomic
def accept_application(*, actor: Actor, application_id: int) -> Application:
    """Take the worker on for the days that have a place: who waits, who stands by, and who was rejected by mistake.

    Locks the worker, who can neither leave nor switch roles meanwhile, then job and application. With the last place
    taken, whoever still waits stands by and is told. Raises `NotFound` to all but the job's client, `WrongRole`,
    `InvalidState`, `JobNotOpen`, `JobStarted`, `JobFull` (W1), `TermsChanged`, `Blocked`, `WorkerUnavailable`;
    overlapping shifts of the worker are refused by the database (W2).
    """
    require_role(actor, Role.CLIENT)
    job, application = lock_own_application(application_id=application_id, client_id=actor.user_id, with_worker=True)
    if application.status in WORKED_OR_MISSED:
        raise InvalidState("This worker was accepted before. A no-show is taken back on its shift.")
    APPLICATION.check(application.status, ApplicationStatus.ACCEPTED)
    now = clock.now()
    if refusal := refusal_of_job(job, client_active=True, now=now):
        raise refusal
    check_worker(job, application.applicant_id)
    take_on(job, application, now=now, changed_by=actor.user_id)
    return application


@transaction.atomic
def reject_application(*, actor: Actor, application_id: int) -> Application:
    """Locks job, then application. Raises `NotFound`, `WrongRole` and `InvalidState`."""
    require_role(actor, Role.CLIENT)
    job, application = lock_own_application(application_id=application_id, client_id=actor.user_id)
    change_status(application, ApplicationStatus.REJECTED, changed_by=actor.user_id)
    tell_about_application(application, job, NotificationKind.APPLICATION_REJECTED)
    return application
