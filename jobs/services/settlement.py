"""Settlement: the end of a job, and of the money that its client took off a wage.

W4: money leaves escrow only as wage and fee for approved minutes, compensation, dispute award, or refund to the client.
What the schedule priced and approval did not pay stays in escrow (`withheld_kobo`) as long as it may be disputed: until
the worker accepts it, the deadline passes, or a dispute ends. The job is settled, and its remainder refunded, when no
assignment is open and nothing is withheld.

A job at which somebody worked does not end because its last worker left: while shifts lie ahead that only its client
can call off it stays as it is, and is settled when the client cancels it or the last of them begins.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet, Sum

from accounts.models import NotificationKind
from core import clock
from core.instances import update
from core.listings import Given, Prepared
from jobs.days_left import shifts_ahead
from jobs.models import Application, AssignmentStatus, Job, JobStatus, ShiftAssignment
from jobs.models.assignment import LIVE_STATUSES
from jobs.ports import ESCROW
from jobs.rows import AssignmentRow
from jobs.services.funding import set_job_status
from jobs.services.history import close_waiting_applications
from jobs.services.locks import lock_assignment, lock_job
from jobs.services.notices import tell_about_closed_applications, tell_about_job

# After the shift, and after a decision that one side may contest.
DISPUTABLE_FOR = timedelta(hours=48)
NOTICES = {
    JobStatus.COMPLETED: NotificationKind.JOB_COMPLETED,
    JobStatus.CANCELED: NotificationKind.JOB_CANCELED,
    JobStatus.EXPIRED: NotificationKind.JOB_EXPIRED,
}


def _unsettled(given: Given) -> QuerySet[ShiftAssignment]:
    of_job = ShiftAssignment.objects.filter(application__job_id=given["job_id"])
    return of_job.filter(Q(status__in=LIVE_STATUSES) | Q(withheld_kobo__gt=0))[:1]


UNSETTLED = Prepared(_unsettled, ("pk",), given=("job_id",))


@transaction.atomic(savepoint=False)
def settle_job(*, job_id: int) -> bool:
    """End a started or cancelled job whose last assignment is settled, and refund what is left. True if it ended.

    Safe to call whenever something may have been the last thing. Locks the job; raises nothing for a job that is not
    at its end. Called by payment too, after a dispute has ended.
    """
    job = lock_job(job_id)
    begun = job.starts_at <= clock.now() or job.canceled_at is not None
    if job.status not in {JobStatus.UPCOMING, JobStatus.ONGOING} or not (begun or job.status == JobStatus.ONGOING):
        return False
    if UNSETTLED.rows(job_id=job_id) or _waits_for_its_shifts(job):
        return False
    approved = ShiftAssignment.objects.filter(application__job_id=job_id, status=AssignmentStatus.APPROVED)
    # Somebody's check-in began an ongoing job, also where it was contested and counts as a no-show.
    if job.status == JobStatus.ONGOING or approved.exists():
        end_job(job, JobStatus.COMPLETED)
    else:
        end_job(job, JobStatus.EXPIRED if job.canceled_at is None else JobStatus.CANCELED)
    return True


@transaction.atomic
def settle_idle(*, job_id: int) -> bool:
    """The last shift of a job that nobody is left to work has begun. Locks the job; safe to call twice."""
    job = lock_job(job_id)
    if job.idle_until is None or job.idle_until > clock.now():
        return False
    job.idle_until = None
    job.save(update_fields=["idle_until"])
    return settle_job(job_id=job_id)


def _waits_for_its_shifts(job: Job) -> bool:
    """Whether an ongoing job has shifts ahead that its client did not cancel; the clock is told until when."""
    if job.status != JobStatus.ONGOING:
        return False
    ahead = shifts_ahead(job, now=clock.now())
    if not ahead:
        return False
    job.idle_until = ahead[-1].starts_at
    update(job, "idle_until")
    return True


def end_job(job: Job, status: JobStatus, *, changed_by: int | None = None) -> None:
    """The final status of a locked job: close who still waits, refund the remainder, tell those concerned."""
    closed = close_waiting_applications(job_id=job.pk, changed_by=changed_by)
    set_job_status(job, status)
    refunded = refund_uncommitted(job)
    tell_about_closed_applications(closed, job)
    workers = Application.objects.filter(job_id=job.pk, accepted_at__isnull=False)
    tell_about_job(job, NOTICES[status], user_ids=[job.client_id], amount_kobo=refunded)
    if status == JobStatus.COMPLETED:
        tell_about_job(job, NOTICES[status], user_ids=workers.values_list("applicant_id", flat=True))


def refund_uncommitted(job: Job) -> int:
    """Refund what the locked job's escrow holds beyond its open assignments and withheld sums. Returns the kobo."""
    committed = ShiftAssignment.objects.filter(application__job_id=job.pk).aggregate(
        live=Sum(F("wage_kobo") + F("fee_kobo"), filter=Q(status__in=LIVE_STATUSES), default=0),
        withheld=Sum("withheld_kobo", default=0),
    )
    return ESCROW.get().refund_remainder(
        job_id=job.pk, client_id=job.client_id, keep_kobo=committed["live"] + committed["withheld"]
    )


def withhold(assignment: ShiftAssignment, kobo: int, *, contested: bool = False) -> None:
    """Keep a difference in escrow for as long as it may be disputed; saving the locked assignment is the caller's.

    That is until 48 hours after the shift, or after this decision if it goes against somebody's word.
    """
    now, until = clock.now(), assignment.ends_at + DISPUTABLE_FOR
    if contested:
        until = max(until, now + DISPUTABLE_FOR)
    kept = kobo if until > now else 0
    assignment.withheld_kobo, assignment.withheld_until = kept, until if kept else None


def disputable_until(assignment: ShiftAssignment | AssignmentRow) -> datetime:
    """The last moment to open a dispute: no earlier than what is withheld may go back."""
    after_the_shift = assignment.ends_at + DISPUTABLE_FOR
    return max(after_the_shift, assignment.withheld_until or after_the_shift)


@transaction.atomic
def settle_difference(*, assignment_id: int) -> None:
    """The difference that the client took off is contested no longer: it may go back. Does nothing a second time.

    Called when the worker accepts it, when its 48 hours have passed, and by payment when a dispute was resolved.
    Locks job, then assignment.
    """
    job_id = ShiftAssignment.objects.values_list("application__job_id", flat=True).get(pk=assignment_id)
    job = lock_job(job_id)
    assignment = lock_assignment(assignment_id)
    if assignment.withheld_kobo == 0:
        return
    assignment.withheld_kobo = 0
    assignment.minutes_accepted_at = clock.now()
    assignment.save(update_fields=["withheld_kobo", "minutes_accepted_at"])
    settle_job(job_id=job.pk)
