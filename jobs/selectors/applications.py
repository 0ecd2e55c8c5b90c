"""Applications, as the worker who made them and the client who got them see them."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from core.listings import Given, Prepared, Selection, where_one_or_several
from core.models import PayshiftQuerySet
from jobs.days_left import open_shifts_in_sql
from jobs.models import Application, ApplicationStatusLog, ShiftAssignment
from jobs.rows import AssignmentSummary
from jobs.selectors.best_applicants import WAITING

STATUS_CHANGE = ("from_status", "to_status", "created_at")


def applications_of_job(given: Given) -> Selection[Application]:
    """`given`: `job_id`, and perhaps `status` or `status_among`. Whose job it is is not asked here."""
    applications = Application.objects.filter(job_id=given["job_id"])
    return Selection(_with_assignments(where_one_or_several(applications, "status", given)))


def applications_of_worker(given: Given) -> Selection[Application]:
    """The worker's own. `given`: `user_id` and `now`, and perhaps `status` or `status_among`."""
    own = Application.objects.filter(applicant_id=given["user_id"])
    return Selection(_with_days_left(where_one_or_several(own, "status", given), given))


def _by_status(given: Given) -> QuerySet[Any, Any]:
    own = Application.objects.filter(applicant_id=given["worker_id"]).order_by()
    return own.values("status").annotate(count=Count("pk"))


COUNTS = Prepared(_by_status, ("status", "count"), given=("worker_id",))


def application_counts(worker_id: int) -> dict[str, int]:
    """How many applications a worker has in each status; one without any is left out. One query."""
    return {row[0]: row[1] for row in COUNTS.rows(worker_id=worker_id)}


def one_application(given: Given) -> PayshiftQuerySet[Any]:
    """With its history. `given`: `application_id` and `now`, and `user_id` of its applicant or its client."""
    sides = Q(applicant_id=given["user_id"]) | Q(job__client_id=given["user_id"])
    visible = Application.objects.filter(sides, pk=given["application_id"])
    changes = ApplicationStatusLog.objects.filter(application_id=OuterRef("pk")).order_by("created_at", "pk")
    history = changes.values_list(JSONObject(**{name: F(name) for name in STATUS_CHANGE}))
    return _with_days_left(visible, given).annotate(history=ArraySubquery(history))


def _with_assignments(applications: PayshiftQuerySet[Application]) -> PayshiftQuerySet[Any]:
    """Each application's assignments as an array in its row: a list of both stays one query."""
    assignments = ShiftAssignment.objects.filter(application_id=OuterRef("pk")).order_by("starts_at")
    fields = AssignmentSummary.__annotations__
    return applications.annotate(
        assignment_list=ArraySubquery(assignments.values_list(JSONObject(**{name: name for name in fields})))
    )


def _with_days_left(applications: PayshiftQuerySet[Application], given: Given) -> PayshiftQuerySet[Any]:
    """Besides the assignments, for who is not taken on yet: what the job still takes people for."""
    shifts = open_shifts_in_sql(now=given["now"], job="job__", where=Q(status__in=WAITING))
    return _with_assignments(applications).annotate(open_shifts=shifts)
