"""Assignments: the calendar of a worker, and of the client whose jobs they work."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, F, OuterRef, Q, Value, When
from django.db.models.functions import JSONObject
from django_stubs_ext import WithAnnotations

from core.actor import Actor, Role
from core.errors import NotFound
from core.models import PayshiftQuerySet
from core.pagination import Page, PageQuery, paginate
from jobs.confirmation import first_start_in_sql
from jobs.models import AttendanceLog, ShiftAssignment, Spell
from jobs.ports import ESCROW


class Disputed(TypedDict):
    dispute_id: int | None
    is_disputed: bool
    scheduled_minutes: int
    shift_ends_at: datetime
    # See `jobs.confirmation`.
    first_starts_at: datetime | None


type AssignmentRow = WithAnnotations[ShiftAssignment, Disputed]


def _joined() -> PayshiftQuerySet[AssignmentRow]:
    """With job, both sides and dispute: no query per row."""
    assignments = ShiftAssignment.objects.planned().select_related(
        "application__job", "worker__profile", "client__profile"
    )
    disputes = ESCROW.get()
    return assignments.defer("application__job__search", "application__job__description").annotate(
        dispute_id=disputes.last_dispute_of(OuterRef("pk")),
        is_disputed=disputes.is_disputed(OuterRef("pk")),
        scheduled_minutes=F("shift__minutes") + F("extra_minutes"),
        shift_ends_at=F("shift__ends_at"),
        first_starts_at=first_start_in_sql("application__"),
    )


def assignments_of(
    *,
    actor: Actor,
    starting_from: datetime | None = None,
    starting_before: datetime | None = None,
    ending_after: datetime | None = None,
    status: Sequence[str] = (),
    job_id: int | None = None,
    page: PageQuery,
) -> Page[AssignmentRow]:
    """The calendar by start of shift, in one query: a worker's own; for a client those of the own jobs."""
    whose = "client_id" if actor.role is Role.CLIENT else "worker_id"
    wanted = {
        "starts_at__gte": starting_from,
        "starts_at__lt": starting_before,
        "ends_at__gt": ending_after,
        "status__in": status or None,
        "application__job_id": job_id,
    }
    given = {name: value for name, value in wanted.items() if value is not None}
    assignments = _joined().filter(**{whose: actor.user_id}, **given)
    return paginate(assignments, order=("starts_at", "id"), page=page, listing=f"assignments:{actor.role}")


def get_assignment(*, actor: Actor, assignment_id: int) -> AssignmentRow:
    """Raises `NotFound` to all but its worker and the client of its job."""
    sides = Q(worker_id=actor.user_id) | Q(client_id=actor.user_id)
    if assignment := _joined().filter(sides, pk=assignment_id).first():
        return assignment
    raise NotFound


class AttendanceHistory(TypedDict):
    spells: list[dict[str, object]]
    corrections: list[dict[str, object]]


def attendance_history(*, actor: Actor, assignment_id: int) -> AttendanceHistory:
    """Spells and corrections, oldest first, in one query. Raises `NotFound` to all but the two sides."""
    sides = Q(worker_id=actor.user_id) | Q(client_id=actor.user_id)
    whose = Case(
        When(changed_by=None, then=Value("clock")),
        When(changed_by=OuterRef("worker_id"), then=Value("worker")),
        When(changed_by=OuterRef("client_id"), then=Value("client")),
        default=Value("staff"),
    )
    columns = ("correction", "minutes_before", "minutes_after", "reason", "created_at")
    spells = Spell.objects.filter(assignment=OuterRef("pk")).order_by("started_at", "pk")
    corrections = AttendanceLog.objects.filter(assignment=OuterRef("pk")).order_by("created_at", "pk")
    found = (
        ShiftAssignment.objects.filter(sides, pk=assignment_id)
        .values_list(
            ArraySubquery(spells.values(row=JSONObject(started_at="started_at", ended_at="ended_at"))),
            ArraySubquery(corrections.values(row=JSONObject(**{name: name for name in columns}, by=whose))),
        )
        .first()
    )
    if found is None:
        raise NotFound
    return {"spells": found[0], "corrections": found[1]}
