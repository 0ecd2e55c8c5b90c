from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Subquery, Value
from django.db.models.functions import Concat

from accounts.models import NotificationKind
from core import clock
from core.actor import Actor, Role, require_role
from core.errors import NotFound
from jobs.eligibility import refusal_to_apply, with_eligibility
from jobs.models import Application, Job
from jobs.services.history import log_creation
from jobs.services.notices import tell_about_application


@transaction.atomic
def apply_to_job(*, actor: Actor, job_id: int, note: str = "") -> Application:
    """Apply, log it, and tell the client, in four queries.

    The job's row lock orders this against cancelling, starting and filling: no application arrives after the waiting
    ones were closed. Raises `NotFound`, `WrongRole`, `OwnJob`, `Blocked`, `AlreadyApplied`, `JobStarted`, `JobFull`
    and `JobNotOpen`.
    """
    require_role(actor, Role.APPLICANT)
    names = get_user_model()._default_manager.filter(pk=actor.user_id)
    locked = with_eligibility(
        Job.objects.planned().select_for_update(no_key=True, of=("self",)), user_id=actor.user_id
    ).annotate(applicant_name=Subquery(names.values(name=Concat("first_name", Value(" "), "last_name"))[:1]))
    job = locked.filter(pk=job_id).first()
    if job is None:
        raise NotFound
    now = clock.now()
    if refusal := refusal_to_apply(job, user_id=actor.user_id, now=now):
        raise refusal
    application = Application.objects.create(job=job, applicant_id=actor.user_id, note=note, created_at=now)
    log_creation(application)
    name = str(job.applicant_name or "").strip()
    tell_about_application(application, job, NotificationKind.APPLICATION_RECEIVED, name=name)
    return application
