from django.db import transaction

from core import clock
from core.actor import Actor, Role, require_role
from core.errors import InvalidState
from jobs.days_left import days_on_offer
from jobs.fair_terms import terms_now
from jobs.models import Application, ApplicationStatus
from jobs.services.history import WAITING
from jobs.services.locks import lock_job_and_application


@transaction.atomic
def confirm_terms(*, actor: Actor, application_id: int) -> Application:
    """Agree to the job's terms, and to the days on offer, as they are now. Confirming again changes nothing.

    Locks job, then application: no edit slips in between what the worker saw and what is written, except one that
    committed before, which the answer's `terms_changed` would have shown. Raises `NotFound`, `WrongRole`, and
    `InvalidState` for an application that came to its end.
    """
    require_role(actor, Role.APPLICANT)
    own = Application.objects.filter(pk=application_id, applicant_id=actor.user_id)
    job, application = lock_job_and_application(own)
    if application.status not in {*WAITING, ApplicationStatus.ACCEPTED}:
        raise InvalidState("This application has come to its end.")
    waits = application.status in WAITING
    application.terms = terms_now(job, days=days_on_offer(job, now=clock.now()) if waits else None)
    application.save(update_fields=["terms"])
    return application
