"""Attendance counters on profiles: kept as assignments end, and counted once more from them."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q

from accounts.models import Profile
from accounts.services.counting import count_on_profile
from jobs.models import AssignmentStatus, CancelReason, ShiftAssignment


@dataclass(frozen=True, slots=True)
class Counters:
    approved_count: int = 0
    no_show_count: int = 0
    late_cancel_count: int = 0
    given_count: int = 0
    called_off_count: int = 0


@dataclass(frozen=True, slots=True)
class Difference:
    user_id: int
    stored: Counters
    counted: Counters


def add_to_counters(added: dict[int, Counters]) -> None:
    """By user. In the order of their ids: two people may work for each other, and settle at the same time."""
    for user_id in sorted(added):
        if counted := {name: number for name, number in asdict(added[user_id]).items() if number}:
            count_on_profile(user_id, **counted)


def earns_reputation(*, pay_kobo: int) -> bool:
    """Whether approval counts for anything but money: not for no pay, or next to none.

    Two people could make each other reliable and well reviewed with such shifts, at no cost: also with one minute that
    is approved of a whole day.
    """
    return pay_kobo > 0 and pay_kobo >= settings.MINIMUM_COUNTED_WAGE_KOBO


def count_approval(assignment: ShiftAssignment) -> None:
    if not assignment.counted:
        return
    add_to_counters({assignment.worker_id: Counters(approved_count=1), assignment.client_id: Counters(given_count=1)})


@transaction.atomic
def compare_counters(*, repair: bool = False) -> list[Difference]:
    """Profiles whose counters are not what their assignments say; with `repair` they are set right.

    Three queries over everybody, and one per repaired profile. A settlement that commits in between can show up as a
    difference that the next run does not have.
    """
    counted = _count()
    columns = list(asdict(Counters()))
    stored = Profile.objects.values_list("user_id", *columns).order_by("user_id")
    differences = [
        Difference(user_id, Counters(*numbers), counted[user_id])
        for user_id, *numbers in stored
        if Counters(*numbers) != counted[user_id]
    ]
    if repair:
        for difference in differences:
            Profile.objects.filter(user_id=difference.user_id).update(**asdict(difference.counted))
    return differences


def _count() -> defaultdict[int, Counters]:
    """Everybody's: as a worker, and as a client."""
    counted: defaultdict[int, Counters] = defaultdict(Counters)
    approved = Count("pk", filter=Q(status=AssignmentStatus.APPROVED, counted=True))
    absent = Count("pk", filter=Q(status=AssignmentStatus.NO_SHOW))
    late = Count("pk", filter=Q(cancel_reason=CancelReason.WITHDRAWN_LATE))
    called_off = Count("pk", filter=Q(compensation_kobo__gt=0))
    for user_id, *numbers in _sums("worker_id", approved, absent, late):
        counted[user_id] = Counters(*numbers)
    for user_id, given, canceled in _sums("client_id", approved, called_off):
        counted[user_id] = replace(counted[user_id], given_count=given, called_off_count=canceled)
    return counted


def _sums(whose: str, *counts: Count) -> Iterator[tuple[int, ...]]:
    names = {f"n{position}": count for position, count in enumerate(counts)}
    yield from ShiftAssignment.objects.order_by().values(whose).annotate(**names).values_list(whose, *names)
