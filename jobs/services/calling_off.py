"""The client calls off one shift of a job, and keeps the others.

The rules of cancelling, for this shift: free until 24 hours before it; later, each worker who was to come gets their
share of its wage. The price of the job falls by what the shift costs for all places, with the extra time that was
agreed for it, and what escrow holds of that beyond the compensation goes back at once: the others stay funded to the
kobo.
"""

from django.db import transaction
from django.db.models import Max, Min

from core import clock
from core.actor import Actor, Role, require_role
from core.errors import InvalidState, NotFound
from jobs.models import Application, ApplicationStatus, AssignmentStatus, Job, JobStatus, Shift, ShiftAssignment
from jobs.ports import ESCROW
from jobs.services.cancelling import FREE_UNTIL, call_off, compensate
from jobs.services.extra_time import drop_extra_time
from jobs.services.funding import funding_restored
from jobs.services.hiring import stand_by_if_full
from jobs.services.locks import lock_applications, lock_assignments_of, lock_job
from jobs.services.notices import tell_of_corrections
from jobs.services.outcome import conclude_applications
from jobs.services.refill import offer_places
from jobs.services.settlement import settle_job

type Coming = dict[Application, ShiftAssignment]


@transaction.atomic
def cancel_shift(*, actor: Actor, job_id: int, shift_id: int) -> Job:
    """Cancel one shift that has not started and that nobody checked in for.

    Once somebody was accepted (before, the client edits the days), and not the only shift there is. Locks job,
    applications, assignments, then ledger accounts. Raises `NotFound`, `WrongRole` and `InvalidState`.
    """
    require_role(actor, Role.CLIENT)
    job = lock_job(job_id)
    if job.client_id != actor.user_id:
        raise NotFound
    now, shift = clock.now(), _cancelable(job, shift_id)
    coming = _who_comes(job, shift)
    shift.canceled_at = now
    shift.save(update_fields=["canceled_at"])
    _take_out(job, shift)
    if now > shift.starts_at - FREE_UNTIL:
        compensate(job, list(coming.values()))
    drop_extra_time(job, list(coming.values()))
    summary = ESCROW.get().fund_difference(job_id=job.pk, required_kobo=job.price_kobo, client_id=job.client_id)
    call_off(list(coming.values()), now=now)
    conclude_applications(coming, changed_by=actor.user_id)
    tell_of_corrections(coming.values(), job, "The client called this shift off", at=now)
    funding_restored(job, outstanding_kobo=summary.outstanding_kobo)
    if not settle_job(job_id=job.pk):
        stand_by_if_full(job, changed_by=actor.user_id)
        offer_places(job_id=job.pk)
    return lock_job(job.pk)


def _cancelable(job: Job, shift_id: int) -> Shift:
    shifts = list(job.shifts.planned().filter(canceled_at__isnull=True).order_by("starts_at"))
    shift = next((shift for shift in shifts if shift.pk == shift_id), None)
    if shift is None:
        if job.shifts.filter(pk=shift_id).exists():
            raise InvalidState("This shift is canceled already.")
        raise NotFound
    if job.status not in {JobStatus.UPCOMING, JobStatus.ONGOING} or job.canceled_at is not None:
        raise InvalidState("This job is not paid for, over, or canceled.")
    if shift.starts_at <= clock.now():
        raise InvalidState("This shift has started: approve the work instead.")
    if len(shifts) == 1:
        raise InvalidState("This is the only shift of the job: cancel the job.")
    if not Application.objects.filter(job=job, accepted_at__isnull=False).exists():
        raise InvalidState("Nobody was accepted yet: change the days of the job.")
    return shift


def _who_comes(job: Job, shift: Shift) -> Coming:
    coming: Coming = {}
    accepted = lock_applications(job_id=job.pk, status=ApplicationStatus.ACCEPTED)
    assignments = lock_assignments_of(accepted)
    for application in accepted:
        for assignment in assignments[application.pk]:
            if assignment.shift_id != shift.pk or assignment.status == AssignmentStatus.CANCELED:
                continue
            if assignment.status != AssignmentStatus.SCHEDULED:
                raise InvalidState("Somebody has checked in: end the shift for them once it has begun.")
            coming[application] = assignment
    return coming


def _take_out(job: Job, shift: Shift) -> None:
    """The job costs less, and begins and ends with the shifts that are left."""
    price = ESCROW.get().assignment_price(rate_kobo=job.rate_kobo, minutes=shift.minutes)
    job.price_wage_kobo -= price.wage_kobo * job.applicants_needed
    job.price_fee_kobo = max(0, job.price_fee_kobo - price.fee_kobo * job.applicants_needed)
    left = job.shifts.filter(canceled_at__isnull=True).aggregate(first=Min("starts_at"), last=Max("ends_at"))
    job.starts_at, job.ends_at = left["first"], left["last"]
    job.save(update_fields=["price_wage_kobo", "price_fee_kobo", "starts_at", "ends_at"])
