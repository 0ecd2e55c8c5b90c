"""Applications, as the worker who made them and the client who got them see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict, cast

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, OuterRef, Q
from django.db.models.functions import JSONObject
from django_stubs_ext import WithAnnotations

from core import clock
from core.actor import Actor, Role, require_role
from core.errors import NotFound
from core.models import PayshiftQuerySet
from core.pagination import PageQuery, paginate
from jobs.confirmation import first_start
from jobs.days_left import OpenShifts, open_shifts_in_sql
from jobs.models import Application, ApplicationStatus, ApplicationStatusLog, ShiftAssignment
from jobs.selectors.best_applicants import WAITING
from jobs.selectors.statistics import get_job_statistics


class AssignmentSummary(TypedDict):
    id: int
    shift_id: int
    status: str
    starts_at: str
    ends_at: str
    worked_minutes: int | None
    approved_minutes: int | None


class StatusChange(TypedDict):
    from_status: str
    to_status: str
    created_at: str


class WithAssignments(TypedDict):
    assignment_list: list[AssignmentSummary]


class WithDaysLeft(WithAssignments):
    """Of the worker's view."""

    open_shifts: OpenShifts


class WithHistory(WithDaysLeft):
    history: list[StatusChange]


type ApplicationRow = WithAnnotations[Application, WithAssignments]
type OwnApplicationRow = WithAnnotations[Application, WithDaysLeft]
type ApplicationDetail = WithAnnotations[Application, WithHistory]


@dataclass(frozen=True, slots=True)
class CountedApplications:
    """A page, and how many there are in each status; one without any is left out."""

    items: list[ApplicationRow] | list[OwnApplicationRow]
    next_cursor: str | None
    counts: dict[ApplicationStatus, int]


# By what never changes: in the order of their status, one that is decided between two pages would be on neither.
OF_JOB = ("created_at", "id")
OF_WORKER = ("-created_at", "-id")


def _with_assignments(applications: PayshiftQuerySet[Application]) -> PayshiftQuerySet[ApplicationRow]:
    """Each application's assignments as an array in its row: a list of both stays one query."""
    assignments = ShiftAssignment.objects.filter(application_id=OuterRef("pk")).order_by("starts_at")
    fields = ("id", "shift_id", "status", "starts_at", "ends_at", "worked_minutes", "approved_minutes")
    return applications.annotate(
        assignment_list=ArraySubquery(assignments.values_list(JSONObject(**{name: name for name in fields})))
    )


def applications_for_client(*, job_id: int) -> PayshiftQuerySet[ApplicationRow]:
    """The applications of one job with each applicant's public face. The caller has checked whose job it is."""
    applications = Application.objects.planned().filter(job_id=job_id).defer("job__search", "job__description")
    return _with_assignments(applications.select_related("applicant__profile", "job"))


def applications_of_job(*, actor: Actor, job_id: int, status: Sequence[str], page: PageQuery) -> CountedApplications:
    """For the job's client, the first to apply first, with how many of each status. One query, two with the statistics.

    Raises `WrongRole`, and `NotFound` to strangers.
    """
    require_role(actor, Role.CLIENT)
    statistics = get_job_statistics(job_id=job_id)
    if statistics.client_id != actor.user_id:
        raise NotFound
    applications = applications_for_client(job_id=job_id)
    if status:
        applications = applications.filter(status__in=status)
    found = paginate(applications, order=OF_JOB, page=page, listing=f"applications_of_job:{job_id}")
    return CountedApplications(found.items, found.next_cursor, statistics.applications)


def applications_of_worker(*, actor: Actor, status: Sequence[str], page: PageQuery) -> CountedApplications:
    """The caller's own applications, newest first, with how many there are in each status. Two queries."""
    applications = _with_jobs(Application.objects.planned().filter(applicant_id=actor.user_id))
    if status:
        applications = applications.filter(status__in=status)
    found = paginate(_with_days_left(applications), order=OF_WORKER, page=page, listing="applications_of_worker")
    own = Application.objects.filter(applicant_id=actor.user_id).order_by()
    counts = {ApplicationStatus(name): count for name, count in own.values_list("status").annotate(Count("pk"))}
    return CountedApplications(found.items, found.next_cursor, counts)


def first_shift_of(application: ApplicationRow) -> datetime | None:
    """Of its assignments as they were read; see `jobs.confirmation`."""
    shifts = ((each["status"], datetime.fromisoformat(each["starts_at"])) for each in application.assignment_list)
    return first_start(shifts)


def get_application(*, actor: Actor, application_id: int) -> ApplicationDetail:
    """One application with assignments and history, in one query: its applicant's or its client's, else `NotFound`."""
    changes = ApplicationStatusLog.objects.filter(application_id=OuterRef("pk")).order_by("created_at", "pk")
    fields = ("from_status", "to_status", "created_at")
    visible = _with_jobs(Application.objects.planned().select_related("applicant__profile")).filter(
        Q(applicant_id=actor.user_id) | Q(job__client_id=actor.user_id), pk=application_id
    )
    found = (
        _with_days_left(visible)
        .annotate(history=ArraySubquery(changes.values_list(JSONObject(**{name: F(name) for name in fields}))))
        .first()
    )
    if found is None:
        raise NotFound
    return found


def _with_jobs(applications: PayshiftQuerySet[Application]) -> PayshiftQuerySet[Application]:
    return applications.select_related("job__client__profile").defer("job__search", "job__description")


def _with_days_left(applications: PayshiftQuerySet[Application]) -> PayshiftQuerySet[OwnApplicationRow]:
    """Besides the assignments, for who is not taken on yet: what the job still takes people for."""
    shifts = open_shifts_in_sql(now=clock.now(), job="job__", where=Q(status__in=WAITING))
    # The annotations of before are not in the type that is inferred.
    return cast("PayshiftQuerySet[OwnApplicationRow]", _with_assignments(applications).annotate(open_shifts=shifts))
