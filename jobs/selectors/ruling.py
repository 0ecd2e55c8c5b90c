"""Who is taken on by the rule that a client set for a job."""

from datetime import datetime

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from core.actor import Role
from core.models import PayshiftQuerySet
from jobs.days_left import takes_people
from jobs.eligibility import blocks_between
from jobs.geography import PositionInSql
from jobs.models import Application, ApplicationStatus, AssignmentStatus, Favourite, Shift, ShiftAssignment
from jobs.models.assignment import LIVE_STATUSES
from jobs.models.shift import LONGEST_SHIFT
from jobs.selectors import scoring
from jobs.selectors.best_applicants import RankedApplication, experience_in, screened_km_from, with_score


def fitting_applications(*, now: datetime) -> PayshiftQuerySet[RankedApplication]:
    """Those that wait, of people whom the rule of an open job takes and who are free at that time."""
    client, worker = OuterRef("job__client_id"), OuterRef("applicant_id")
    favoured = Favourite.objects.filter(client_id=client, worker_id=worker)
    worked = ShiftAssignment.objects.filter(client_id=client, worker_id=worker)
    missed = worked.filter(status=AssignmentStatus.NO_SHOW)
    # Shifts of next to no pay count for nobody.
    approved = worked.filter(status=AssignmentStatus.APPROVED, counted=True).order_by().values("worker_id")
    times = Coalesce(Subquery(approved.annotate(times=Count("pk")).values("times")), 0)
    any_times, any_score = Q(job__accept_worked_times__isnull=True), Q(job__accept_score_at_least__isnull=True)
    proven = (
        ~(any_times & any_score)
        & (any_times | Q(job__accept_worked_times__lte=times))
        & (any_score | Q(score__gte=F("job__accept_score_at_least") * scoring.TENTHS))
        & ~Exists(missed)
    )
    return _with_score(Application.objects.all()).filter(
        Q(job__accept_favourites=True) & Exists(favoured) | proven,
        # Follows from the line above, and is what the index on jobs with a rule asks for.
        Q(job__accept_favourites=True)
        | Q(job__accept_worked_times__isnull=False)
        | Q(job__accept_score_at_least__isnull=False),
        ~Exists(blocks_between(client, worker)),
        ~Exists(_clashes(now)),
        takes_people(now=now, job="job__"),
        status=ApplicationStatus.APPLIED,
        job__client__is_active=True,
        applicant__is_active=True,
        applicant__role=Role.APPLICANT,
    )


def _with_score(applications: PayshiftQuerySet[Application]) -> PayshiftQuerySet[RankedApplication]:
    """As best applicants shows it, each for the job of its own."""
    here = PositionInSql(F("job__latitude"), F("job__longitude"))
    km = When(job__latitude__isnull=False, then=screened_km_from(here, "applicant__profile"))
    skills = "applicant__profile__skills"
    return with_score(
        applications,
        distance_km=Case(km, output_field=IntegerField()),
        done=experience_in(industry=OuterRef("job__industry_id"), subcategory=OuterRef("job__subcategory_id")),
        skills=scoring.skill_fraction(
            subcategory=Q(**{f"{skills}__contains": [F("job__subcategory__slug")]}),
            industry=Q(**{f"{skills}__contains": [F("job__industry__slug")]}),
        ),
        # Whoever is not is left out.
        available=Value(True),
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
