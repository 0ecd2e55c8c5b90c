from django.contrib.auth import get_user_model
from django.db import transaction

from accounts.models import NotificationKind
from accounts.services.notifications import notify
from core import clock
from core.actor import Actor, Role, require_role
from core.errors import NotFound
from core.throttling import Throttle
from jobs.days_left import shifts_on_offer
from jobs.eligibility import blocks_between, refusal_of_job, standing_applications
from jobs.exceptions import AlreadyApplied, Blocked, NeverWorkedForYou, WorkerUnavailable
from jobs.models import AssignmentStatus, Invitation, Job, ShiftAssignment
from jobs.services.locks import lock_job
from jobs.services.notices import facts_of, name_of

INVITATIONS_PER_CLIENT = Throttle("invite", limit="INVITATIONS_PER_HOUR", period_seconds=3600)


@transaction.atomic
def invite_worker(*, actor: Actor, job_id: int, user_id: int) -> Invitation:
    """Ask somebody who worked for this client before to apply. Inviting again changes nothing and tells nobody.

    Locks the job. Raises `WrongRole`, `NotFound` (not the caller's job, or no such person), `JobNotOpen`, `JobStarted`,
    `JobFull`, `WorkerUnavailable`, `NeverWorkedForYou`, `Blocked`, `AlreadyApplied` and `TooManyRequests`.
    """
    require_role(actor, Role.CLIENT)
    job = lock_job(job_id)
    if job.client_id != actor.user_id:
        raise NotFound
    if invitation := Invitation.objects.planned().filter(job=job, worker_id=user_id).first():
        return invitation
    now = clock.now()
    if refusal := refusal_of_job(job, client_active=True, now=now):
        raise refusal
    _check_worker(job, user_id)
    INVITATIONS_PER_CLIENT.hit(str(actor.user_id))
    invitation = Invitation.objects.create(job=job, worker_id=user_id, created_at=now)
    notify(
        user_id=user_id,
        kind=NotificationKind.INVITED,
        params={**facts_of(job, shifts_on_offer(job, now=now)), "name": name_of(job.client_id)},
        dedupe_key=f"{NotificationKind.INVITED}:job:{job.pk}",
    )
    return invitation


def _check_worker(job: Job, worker_id: int) -> None:
    found = get_user_model()._default_manager.filter(pk=worker_id).values_list("is_active", "role").first()
    if found is None:
        raise NotFound
    worked = ShiftAssignment.objects.filter(worker_id=worker_id, status=AssignmentStatus.APPROVED)
    if not worked.filter(client_id=job.client_id).exists():
        raise NeverWorkedForYou
    if found != (True, Role.APPLICANT):
        raise WorkerUnavailable
    if blocks_between(worker_id, job.client_id).exists():
        raise Blocked
    if standing_applications().filter(job=job, applicant_id=worker_id).exists():
        raise AlreadyApplied("This worker has applied to the job already.")
