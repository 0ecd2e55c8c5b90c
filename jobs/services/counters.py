"""Attendance counters on profiles, counted once more from the assignments that they sum up."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Q

from accounts.models import Profile
from jobs.models import AssignmentStatus, CancelReason, ShiftAssignment


@dataclass(frozen=True, slots=True)
class Counters:
    approved_count: int = 0
    no_show_count: int = 0
    late_cancel_count: int = 0


@dataclass(frozen=True, slots=True)
class Difference:
    user_id: int
    stored: Counters
    counted: Counters


@transaction.atomic
def compare_counters(*, repair: bool = False) -> list[Difference]:
    """Profiles whose counters are not what their assignments say; with `repair` they are set right.

    Two queries over everybody, and one per repaired profile. A settlement that commits in between can show up as a
    difference that the next run does not have.
    """
    counted = dict(_count())
    stored = Profile.objects.values_list("user_id", "approved_count", "no_show_count", "late_cancel_count")
    differences = [
        Difference(user_id, Counters(*numbers), counted.get(user_id, Counters()))
        for user_id, *numbers in stored.order_by("user_id")
        if Counters(*numbers) != counted.get(user_id, Counters())
    ]
    if repair:
        for difference in differences:
            right = difference.counted
            Profile.objects.filter(user_id=difference.user_id).update(
                approved_count=right.approved_count,
                no_show_count=right.no_show_count,
                late_cancel_count=right.late_cancel_count,
            )
    return differences


def _count() -> Iterator[tuple[int, Counters]]:
    rows = (
        ShiftAssignment.objects.order_by()
        .values("worker_id")
        .annotate(
            approved=Count("pk", filter=Q(status=AssignmentStatus.APPROVED)),
            no_show=Count("pk", filter=Q(status=AssignmentStatus.NO_SHOW)),
            late=Count("pk", filter=Q(cancel_reason=CancelReason.WITHDRAWN_LATE)),
        )
    )
    for row in rows:
        yield row["worker_id"], Counters(row["approved"], row["no_show"], row["late"])
