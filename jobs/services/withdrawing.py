from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction

from accounts.models import NotificationKind
from core import clock
from core.actor import Actor, Role, require_role
from core.cache.coherence import begin_write
from core.errors import InvalidState
from jobs.days_left import shifts_of
from jobs.exceptions import DisputeOpen
from jobs.fair_terms import changes_since
from jobs.models import Application, ApplicationStatus, AssignmentStatus, CancelReason, Job, ShiftAssignment
from jobs.services.counters import Counters, add_to_counters
from jobs.services.extra_time import return_extra_time
from jobs.services.history import WAITING, change_status, end_each
from jobs.services.locks import lock_applications_of, lock_assignments, lock_job_and_application, lock_jobs
from jobs.services.notices import name_of, tell_about_application, tell_of_correction, tell_of_withdrawals
from jobs.services.outcome import conclude_application
from jobs.services.parties import is_disputed, lock_for_worker, refuse_while_disputed
from jobs.services.refill import offer_places
from jobs.services.settlement import settle_job

LATE_WITHIN = timedelta(hours=24)


@transaction.atomic
def withdraw_application(*, actor: Actor, application_id: int, is_own_will: bool = True) -> Application:
    """Take back an application, or step back from the shifts not yet begun with a check-in.

    Not by the worker's own will it is where they are kept out or leave: the client is told that they are not available.

    Illness on day two leaves day one as it was: only what is still scheduled is cancelled, and no shift that has begun
    and is disputed. Each cancelled shift that starts within 24 h counts as a late cancellation, unless the terms
    changed since the worker agreed to them. The place is offered to those who stand by. Locks job, application,
    assignments, then ledger accounts. Raises `NotFound`, `WrongRole`, and when nothing is left to withdraw from
    `DisputeOpen` (the shift that is left is disputed) or `InvalidState`.
    """
    require_role(actor, Role.APPLICANT)
    own = Application.objects.filter(pk=application_id, applicant_id=actor.user_id)
    job, application = lock_job_and_application(own)
    was_accepted = application.status == ApplicationStatus.ACCEPTED
    canceled: list[ShiftAssignment] = []
    shifts = None
    if was_accepted:
        canceled = _cancel_remaining(application, job)
        shifts = shifts_of(canceled, job)
        conclude_application(application, changed_by=actor.user_id)
    else:
        change_status(application, ApplicationStatus.WITHDRAWN, changed_by=actor.user_id)
    name = name_of(application.applicant_id)
    withdrawn = NotificationKind.APPLICATION_WITHDRAWN
    tell_about_application(application, job, withdrawn, name=name, unavailable=not is_own_will, shifts=shifts)
    settle_job(job_id=job.pk)
    if was_accepted:
        offer_places(job_id=job.pk)
        return_extra_time(job, canceled)
    return application


def withdraw_waiting(*, user_id: int) -> None:
    """Take back all of a person's applications that wait for an answer, in as many queries as one.

    In the caller's transaction. Locks their jobs by id, then the applications. No job comes to its end by that.
    """
    waiting = Application.objects.filter(applicant_id=user_id, status__in=WAITING)
    jobs = lock_jobs(waiting.values_list("job_id", flat=True))
    applications = lock_applications_of(applicant_id=user_id, job_ids=jobs, status=WAITING)
    end_each(dict.fromkeys(applications, ApplicationStatus.WITHDRAWN), changed_by=user_id)
    tell_of_withdrawals({application: jobs[application.job_id] for application in applications}, user_id=user_id)


@transaction.atomic
def give_back_shift(*, actor: Actor, assignment_id: int) -> ShiftAssignment:
    """Step back from one shift that has not been begun with a check-in, and keep the others.

    Late as a withdrawal is: within 24 hours of this shift, unless the terms changed. The last one that is open ends the
    application. The place is offered to those who stand by. Locks job, application, assignments, then ledger accounts.
    Raises `NotFound`, `WrongRole`, `DisputeOpen`, and `InvalidState` once it has begun or is over.
    """
    job, application, assignment = lock_for_worker(actor, assignment_id)
    if assignment.status != AssignmentStatus.SCHEDULED or assignment.ends_at <= clock.now():
        raise InvalidState("Only a shift that you have not begun can be given back.")
    refuse_while_disputed(assignment)
    _step_back(application, job, [assignment])
    conclude_application(application, changed_by=actor.user_id)
    tell_of_correction(assignment, job, "The worker gave this shift back", at=clock.now())
    settle_job(job_id=job.pk)
    offer_places(job_id=job.pk)
    return_extra_time(job, [assignment])
    return assignment


def _cancel_remaining(application: Application, job: Job) -> list[ShiftAssignment]:
    now = clock.now()
    remaining = [
        assignment
        for assignment in lock_assignments(application_id=application.pk)
        if assignment.status == AssignmentStatus.SCHEDULED and assignment.ends_at > now
    ]
    # A dispute is about a shift that has begun, and nobody is in two at once: this asks once at most.
    disputed = [each for each in remaining if each.starts_at <= now and is_disputed(each)]
    free = [each for each in remaining if each not in disputed]
    if not free:
        raise DisputeOpen if disputed else InvalidState("No shift is left to withdraw from.")
    _step_back(application, job, free)
    return free


def _step_back(application: Application, job: Job, remaining: Sequence[ShiftAssignment]) -> None:
    now, bound = clock.now(), not changes_since(application, job)
    late = 0
    for assignment in remaining:
        is_late = bound and assignment.starts_at - now < LATE_WITHIN
        late += is_late
        assignment.status = AssignmentStatus.CANCELED
        assignment.cancel_reason = CancelReason.WITHDRAWN_LATE if is_late else CancelReason.WITHDRAWN
        assignment.canceled_at = now
    # The place is free, say the triggers: an assignment names no entity of the cache, and its job is one.
    begin_write([f"job:{job.pk}"])
    ShiftAssignment.objects.bulk_update(remaining, ["status", "cancel_reason", "canceled_at"])
    add_to_counters({application.applicant_id: Counters(late_cancel_count=late)})
