"""What happens when nobody acts: each rule finds what is due, and carries it out row by row.

Each row has a transaction of its own, so that one that fails is logged and holds up nothing else. All rules re-read
under lock and may run twice, or in two workers at once.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import NotificationKind
from core import clock
from jobs.days_left import shifts_ahead
from jobs.models import Application, AssignmentStatus, Job, JobStatus, Shift, ShiftAssignment
from jobs.models.job import TAKES_PEOPLE
from jobs.models.shift import LONGEST_SHIFT
from jobs.ports import ESCROW
from jobs.services.approval import approve_locked
from jobs.services.attendance import record_check_out
from jobs.services.history import WAITING, close_waiting_applications
from jobs.services.locks import lock_attendance, lock_job
from jobs.services.no_shows import no_show_locked
from jobs.services.notices import tell_about_closed_applications, tell_client, tell_worker
from jobs.services.refill import open_to_all
from jobs.services.settlement import end_job, settle_difference, settle_idle, settle_job

DECIDED_AFTER = timedelta(hours=24)
REMIND_BEFORE = timedelta(hours=12)
BATCH = 500

logger = structlog.get_logger(__name__)


def check_out_overdue() -> int:
    """Check out, flagged, whoever is still checked in at the scheduled end."""
    return in_own_transactions(_ended(AssignmentStatus.CHECKED_IN), _check_out)


def approve_overdue() -> int:
    """Approve as worked what the client left undecided for 24 hours after the shift; a contested one is a no-show."""
    return in_own_transactions(_ended(AssignmentStatus.CHECKED_OUT, DECIDED_AFTER), _approve)


def mark_overdue_no_shows() -> int:
    """Whoever never checked in is a no-show 24 hours after the shift."""
    return in_own_transactions(_ended(AssignmentStatus.SCHEDULED, DECIDED_AFTER), _mark_no_show)


def accept_overdue_minutes() -> int:
    """What was not paid is settled when it can be disputed no longer, unless a dispute is open."""
    due = ShiftAssignment.objects.filter(withheld_kobo__gt=0, withheld_until__lt=clock.now())
    return in_own_transactions(due.order_by("withheld_until").values_list("pk", flat=True), _settle_difference)


def expire_jobs() -> int:
    """End the unfunded at their start, settle what nobody works, and with the last shift close what still waits."""
    now = clock.now()
    begun = Job.objects.filter(status__in=[JobStatus.PENDING, *TAKES_PEOPLE], starts_at__lte=now)
    # The date narrows it by index; zones are at most a day apart.
    begun = begun.filter(date__lte=now.date() + timedelta(days=1))
    waits = Exists(Application.objects.filter(job_id=OuterRef("pk"), status__in=WAITING))
    ahead = Exists(Shift.objects.filter(job_id=OuterRef("pk"), canceled_at__isnull=True, starts_at__gt=now))
    idle = begun.filter(
        Q(status=JobStatus.PENDING) | Q(status=JobStatus.UPCOMING, accepted_count=0) | Q(waits) & ~Q(ahead)
    )
    return in_own_transactions(idle.order_by("pk").values_list("pk", flat=True), _begin_or_expire)


def settle_idle_jobs() -> int:
    """Settle the jobs that nobody is left to work once their last shift has begun."""
    due = Job.objects.filter(idle_until__lte=clock.now()).order_by("idle_until")
    return in_own_transactions(due.values_list("pk", flat=True), _settle_idle)


def open_offered_places() -> int:
    """Tell the others who stand by once nobody took a place that was offered."""
    due = Job.objects.filter(offers_until__lte=clock.now()).order_by("offers_until")
    return in_own_transactions(due.values_list("pk", flat=True), _open_to_all)


def send_reminders() -> int:
    """Once per assignment, 12 hours before its shift."""
    now = clock.now()
    due = ShiftAssignment.objects.filter(
        status=AssignmentStatus.SCHEDULED,
        reminded_at__isnull=True,
        starts_at__gt=now,
        starts_at__lte=now + REMIND_BEFORE,
        ends_at__range=(now, now + REMIND_BEFORE + LONGEST_SHIFT),
    )
    return in_own_transactions(due.order_by("ends_at").values_list("pk", flat=True), _remind)


def remind_of_approval() -> int:
    """Once per assignment, some hours before the clock decides what its client has not."""
    now, ahead = clock.now(), timedelta(hours=settings.APPROVAL_REMINDER_HOURS)
    due = ShiftAssignment.objects.filter(
        status__in=[AssignmentStatus.CHECKED_OUT, AssignmentStatus.SCHEDULED],
        approval_reminded_at__isnull=True,
        ends_at__gt=now - DECIDED_AFTER,
        ends_at__lte=now - DECIDED_AFTER + ahead,
    )
    return in_own_transactions(due.order_by("ends_at").values_list("pk", flat=True), _remind_of_approval)


def _ended(status: AssignmentStatus, ago: timedelta = timedelta()) -> QuerySet[ShiftAssignment, int]:
    ended = ShiftAssignment.objects.filter(status=status, ends_at__lte=clock.now() - ago)
    return ended.order_by("ends_at").values_list("pk", flat=True)


def in_own_transactions(due: QuerySet[Any, int], act: Callable[[int], bool]) -> int:
    """Act on these keys in their order, until a batch of them is done. How many were.

    What stays due, because a dispute about it is open or because it failed, is passed over: it holds up nothing behind
    it, however much that is.
    """
    done = 0
    seen: list[int] = []
    while done < BATCH:
        ids = list(due.exclude(pk__in=seen)[:BATCH])
        for row_id in ids:
            try:
                with transaction.atomic():
                    done += act(row_id)
            except Exception:
                logger.exception("clockwork_failed", rule=act.__name__, row_id=row_id)
        if len(ids) < BATCH:
            break
        seen += ids
    return done


def _check_out(assignment_id: int) -> bool:
    job, _, assignment = lock_attendance(assignment_id)
    if assignment.status != AssignmentStatus.CHECKED_IN:
        return False
    record_check_out(assignment, at=assignment.ends_at, automatically=True)
    tell_worker(assignment, job, NotificationKind.CHECKED_OUT_BY_CLOCK, occasion=assignment.checked_out_at)
    tell_client(assignment, job, NotificationKind.CHECKED_OUT, occasion=assignment.checked_out_at)
    return True


def _approve(assignment_id: int) -> bool:
    job, application, assignment = lock_attendance(assignment_id)
    if assignment.status != AssignmentStatus.CHECKED_OUT or _is_disputed(assignment_id):
        return False
    if assignment.contested_at is None:
        approve_locked(job, application, assignment, changed_by=None)
    else:
        no_show_locked(job, application, assignment, changed_by=None)
    return True


def _mark_no_show(assignment_id: int) -> bool:
    job, application, assignment = lock_attendance(assignment_id)
    if assignment.status != AssignmentStatus.SCHEDULED or _is_disputed(assignment_id):
        return False
    no_show_locked(job, application, assignment, changed_by=None)
    return True


def _settle_difference(assignment_id: int) -> bool:
    if _is_disputed(assignment_id):
        return False
    settle_difference(assignment_id=assignment_id)
    return True


def _begin_or_expire(job_id: int) -> bool:
    job = lock_job(job_id)
    if job.starts_at > clock.now():
        return False
    if job.status == JobStatus.PENDING:
        end_job(job, JobStatus.EXPIRED)
        return True
    if not shifts_ahead(job, now=clock.now()):
        tell_about_closed_applications(close_waiting_applications(job_id=job_id, changed_by=None), job)
    return settle_job(job_id=job_id)


def _settle_idle(job_id: int) -> bool:
    return settle_idle(job_id=job_id)


def _open_to_all(job_id: int) -> bool:
    return open_to_all(job_id=job_id)


def _remind(assignment_id: int) -> bool:
    job, _, assignment = lock_attendance(assignment_id)
    if assignment.status != AssignmentStatus.SCHEDULED or assignment.reminded_at is not None:
        return False
    assignment.reminded_at = clock.now()
    assignment.save(update_fields=["reminded_at"])
    tell_worker(assignment, job, NotificationKind.SHIFT_REMINDER)
    return True


def _remind_of_approval(assignment_id: int) -> bool:
    job, _, assignment = lock_attendance(assignment_id)
    undecided = assignment.status in {AssignmentStatus.CHECKED_OUT, AssignmentStatus.SCHEDULED}
    if not undecided or assignment.approval_reminded_at is not None or _is_disputed(assignment_id):
        return False
    assignment.approval_reminded_at = clock.now()
    assignment.save(update_fields=["approval_reminded_at"])
    by_itself = "is approved as worked"
    if assignment.status == AssignmentStatus.SCHEDULED or assignment.contested_at is not None:
        by_itself = "counts as a no-show"
    tell_client(assignment, job, NotificationKind.APPROVAL_DUE, outcome=by_itself)
    return True


def _is_disputed(assignment_id: int) -> bool:
    return ESCROW.get().has_open_dispute(assignment_id=assignment_id)
