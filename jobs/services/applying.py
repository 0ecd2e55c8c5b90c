from django.db import transaction

from accounts.models import NotificationKind
from accounts.services.notifications import expect_to_tell
from core import clock
from core.actor import Actor, Role, require_role
from core.throttling import Throttle
from jobs.days_left import days_on_offer
from jobs.eligibility import refusal_to_apply
from jobs.fair_terms import terms_now
from jobs.models import Application
from jobs.services.history import create_application
from jobs.services.locks import lock_job_for_applicant
from jobs.services.notices import tell_about_application

# Applying and withdrawing in turn would tell the client each time.
APPLICATIONS_PER_JOB = Throttle("apply", limit="APPLICATIONS_PER_JOB_DAY", period_seconds=24 * 3600)


@transaction.atomic
def apply_to_job(*, actor: Actor, job_id: int, note: str = "") -> Application:
    """Apply to the days that have a place, log it, and tell the client, in three queries.

    A fourth asks which days are left where not all are, and one more queues what the client's rule decides.

    The job's row lock orders this against cancelling, starting and filling: no application arrives after the waiting
    ones were closed. Raises `NotFound`, `WrongRole`, `OwnJob`, `Blocked`, `AlreadyApplied`, `JobStarted`, `JobFull`,
    `JobNotOpen` and `TooManyRequests`.
    """
    from jobs.tasks import accept_by_rule  # which imports this module

    require_role(actor, Role.APPLICANT)
    job = lock_job_for_applicant(job_id=job_id, user_id=actor.user_id)
    now = clock.now()
    if refusal := refusal_to_apply(job, user_id=actor.user_id, now=now):
        raise refusal
    APPLICATIONS_PER_JOB.hit(f"{actor.user_id} {job_id}")
    terms = terms_now(job, days=days_on_offer(job, now=now))
    application = Application(job=job, applicant_id=actor.user_id, note=note, terms=terms, created_at=now)
    expect_to_tell(job.client_id)
    create_application(application)
    tell_about_application(application, job, NotificationKind.APPLICATION_RECEIVED, name=job.applicant_name.strip())
    if job.has_rule:
        accept_by_rule.defer(application_id=application.pk)
    return application
