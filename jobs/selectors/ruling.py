"""Who is taken on by the rule that a client set for a job."""

from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from core.actor import Role
from core.models import PayshiftQuerySet
from jobs.days_left import takes_people
from jobs.eligibility import blocks_between
from jobs.models import Application, ApplicationStatus, AssignmentStatus, Favourite, Shift, ShiftAssignment
from jobs.models.assignment import LIVE_STATUSES
from jobs.models.shift import LONGEST_SHIFT


def fitting_applications(*, now: datetime) -> PayshiftQuerySet[Application]:
    """Those that wait, of people whom the rule of an open job takes and who are free at that time."""
    client, worker = OuterRef("job__client_id"), OuterRef("applicant_id")
    favoured = Favourite.objects.filter(client_id=client, worker_id=worker)
    worked = ShiftAssignment.objects.filter(client_id=client, worker_id=worker)
    missed = worked.filter(status=AssignmentStatus.NO_SHOW)
    # Shifts of next to no pay count for nobody.
    approved = worked.filter(status=AssignmentStatus.APPROVED, counted=True).order_by().values("worker_id")
    times = Coalesce(Subquery(approved.annotate(times=Count("pk")).values("times")), 0)
    return Application.objects.filter(
        Q(job__accept_favourites=True) & Exists(favoured) | Q(job__accept_worked_times__lte=times) & ~Exists(missed),
        # Follows from the lines above, and is what the index on jobs with a rule asks for.
        Q(job__accept_favourites=True) | Q(job__accept_worked_times__isnull=False),
        ~Exists(blocks_between(client, worker)),
        ~Exists(_clashes(now)),
        takes_people(now=now, job="job__"),
        status=ApplicationStatus.APPLIED,
        job__client__is_active=True,
        applicant__is_active=True,
        applicant__role=Role.APPLICANT,
    )


def _clashes(now: datetime) -> PayshiftQuerySet[Shift]:
    """Shifts of the job, of those ahead, at which its applicant works elsewhere."""
    elsewhere = ShiftAssignment.objects.filter(
        worker_id=OuterRef(OuterRef("applicant_id")),
        status__in=LIVE_STATUSES,
        starts_at__lt=OuterRef("ends_at"),
        ends_at__gt=OuterRef("starts_at"),
        # Bounds the index's range.
        starts_at__gt=OuterRef("starts_at") - LONGEST_SHIFT,
    )
    return Shift.objects.filter(
        Exists(elsewhere), job_id=OuterRef("job_id"), canceled_at__isnull=True, starts_at__gt=now
    )
