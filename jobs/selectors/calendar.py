"""What a calendar program reads under somebody's secret address."""

from dataclasses import dataclass
from datetime import timedelta

from accounts.models import CustomUser
from core import clock
from core.actor import Role
from core.errors import NotFound
from jobs.models import CalendarLink, ShiftAssignment
from jobs.models.shift import LONGEST_SHIFT
from jobs.services.calendar_links import hash_of

PAST = timedelta(days=31)
# About 300 kB a thousand; calendar programs stop reading at a megabyte. Two full months of fifty people a day.
MOST_EVENTS = 3000


@dataclass(frozen=True, slots=True)
class SharedCalendar:
    owner: CustomUser
    assignments: list[ShiftAssignment]


def shared_calendar(*, token: str) -> SharedCalendar:
    """What is ahead, and of the last month what there is room for: a worker's own shifts, or those on a client's jobs.

    Three queries, oldest shift first; what is ahead never gives way to what is over.

    Raises `NotFound` for an address that was revoked or never was, and while its owner is kept out.
    """
    links = CalendarLink.objects.planned().select_related("user")
    link = links.filter(token_sha256=hash_of(token), user__is_active=True).first()
    if link is None:
        raise NotFound
    whose = "client_id" if link.user.role == Role.CLIENT else "worker_id"
    assignments = (
        ShiftAssignment.objects.planned()
        .select_related("application__job", "client", "worker")
        .defer("application__job__search", "application__job__description")
        .filter(**{whose: link.user_id})
    )
    now = clock.now()
    # A shift that runs is not over.
    over_before = now - LONGEST_SHIFT
    ahead = list(assignments.filter(starts_at__gte=over_before).order_by("starts_at", "id")[:MOST_EVENTS])
    past = assignments.filter(starts_at__gte=now - PAST, starts_at__lt=over_before).order_by("-starts_at", "-id")
    return SharedCalendar(link.user, [*reversed(past[: MOST_EVENTS - len(ahead)]), *ahead])
