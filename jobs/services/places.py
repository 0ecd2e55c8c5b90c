"""The worker's last word before the job, and the place of whoever gave none; `jobs.confirmation` has the rules."""

from django.db import transaction

from accounts.models import NotificationKind
from core import clock
from core.actor import Actor, Role, require_role
from core.cache.coherence import begin_write
from core.errors import InvalidState
from jobs.confirmation import first_start_of, may_confirm, release_from
from jobs.days_left import shifts_of
from jobs.exceptions import AlreadyConfirmed, JobStarted, TooEarly
from jobs.models import Application, ApplicationStatus, AssignmentStatus, CancelReason, Job, ShiftAssignment
from jobs.services.extra_time import return_extra_time
from jobs.services.locks import lock_assignments, lock_job_and_application
from jobs.services.notices import tell_about_application
from jobs.services.outcome import conclude_application
from jobs.services.refill import offer_places
from jobs.services.settlement import settle_job


@transaction.atomic
def confirm_place(*, actor: Actor, application_id: int) -> Application:
    """Say that one comes. Confirming again changes nothing.

    Locks job, then application. Raises `NotFound`, `WrongRole`, `JobStarted`, `TooEarly` before anybody is asked, and
    `InvalidState` for an application that is not accepted, or was released a moment ago.
    """
    require_role(actor, Role.APPLICANT)
    own = Application.objects.filter(pk=application_id, applicant_id=actor.user_id)
    (_, application), now = lock_job_and_application(own), clock.now()
    if application.status != ApplicationStatus.ACCEPTED:
        raise InvalidState("You have no place at this job.")
    if application.confirmed_at is not None:
        return application
    first = first_start_of(application)
    if first is None or first <= now:
        raise JobStarted("Your work has started: check in.")
    if not may_confirm(application, first, now=now):
        raise TooEarly("You are asked to confirm shortly before your work.")
    application.confirmed_at = now
    application.save(update_fields=["confirmed_at"])
    return application


@transaction.atomic
def release_place(*, actor: Actor, application_id: int) -> Application:
    """Take the place from a worker who did not confirm it; it is offered to those who stand by.

    Nobody is compensated, and it counts against nobody's reliability. Locks job, application, assignments, then ledger
    accounts. Raises `NotFound` to all but the job's client, `WrongRole`, `AlreadyConfirmed`, `JobStarted` once the
    first of this worker's shifts has begun, `TooEarly`, and `InvalidState` for who has no place, or is there already.
    """
    require_role(actor, Role.CLIENT)
    own = Application.objects.filter(pk=application_id, job__client_id=actor.user_id)
    job, application = lock_job_and_application(own)
    release_locked(job, application, changed_by=actor.user_id)
    return application


def release_locked(job: Job, application: Application, *, changed_by: int | None) -> None:
    """Release under the locks of job and application; `changed_by` is None where the client left it to the clock."""
    now = clock.now()
    if application.status != ApplicationStatus.ACCEPTED:
        raise InvalidState("This worker has no place at the job.")
    if application.confirmed_at is not None:
        raise AlreadyConfirmed
    first = first_start_of(application)
    if first is None or first <= now:
        raise JobStarted("The work has started: a worker who does not come is a no-show.")
    open_from = release_from(application, first)
    if open_from is None or now < open_from:
        raise TooEarly("The worker still has time to confirm.")
    canceled = _cancel(lock_assignments(application_id=application.pk), job)
    shifts = shifts_of(canceled, job)
    application.released_at = now
    application.save(update_fields=["released_at"])
    conclude_application(application, changed_by=changed_by)
    tell_about_application(application, job, NotificationKind.PLACE_RELEASED, shifts=shifts)
    # Of an ongoing job it may have been the last worker.
    settle_job(job_id=job.pk)
    offer_places(job_id=job.pk)
    return_extra_time(job, canceled)


def _cancel(assignments: list[ShiftAssignment], job: Job) -> list[ShiftAssignment]:
    if any(assignment.status == AssignmentStatus.CHECKED_IN for assignment in assignments):
        raise InvalidState("This worker has checked in.")
    ahead = [assignment for assignment in assignments if assignment.status == AssignmentStatus.SCHEDULED]
    for assignment in ahead:
        assignment.status = AssignmentStatus.CANCELED
        assignment.cancel_reason = CancelReason.RELEASED
        assignment.canceled_at = clock.now()
    # As in withdrawing: what the triggers change of the job is an entity of the cache.
    begin_write([f"job:{job.pk}"])
    ShiftAssignment.objects.bulk_update(ahead, ["status", "cancel_reason", "canceled_at"])
    return ahead
