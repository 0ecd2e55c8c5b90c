"""Assignments: the calendar of a worker, and of the client whose jobs they work."""

from typing import Any, TypedDict

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, F, OuterRef, Q, Value, When
from django.db.models.functions import JSONObject

from core.actor import Actor
from core.errors import NotFound
from core.listings import Given, Selection, where_one_or_several
from core.models import PayshiftQuerySet
from jobs.confirmation import first_start_in_sql
from jobs.models import AttendanceLog, ShiftAssignment, Spell
from jobs.ports import ESCROW


def assignments_of(whose: str, given: Given) -> Selection[ShiftAssignment]:
    """The calendar of who is in the column `whose`. `given`: `user_id`, and perhaps bounds of the shifts, statuses and
    a job.
    """
    assignments = ShiftAssignment.objects.filter(**{whose: given["user_id"]})
    if "starting_from" in given:
        assignments = assignments.filter(starts_at__gte=given["starting_from"])
    if "starting_before" in given:
        assignments = assignments.filter(starts_at__lt=given["starting_before"])
    if "ending_after" in given:
        assignments = assignments.filter(ends_at__gt=given["ending_after"])
    if "job_id" in given:
        assignments = assignments.filter(application__job_id=given["job_id"])
    return Selection(_with_facts(where_one_or_several(assignments, "status", given)))


def one_assignment(given: Given) -> PayshiftQuerySet[Any]:
    """`given`: `assignment_id`, and `user_id` of its worker or of the client of its job."""
    sides = Q(worker_id=given["user_id"]) | Q(client_id=given["user_id"])
    return _with_facts(ShiftAssignment.objects.filter(sides, pk=given["assignment_id"]))


def _with_facts(assignments: PayshiftQuerySet[ShiftAssignment]) -> PayshiftQuerySet[Any]:
    """What `jobs.rows.AssignmentRow` has besides columns, and the last dispute."""
    disputes = ESCROW.get()
    return assignments.annotate(
        dispute_id=disputes.last_dispute_of(OuterRef("pk")),
        is_disputed=disputes.is_disputed(OuterRef("pk")),
        scheduled_minutes=F("shift__minutes") + F("extra_minutes"),
        shift_ends_at=F("shift__ends_at"),
        first_starts_at=first_start_in_sql("application__"),
    )


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
